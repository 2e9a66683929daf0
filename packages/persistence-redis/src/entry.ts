import {
  isJsonObject,
  parseJson,
  stringifyJson,
  type Essence,
  type HandlerId,
  type Json,
  type JsonObject,
  type ProgressRecord,
  type ResourceVersion,
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
  /** Of the object, when the essence was written; `undefined`: not known. */
  readonly objectVersion: ResourceVersion | undefined;
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
  objectVersion: undefined,
  records: new Map(),
  essence: undefined,
  memo: undefined,
};

/**
 * The first line: `K1 <version of the records> <version of the essence> <where the object is> <its version>`; `K2 <version of the records>
 * <version of the essence> <version of the memo> <where> <its version>`, with one line more, only where there is a memo.
 */
const FIRST_LINES = { '1': /^K1 (\S+) (\S+)(?: \S*(?: (\S+))?|$)/, '2': /^K2 (\S+) (\S+) (\S+)(?: \S*(?: (\S+))?|$)/ } as const;
const LINES = { '1': 3, '2': 4 } as const;
const FORMAT = /^K(\d+) /;

export function readEntry(text: string): ReadEntry {
  const lines = text.split('\n');
  const [first = '', recordsText = '', essenceText = '', memoText = ''] = lines;
  const format = first.startsWith('K1 ') ? '1' : FORMAT.exec(first)?.[1];
  if (format !== undefined && format !== '1' && format !== '2') return { kind: 'newer', format };
  const versionsOf = format === undefined || lines.length !== LINES[format] ? null : FIRST_LINES[format].exec(first);
  if (versionsOf === null) return { kind: 'unreadable', ...EMPTY };
  const [, progressVersion = '', essenceVersion = '', third, fourth] = versionsOf;
  const [memoVersion = NOTHING, seen] = format === '1' ? [NOTHING, third] : [third, fourth];
  const objectVersion = seen as ResourceVersion | undefined;
  const records = readRecords(recordsText);
  if (records === undefined || !isMapping(essenceText) || !isMapping(memoText))
    return {
      kind: 'unreadable',
      progressVersion,
      essenceVersion,
      memoVersion,
      objectVersion: undefined,
      records: EMPTY.records,
      essence: undefined,
      memo: undefined,
    };
  const [essence, memo] = [textOrNone(essenceText), textOrNone(memoText)];
  return { kind: 'entry', progressVersion, essenceVersion, memoVersion, objectVersion, records, essence, memo };
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
