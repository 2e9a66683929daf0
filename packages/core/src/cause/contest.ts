// Somebody takes away what we leave on an object, again and again: a tool that makes objects what a repository says, another operator, or a
// script. Each of the two puts the object right in its own eyes, for ever. Whether that goes on is seen here, and how slowly we do our part.
import type { ObjectBody } from '../model/object.js';

/** What of an object is ours. */
export interface NoteRules {
  readonly finalizer: string;
  readonly ownsAnnotation: (key: string) => boolean;
}

/** Our finalizer and our annotations, by field. */
export type Notes = ReadonlyMap<string, string>;

export interface Contest {
  /** As our last write left them, or, when some were taken away since, as they are now. */
  readonly left: Notes;
  /** How often somebody took some of them away, without ten quiet minutes in between. */
  readonly losses: number;
  /** Of the last loss, monotonic. */
  readonly lastMs: number;
  /** Nothing is put right before; monotonic. */
  readonly dueMs: number;
  /** Which were taken away the last time. */
  readonly lost: readonly string[];
  /** Some are missing, and were not put right yet. */
  readonly isOpen: boolean;
}

/** Twice may be a person who tidies up. */
const LOSSES_OF_A_CONTEST = 3;
const QUIET_MS = 600_000;
const FIRST_HOLD_MS = 1000;
const LONGEST_HOLD_MS = 60_000;
const MOST_MANAGERS = 5;

export function notesOn({ metadata }: ObjectBody, { finalizer, ownsAnnotation }: NoteRules): Notes {
  const own = Object.entries(metadata.annotations ?? {}).filter(([key]) => ownsAnnotation(key));
  const notes = new Map(own.map(([key, text]) => [`metadata.annotations.${key}`, text]));
  if (metadata.finalizers?.includes(finalizer)) notes.set('metadata.finalizers', finalizer);
  return notes;
}

/**
 * A number for what `notesOn` gives, never 0: all that is held of an object that nobody contests. Two that differ may have the same one, once
 * in a billion times.
 */
export function markOf({ metadata }: ObjectBody, { finalizer, ownsAnnotation }: NoteRules): number {
  let mark = metadata.finalizers?.includes(finalizer) ? 2 : 1;
  for (const key in metadata.annotations) {
    const text = metadata.annotations[key];
    // Their order is the server's.
    if (text !== undefined && ownsAnnotation(key)) mark += mixed(mixed(17, key), text);
  }
  return (mark & 0x3fffffff) + 1;
}

function mixed(seed: number, text: string): number {
  let mix = seed;
  for (let index = 0; index < text.length; index += 1) mix = Math.imul(mix ^ text.charCodeAt(index), 0x01000193);
  return mix & 0x3fffffff;
}

/** From the first suspicion on, the notes themselves are remembered. */
export function suspectContest(nowMs: number): Contest {
  return { left: new Map(), losses: 0, lastMs: nowMs, dueMs: 0, lost: [], isOpen: false };
}

/** Our write left these; what was missing is there again. */
export function noteWritten(contest: Contest, left: Notes): Contest {
  return { ...contest, left, isOpen: false };
}

/** What is there now. */
export function noteSeen(contest: Contest, notes: Notes, nowMs: number): Contest {
  const lost = [...contest.left].filter(([field, text]) => notes.get(field) !== text).map(([field]) => field);
  if (lost.length === 0) return contest;
  const losses = nowMs - contest.lastMs > QUIET_MS ? 1 : contest.losses + 1;
  const holdMs = isContested({ losses }) ? Math.min(FIRST_HOLD_MS * 2 ** (losses - LOSSES_OF_A_CONTEST), LONGEST_HOLD_MS) : 0;
  return { left: notes, losses, lastMs: nowMs, dueMs: nowMs + holdMs, lost, isOpen: true };
}

/** It goes on and on. */
export function isContested({ losses }: Pick<Contest, 'losses'>): boolean {
  return losses >= LOSSES_OF_A_CONTEST;
}

/** For so long nothing is put right; 0: now. */
export function holdMs({ isOpen, dueMs }: Contest, nowMs: number): number {
  return isOpen ? Math.max(0, dueMs - nowMs) : 0;
}

/** After ten quiet minutes there is nothing to remember. */
export function isOver({ isOpen, lastMs }: Contest, nowMs: number): boolean {
  return !isOpen && nowMs - lastMs > QUIET_MS;
}

/**
 * Who else writes the object, whoever wrote last first. A server notes no name with what was only removed: it may be any of them, or somebody
 * without a name.
 */
export function otherManagers({ metadata }: ObjectBody, ours: string): readonly string[] {
  const entries: unknown = metadata['managedFields'];
  if (!Array.isArray(entries)) return [];
  const others = entries.filter(isEntry).filter(({ manager, subresource = '' }) => manager !== ours && subresource === '');
  const byTime = others.toSorted((one, other) => (other.time ?? '').localeCompare(one.time ?? ''));
  return [...new Set(byTime.map(({ manager }) => manager))].slice(0, MOST_MANAGERS);
}

interface ManagedEntry {
  readonly manager: string;
  readonly time?: string;
  readonly subresource?: string;
}

function isEntry(entry: unknown): entry is ManagedEntry {
  if (typeof entry !== 'object' || entry === null || !('manager' in entry) || typeof entry.manager !== 'string') return false;
  return !('time' in entry) || typeof entry.time === 'string';
}
