import { isJsonObject, parseJson, stringifyJson, type Essence, type HandlerId, type ProgressRecord } from '@kopfts/core';
import { recordsFromJson, recordsToJson } from './record-json.js';
import { NOTHING } from './version.js';

/**
 * What is stored of one object: a line that says how to read the rest, its records, its essence. Scripts split it by lines, which JSON has
 * none of, and understand nothing else of it. Pure.
 */
export interface Entry {
  readonly progressVersion: string;
  readonly essenceVersion: string;
  readonly records: ReadonlyMap<HandlerId, ProgressRecord>;
  /** As text: most are never looked into. */
  readonly essence: string | undefined;
}

/** `unreadable`: not by any version of ours; with as much of it as writers are compared by. `newer`: by a version to come. */
export type ReadEntry =
  ({ readonly kind: 'entry' } & Entry) | ({ readonly kind: 'unreadable' } & Entry) | { readonly kind: 'newer'; readonly format: string };

export const EMPTY: Entry = { progressVersion: NOTHING, essenceVersion: NOTHING, records: new Map(), essence: undefined };

/** `K1 <version of the records> <version of the essence> <where the object is>`. */
const LAYOUT = /^K1 (\S+) (\S+)[^\n]*\n([^\n]*)\n([^\n]*)$/;

export function readEntry(text: string): ReadEntry {
  const format = /^K(\d+) /.exec(text)?.[1];
  if (format !== undefined && format !== '1') return { kind: 'newer', format };
  const [, progressVersion = '', essenceVersion = '', recordsText = '', essenceText = ''] = LAYOUT.exec(text) ?? [];
  if (progressVersion === '') return { kind: 'unreadable', ...EMPTY };
  const records = readRecords(recordsText);
  const versions = { progressVersion, essenceVersion };
  if (records === undefined || !isEssence(essenceText)) return { kind: 'unreadable', ...EMPTY, ...versions };
  return { kind: 'entry', ...versions, records, essence: essenceText === '' ? undefined : essenceText };
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
function isEssence(text: string): boolean {
  return text === '' || (text.startsWith('{') && text.endsWith('}'));
}

export function recordsText(records: ReadonlyMap<HandlerId, ProgressRecord>): string {
  return records.size === 0 ? '' : stringifyJson(recordsToJson(records));
}

export function essenceText(essence: Essence): string {
  return stringifyJson(essence);
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
