import type { Essence, HandlerId, ObjectUid, ProgressRecord } from '@kopfts/core';
import { EMPTY, essenceText, type Entry } from './entry.js';
import { contentHashOf, countOf, NOTHING, shortHash } from './version.js';

/**
 * What this process knows of what Redis has: enough to notice that it went back or lost something, and to go on from there. An object leaves
 * when it is gone.
 */
export interface Known {
  readonly progressVersion: string;
  readonly essenceVersion: string;
  readonly memoVersion: string;
  /** Earlier ones, oldest first. */
  readonly earlier: readonly string[];
  /** Only of objects that are being handled. */
  readonly records: ReadonlyMap<HandlerId, ProgressRecord>;
  /** Of the essence as text; `undefined`: there is none. */
  readonly essenceHash: string | undefined;
  /** Where the object is, for the index; a text that many share. */
  readonly where: string;
  /** There was something, and nobody knows what. */
  readonly isLost?: boolean;
}

export type Memory = Map<ObjectUid, Known>;

/** Enough for the writes of one pass. */
const EARLIER = 6;

export const NEVER_SEEN: Known = { ...EMPTY, earlier: [], essenceHash: undefined, where: '' };

/** After Redis said, or was told, that this is what it has. */
export function learn(
  before: Known | undefined,
  { progressVersion, essenceVersion, memoVersion, records, essence }: Entry,
  where: string,
): Known {
  const earlier = before === undefined ? NEVER_SEEN.earlier : earlierThan(before, [progressVersion, essenceVersion, memoVersion]);
  const version = copyOf(essenceVersion);
  return {
    progressVersion: copyOf(progressVersion),
    essenceVersion: version,
    memoVersion: copyOf(memoVersion),
    earlier,
    records,
    // Who wrote it has computed it; only what was moved has none in its version.
    essenceHash: essence === undefined ? undefined : (contentHashOf(version) ?? shortHash(essence)),
    where: before === undefined || before.where === '' ? where : before.where,
  };
}

/** A part of a text keeps all of the text in memory: here, the whole answer of Redis, as long as the object exists. */
function copyOf(part: string): string {
  return part === NOTHING ? NOTHING : Buffer.from(part).toString();
}

function earlierThan({ earlier, ...had }: Known, versions: readonly string[]): readonly string[] {
  const left = VERSIONS.map((version) => had[version]).filter((version) => !versions.includes(version) && countOf(version) > 0);
  return left.length === 0 ? earlier : [...earlier, ...left].slice(-EARLIER);
}

/** Redis has an older state than it had before. */
export function wentBack(known: Known | undefined, entry: Pick<Entry, Version>): boolean {
  return known !== undefined && VERSIONS.some((version) => countOf(entry[version]) < countOf(known[version]));
}

type Version = 'progressVersion' | 'essenceVersion' | 'memoVersion';
const VERSIONS: readonly Version[] = ['progressVersion', 'essenceVersion', 'memoVersion'];

/** The highest of its counts. */
export function countsOf(entry: Pick<Entry, Version>): number {
  return Math.max(...VERSIONS.map((version) => countOf(entry[version])));
}

/** Whether this process has seen something of the object in Redis: also what was moved there, and has no count yet. */
export function isSeen(known: Known | undefined): known is Known {
  return known !== undefined && (countsOf(known) > 0 || known.essenceHash !== undefined || known.records.size > 0);
}

/** The same, or that there was something that is lost. */
export function hadSomething(known: Known | undefined): boolean {
  return known?.isLost === true || isSeen(known);
}

/** Whether the object is as it was when it was handled last. */
export function isAsHandled({ essenceHash }: Known, fresh: Essence): boolean {
  return essenceHash === shortHash(essenceText(fresh));
}
