import type { Essence, HandlerId, LostDiffBase, ProgressRecord } from '@kopfts/core';
import { EMPTY, parseEssence, readEntry, type Entry } from './entry.js';
import { countsOf, hadSomething, isAsHandled, isSeen, NEVER_SEEN, wentBack, type Known } from './memory.js';

/** What to do with objects whose essence is lost, if this process does not know it either (design 6.14). */
export type LossPolicy = 'adopt' | 'rehandle';

/** What a store is told of one object. */
export interface LoadedEntry {
  /** What Redis has: plans are based on it. */
  readonly stored: Entry;
  /** Redis must not count lower than this. */
  readonly count: number;
  /** Versions that it may have gone back to. */
  readonly earlier: readonly string[];
  readonly records: ReadonlyMap<HandlerId, ProgressRecord>;
  readonly essence: Essence | undefined;
  readonly lost: LostDiffBase | undefined;
  /** As text. */
  readonly memo: string | undefined;
  /** Something is not as Redis had it before. */
  readonly isLost: boolean;
  /** What Redis has is older than `records`: whoever writes the essence writes them, too. */
  readonly isBehind: boolean;
}

/** What is to be told to a person, if anything. */
export type Loss = 'lost' | 'went back' | 'unreadable';

export interface Interpretation {
  readonly kind: 'loaded';
  readonly entry: LoadedEntry;
  readonly loss: Loss | undefined;
}

export type Interpreted = Interpretation | { readonly kind: 'newer'; readonly format: string };

/** From the answer of Redis and what is known here: what there is, or was. Pure. */
export function interpret(answer: string, known: Known | undefined, policy: LossPolicy): Interpreted {
  if (answer === '?0') {
    // Known here, and never seen there: lost with all that it knew.
    return hadSomething(known) ? lost(EMPTY, 'lost', { known, policy }) : loaded(EMPTY, known);
  }
  if (answer === '?1') return lost(EMPTY, 'lost', { known, policy });
  const read = readEntry(answer);
  if (read.kind === 'newer') return read;
  if (read.kind === 'unreadable') return lost(read, 'unreadable', { known, policy });
  if (wentBack(known, read)) return lost(read, 'went back', { known, policy });
  const essence = read.essence === undefined ? undefined : parseEssence(read.essence);
  if (essence === undefined && read.essence !== undefined) return lost({ ...read, essence: undefined }, 'unreadable', { known, policy });
  return loaded(read, known, essence);
}

function loaded(stored: Entry, known: Known = NEVER_SEEN, essence?: Essence): Interpretation {
  const count = Math.max(countsOf(known), countsOf(stored));
  const { records, memo } = stored;
  const entry = { stored, count, earlier: known.earlier, records, essence, lost: undefined, memo, isLost: false, isBehind: false };
  return { kind: 'loaded', entry, loss: undefined };
}

interface LossContext {
  readonly known: Known | undefined;
  readonly policy: LossPolicy;
}

/** What this process knows is true; what nobody knows is for the policy to say. */
function lost(stored: Entry, loss: Loss, { known, policy }: LossContext): Interpretation {
  const entry = { ...loaded(stored, known).entry, isLost: true };
  const essence = stored.essence === undefined ? undefined : parseEssence(stored.essence);
  const isKnown = isSeen(known);
  const records = isKnown ? known.records : stored.records;
  if (isKnown && known.essenceHash === undefined)
    return { kind: 'loaded', loss, entry: { ...entry, records, essence: undefined, isBehind: true } };
  const judge = (fresh: Essence): ReturnType<LostDiffBase['judge']> => {
    if (!isKnown) return policy;
    if (isAsHandled(known, fresh)) return 'adopt';
    return policy === 'rehandle' ? 'rehandle' : 'changed';
  };
  return { kind: 'loaded', loss, entry: { ...entry, records, essence, lost: { judge }, isBehind: isKnown || loss === 'unreadable' } };
}
