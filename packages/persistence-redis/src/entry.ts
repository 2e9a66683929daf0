import {
  isJsonObject,
  parseJson,
  stringifyJson,
  type Essence,
  type HandlerId,
  type Json,
  type JsonObject,
  type ProgressRecord,
} from '@kopfts/core';
import { recordsFromJson, recordsToJson } from './record-json.js';
import { NOTHING } from './version.js';

/**
 * What is stored of one object: a line that says how to read the rest, its records, its essence, and its memo, if memos are kept. Scripts
 * split it by lines, which JSON has none of, and understand nothing else of it. Pure.
 */
export interface Entry {
  readonly progressVersion: string;
  readonly essenceVersion: string;
  readonly memoVersion: string;
  readonly records: ReadonlyMap<HandlerId, ProgressRecord>;
  /** As text: most are never looked into. */
  readonly essence: string | undefined;
  /** As text. */
  readonly memo: string | undefined;
}

/** `unreadable`: not by any version of ours; with as much of it as writers are compared by. `newer`: by a version to come. */
export type ReadEntry =
  ({ readonly kind: 'entry' } & Entry) | ({ readonly kind: 'unreadable' } & Entry) | { readonly kind: 'newer'; readonly format: string };

export const EMPTY: Entry = {
  progressVersion: NOTHING,
  essenceVersion: NOTHING,
  memoVersion: NOTHING,
  records: new Map(),
  essence: undefined,
  memo: undefined,
};

/** `K1 <version of the records> <version of the essence> <where the object is>`. */
const LAYOUT = /^K1 (\S+) (\S+)(?: [^\n]*)?\n([^\n]*)\n([^\n]*)$/;
/** `K2 <version of the records> <version of the essence> <version of the memo> <where the object is>`: only where there is a memo. */
const MEMO_LAYOUT = /^K2 (\S+) (\S+) (\S+)(?: [^\n]*)?\n([^\n]*)\n([^\n]*)\n([^\n]*)$/;

export function readEntry(text: string): ReadEntry {
  const format = /^K(\d+) /.exec(text)?.[1];
  if (format !== undefined && format !== '1' && format !== '2') return { kind: 'newer', format };
  const parts = format === '2' ? MEMO_LAYOUT.exec(text) : withoutMemo(LAYOUT.exec(text));
  const [, progressVersion = '', essenceVersion = '', memoVersion = '', recordsText = '', essenceText = '', memoText = ''] = parts ?? [];
  if (progressVersion === '') return { kind: 'unreadable', ...EMPTY };
  const records = readRecords(recordsText);
  const versions = { progressVersion, essenceVersion, memoVersion };
  if (records === undefined || !isMapping(essenceText) || !isMapping(memoText)) return { kind: 'unreadable', ...EMPTY, ...versions };
  return { kind: 'entry', ...versions, records, essence: textOrNone(essenceText), memo: textOrNone(memoText) };
}

function withoutMemo(parts: RegExpExecArray | null): readonly string[] | undefined {
  return parts === null ? undefined : [...parts.slice(0, 3), NOTHING, ...parts.slice(3)];
}

function textOrNone(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function readRecords(text: string): ReadonlyMap<HandlerId, ProgressRecord> | undefined {
  if (text === '') return EMPTY.records;
  try {
    return recordsFromJson(parseJson(text));
  } catch {
    return undefined;
  }
}

/** A whole look into each would cost more than all the rest; what is wrong inside is found when it is read. */
function isMapping(text: string): boolean {
  return text === '' || (text.startsWith('{') && text.endsWith('}'));
}

export function recordsText(records: ReadonlyMap<HandlerId, ProgressRecord>): string {
  return records.size === 0 ? '' : stringifyJson(recordsToJson(records));
}

export function essenceText(essence: Essence): string {
  return stringifyJson(essence);
}

/** For a process, not for people: numbers are those of JavaScript. `undefined` if it is none. */
export function parseMemo(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `undefined` if it is none. */
export function parseEssence(text: string): Essence | undefined {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
