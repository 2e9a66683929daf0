import type { Essence, HandlerId, ObjectUid, ProgressRecord } from '@kopfts/core';
import { EMPTY, essenceText, type Entry } from './entry.js';
import { countOf, shortHash } from './version.js';

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
}

export type Memory = Map<ObjectUid, Known>;

/** Enough for the writes of one pass. */
const EARLIER = 6;

export const NEVER_SEEN: Known = { ...EMPTY, earlier: [], essenceHash: undefined };

/** After Redis said, or was told, that this is what it has. */
export function learn(before: Known | undefined, { progressVersion, essenceVersion, memoVersion, records, essence }: Entry): Known {
  const had = before === undefined ? [] : [before.progressVersion, before.essenceVersion, before.memoVersion];
  const versions = [progressVersion, essenceVersion, memoVersion];
  const left = had.filter((version) => !versions.includes(version) && countOf(version) > 0);
  const earlier = left.length === 0 ? (before?.earlier ?? []) : [...(before?.earlier ?? []), ...left].slice(-EARLIER);
  const essenceHash = essence === undefined ? undefined : shortHash(essence);
  return { progressVersion, essenceVersion, memoVersion, earlier, records, essenceHash };
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

/** Whether the object is as it was when it was handled last. */
export function isAsHandled({ essenceHash }: Known, fresh: Essence): boolean {
  return essenceHash === shortHash(essenceText(fresh));
}
