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
  /** Earlier ones, oldest first. */
  readonly earlier: readonly string[];
  /** Only of objects that are being handled. */
  readonly records: ReadonlyMap<HandlerId, ProgressRecord>;
  /** Of the essence as text; `undefined`: there is none. */
  readonly essenceHash: string | undefined;
}

export type Memory = Map<ObjectUid, Known>;

/** Enough for the writes of one pass. */
const EARLIER = 4;

export const NEVER_SEEN: Known = { ...EMPTY, earlier: [], essenceHash: undefined };

/** After Redis said, or was told, that this is what it has. */
export function learn(before: Known | undefined, { progressVersion, essenceVersion, records, essence }: Entry): Known {
  const had = before === undefined ? [] : [before.progressVersion, before.essenceVersion];
  const versions = [progressVersion, essenceVersion];
  const left = had.filter((version) => !versions.includes(version) && countOf(version) > 0);
  const earlier = left.length === 0 ? (before?.earlier ?? []) : [...(before?.earlier ?? []), ...left].slice(-EARLIER);
  const essenceHash = essence === undefined ? undefined : shortHash(essence);
  return { progressVersion, essenceVersion, earlier, records, essenceHash };
}

/** Redis has an older state than it had before. */
export function wentBack(known: Known | undefined, { progressVersion, essenceVersion }: Entry): boolean {
  if (known === undefined) return false;
  return countOf(progressVersion) < countOf(known.progressVersion) || countOf(essenceVersion) < countOf(known.essenceVersion);
}

/** Whether the object is as it was when it was handled last. */
export function isAsHandled({ essenceHash }: Known, fresh: Essence): boolean {
  return essenceHash === shortHash(essenceText(fresh));
}
