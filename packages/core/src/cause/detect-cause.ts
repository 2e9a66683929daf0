import type { Essence } from '../model/object.js';
import type { Diff } from '../model/patch.js';
import type { Reason } from '../model/progress-record.js';
import { diffJson } from './diff.js';

/** What is known about an object when the question is asked. */
export interface SeenState {
  /** The object does not exist any more. */
  readonly gone: boolean;
  /** Deletion was requested. */
  readonly deleting: boolean;
  /** Our finalizer is on the object. */
  readonly finalizerPresent: boolean;
  /** The essence handled last. */
  readonly stored: Essence | undefined;
  readonly fresh: Essence;
  /** First noticed by a listing, and not handled completely yet in this process (spec C-27). */
  readonly initial: boolean;
}

/** Why change handlers run. */
export interface Cause {
  readonly reason: Reason;
  readonly initial: boolean;
  readonly old: Essence | undefined;
  readonly new: Essence;
  readonly diff: Diff;
}

/** Total, and in exactly this order (spec C-20..C-26). */
export function detectCause(seen: SeenState): Cause {
  const diff = diffJson(seen.stored, seen.fresh);
  const reason = reasonOf(seen, diff.length === 0);
  // Resume handlers never mix into creation, even when a listing found the object first (spec C-23).
  return { reason, initial: seen.initial && reason !== 'create', old: seen.stored, new: seen.fresh, diff };
}

function reasonOf(seen: SeenState, isSame: boolean): Reason {
  if (seen.gone) return 'gone';
  if (seen.deleting) return seen.finalizerPresent ? 'delete' : 'free';
  if (seen.stored === undefined) return 'create';
  if (!isSame) return 'update';
  return seen.initial ? 'resume' : 'noop';
}
