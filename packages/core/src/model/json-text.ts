// JSON as text and back, without rounding numbers (design 6.15, decision 15).
import { isExactNumber, numberOf } from './exact-number.js';
import { holdsExactNumbers, isJsonObject, presentKeys, setOwn, type Json } from './json.js';

/** Digits that a double always keeps. */
const SAFE_DIGITS = 15;
const WINDOW = SAFE_DIGITS + 1;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parses JSON like `JSON.parse`, but a number that JavaScript would round keeps its digits: for `stringifyJson`, for comparing, and for
 * patches it is exact, users see the nearest number. Texts without such numbers cost one look at every sixteenth character more.
 *
 * @throws SyntaxError as `JSON.parse` does.
 */
export function parseJson(text: string): Json {
  return hasLongNumber(text) ? parseExactly(text) : (JSON.parse(text) as Json);
}

/**
 * Writes compact JSON like `JSON.stringify`; numbers that `parseJson` kept exactly get their digits back. Use it, not `JSON.stringify`,
 * for everything that is stored or sent.
 */
export function stringifyJson(value: Json): string {
  return holdsExactNumbers(value) ? writeExactly(value) : JSON.stringify(value);
}

/** Whether sixteen digits in a row are in it, points counted: each such run has one at a place that is looked at. */
export function hasLongNumber(text: string): boolean {
  for (let i = SAFE_DIGITS; i < text.length; i += WINDOW) {
    if (!isDigit(text.charCodeAt(i))) continue;
    // Whichever run of sixteen it belongs to, it goes on for eight places to one side.
    if (!(digitsAt(text, i - 8, i - 4) || digitsAt(text, i + 8, i + 4))) continue;
    let start = i;
    while (isDigit(text.charCodeAt(start - 1))) start -= 1;
    let end = i + 1;
    while (isDigit(text.charCodeAt(end))) end += 1;
    if (end - start >= WINDOW) return true;
  }
  return false;
}

function digitsAt(text: string, far: number, near: number): boolean {
  return isDigit(text.charCodeAt(far)) && isDigit(text.charCodeAt(near));
}

function isDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 46;
}

/** Long numbers are put into quotes behind a mark that the text does not hold, and taken out of them after the parser did its work. */
function parseExactly(text: string): Json {
  const mark = unusedMark(text);
  const marked = outsideOfStrings(text, (part) =>
    part.replace(NUMBER, (digits) => (digits.length <= SAFE_DIGITS || String(Number(digits)) === digits ? digits : `"${mark}${digits}"`)),
  );
  return unmark(JSON.parse(marked) as Json, mark);
}

const ESCAPED = /\\u00(23|3[0-9])/g;
const MARK = /#(?=(\d{1,9})#)/g;

/** `#0#`, or the first such that is nowhere in the text, written out or escaped. Short, whatever the text is: it is put before each number. */
function unusedMark(text: string): string {
  const plain = text.includes('\\u00') ? text.replace(ESCAPED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text;
  const used = new Set(Array.from(plain.matchAll(MARK), ([, digits]) => Number(digits)));
  let number = 0;
  while (used.has(number)) number += 1;
  return `#${number}#`;
}

function outsideOfStrings(text: string, change: (part: string) => string): string {
  let result = '';
  let from = 0;
  for (let quote = text.indexOf('"'); quote !== -1; quote = text.indexOf('"', from)) {
    const end = endOfString(text, quote);
    result += change(text.slice(from, quote)) + text.slice(quote, end);
    from = end;
  }
  return result + change(text.slice(from));
}

/** After the closing quote; the end of the text if there is none. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i += 1;
    else if (code === 0x22) return i + 1;
  }
  return text.length;
}

/** What was just parsed is nobody else's yet: it is changed in place. Without calling itself: the parser knows no limit of depth, and a list has objects of many. */
function unmark(root: Json, mark: string): Json {
  const top: Record<string, Json | undefined> = { root };
  const left: (Json[] | Record<string, Json | undefined>)[] = [top];
  for (let holder = left.pop(); holder !== undefined; holder = left.pop()) {
    for (const key of Object.keys(holder)) {
      const value = (holder as Record<string, Json | undefined>)[key];
      if (typeof value === 'object' && value !== null) left.push(value as Json[] | Record<string, Json | undefined>);
      else if (typeof value === 'string' && value.startsWith(mark)) {
        setOwn(holder as Record<string, Json | undefined>, key, numberOf(value.slice(mark.length)));
      }
    }
  }
  return top['root'] ?? null;
}

function writeExactly(value: Json): string {
  if (isExactNumber(value)) return value.text;
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(writeExactly).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = presentKeys(value).map((key) => `${JSON.stringify(key)}:${writeExactly(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}
