// Reading JSON as Go's encoding/json does: the same errors, and a limit on nesting.

import { NumberRangeError, parseExactly } from './exact-numbers.js';
import type { JsonValue } from './store/json-value.js';

// The real server allows 10,000 levels. Our code walks values recursively, so the limit is where every walk is safe.
const DEEPEST = 1_000;

export interface ParseOptions {
  /** Also integers beyond 64 bits stay exact, for who refuses them in their own words. Default: they become floats. */
  readonly keepsAll?: boolean | undefined;
  /** Builds the error for a number that is too large for a float. Default: `refuse`. */
  readonly outOfRange?: ((why: string) => Error) | undefined;
}

/**
 * Parses a text from a client; integers that a number would round become bigints.
 *
 * @param refuse builds the error from the words of Go's decoder.
 */
export function parseJson(text: string, refuse: (why: string) => Error, options: ParseOptions = {}): JsonValue {
  if (text.length > DEEPEST && isTooDeep(text)) throw refuse("invalid character '[' exceeded max depth");
  try {
    return parseExactly(text, { keepsAll: options.keepsAll === true });
  } catch (error) {
    if (error instanceof NumberRangeError) throw (options.outOfRange ?? refuse)(error.message);
    throw refuse(new Scanner(text).firstProblem());
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isInString) {
      if (code === 92) index += 1;
      else if (code === 34) isInString = false;
    } else if (code === 34) isInString = true;
    else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if (code === 125 || code === 93) depth -= 1;
  }
  return false;
}

/** Thrown inside the scanner only. */
class Problem extends Error {}

/** Finds where a text stops being JSON; only used when it did. */
class Scanner {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  firstProblem(): string {
    try {
      this.#value();
      this.#space();
      if (this.#position < this.#text.length) this.#fail('after top-level value');
    } catch (error) {
      if (error instanceof Problem) return error.message;
      throw error;
    }
    return 'unexpected end of JSON input';
  }

  /** @param reads the end of the text like a space, as Go's scanner does where a space would be wrong. */
  #fail(context: string, reads: 'end' | 'space' = 'end'): never {
    const character = this.#text.charAt(this.#position) || (reads === 'space' ? ' ' : '');
    if (character === '') throw new Problem('unexpected end of JSON input');
    throw new Problem(`invalid character ${shownCharacter(character)} ${context}`);
  }

  #space(): void {
    while (' \t\r\n'.includes(this.#text.charAt(this.#position)) && this.#position < this.#text.length) this.#position += 1;
  }

  #value(): void {
    this.#space();
    const character = this.#text.charAt(this.#position);
    if (character === '{') this.#object();
    else if (character === '[') this.#array();
    else if (character === '"') this.#string();
    else if (character === '-' || /\d/.test(character)) this.#number();
    else if (character !== '' && 'tfn'.includes(character))
      this.#literal(character === 't' ? 'true' : character === 'f' ? 'false' : 'null');
    else this.#fail('looking for beginning of value');
  }

  #object(): void {
    this.#position += 1;
    this.#space();
    if (this.#take('}')) return;
    for (;;) {
      this.#space();
      if (this.#text.charAt(this.#position) !== '"') this.#fail('looking for beginning of object key string');
      this.#string();
      this.#space();
      if (!this.#take(':')) this.#fail('after object key');
      this.#value();
      this.#space();
      if (this.#take('}')) return;
      if (!this.#take(',')) this.#fail('after object key:value pair');
    }
  }

  #array(): void {
    this.#position += 1;
    this.#space();
    if (this.#take(']')) return;
    for (;;) {
      this.#value();
      this.#space();
      if (this.#take(']')) return;
      if (!this.#take(',')) this.#fail('after array element');
    }
  }

  #string(): void {
    for (this.#position += 1; !this.#take('"'); this.#position += 1) {
      const character = this.#text.charAt(this.#position);
      if (character === '' || character < ' ') this.#fail('in string literal');
      if (character !== '\\') continue;
      this.#position += 1;
      if (!'bfnrtu\\/"'.includes(this.#text.charAt(this.#position)) || this.#position >= this.#text.length)
        this.#fail('in string escape code', 'space');
    }
  }

  #number(): void {
    const match = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/.exec(this.#text.slice(this.#position));
    this.#position += match?.[0].length ?? 1;
    if (match === null) this.#fail('in numeric literal', 'space');
  }

  #literal(word: string): void {
    for (const [index, expected] of [...word].entries()) {
      if (this.#text.charAt(this.#position) !== expected)
        this.#fail(index === 0 ? 'looking for beginning of value' : `in literal ${word} (expecting ${shownCharacter(expected)})`, 'space');
      this.#position += 1;
    }
  }

  #take(character: string): boolean {
    if (this.#text.charAt(this.#position) !== character) return false;
    this.#position += 1;
    return true;
  }
}

function shownCharacter(character: string): string {
  if (character === "'") return `'\\''`;
  if (character === '"') return `'"'`;
  return `'${JSON.stringify(character).slice(1, -1)}'`;
}
