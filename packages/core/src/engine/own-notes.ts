// What our stores keep on an object is compared before it is written: whoever finds that somebody else has written there since it was read
// was outdone, and lets that stand (decision 37). That the request itself compares is for what this process has not seen yet.
import { essencesEqual, type EssenceRules } from '../cause/essence.js';
import { resolveField } from '../cause/field.js';
import type { Progress } from '../handlers/progress.js';
import type { HandlerId } from '../model/ids.js';
import type { Instant } from '../model/instant.js';
import { jsonEqual } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import type { ProgressRecord } from '../model/progress-record.js';
import type { LoadedDiffBase } from '../ports/diff-base-store.js';
import type { LoadedProgress } from '../ports/progress-store.js';
import { otherManagers } from '../cause/contest.js';
import type { EngineContext } from './context.js';
import type { ObjectSlot } from './object-slot.js';
import type { PassInput } from './pass-input.js';
import { isFirstTime } from './served-kind.js';
import { isThenable } from './thenable.js';

/** What a pass knows of the notes on its object. */
export interface NotesWatch {
  /** The body that they were read from. */
  readonly readFrom: ObjectBody;
  /** Nobody else has written there. `inDoubt`: a write of ours may have been done without an answer. */
  isOurs(newest: ObjectBody, inDoubt: boolean): boolean | Promise<boolean>;
}

export interface NotesOfPass {
  readonly input: PassInput;
  /** What the store has, as far as we know. */
  readonly stored: () => LoadedProgress;
  /** What we have been writing: some of it may be there already. */
  readonly tried: Iterable<Progress>;
  /** The essence on this body is the one that we are writing. */
  readonly isEssenceOurs?: ((newest: ObjectBody) => boolean) | undefined;
}

export function watchNotes(ctx: EngineContext, slot: ObjectSlot, notes: NotesOfPass): NotesWatch {
  const { input } = notes;
  return {
    readFrom: input.body,
    isOurs: (newest, inDoubt) => {
      // Nearly always: nobody touched them, and nothing has to be read.
      if (hasSameNotes(input.body, newest, input.kind.rules)) return true;
      const view = { ref: slot.ref, body: newest };
      const records = ctx.progressStore.load([{ object: view, handlers: handlersOf(notes) }], ctx.ended);
      const bases = ctx.diffBaseStore.load([view], ctx.ended);
      const judge = ([progress]: readonly LoadedProgress[], [diffBase]: readonly LoadedDiffBase[]): boolean =>
        areRecordsOurs(notes, progress) && (isBaseOurs(input, diffBase) || (inDoubt && notes.isEssenceOurs?.(newest) === true));
      return isThenable(records) || isThenable(bases)
        ? Promise.all([records, bases]).then(
            ([read, base]) => judge(read, base),
            // A store outside of the cluster that cannot be asked now: it compares for itself when it is written.
            () => true,
          )
        : judge(records, bases);
    },
  };
}

/** The first time it is for people; whoever has a twin is outdone all the time. */
export function tellOutdone(
  ctx: EngineContext,
  slot: ObjectSlot,
  { from, newest }: { readonly from: ObjectBody; readonly newest: ObjectBody },
): void {
  const { rules } = slot.kind;
  const keys = Object.keys({ ...from.metadata.annotations, ...newest.metadata.annotations }).filter((key) => rules.ownsAnnotation(key));
  const annotations = keys.filter((key) => from.metadata.annotations?.[key] !== newest.metadata.annotations?.[key]);
  const owned = (rules.ownsFields ?? []).filter((field) => !jsonEqual(resolveField(from, field).value, resolveField(newest, field).value));
  const fields = [...annotations.map((key) => `metadata.annotations.${key}`), ...owned.map((field) => field.join('.'))];
  const managers = otherManagers(newest, ctx.identity.fieldManager);
  const news = isFirstTime(slot.kind, 'outdone') ? 'kind' : 'none';
  ctx.emit({ kind: 'notes-contested', object: slot.ref, how: 'overtaken', fields, times: 1, managers, news });
}

function hasSameNotes(before: ObjectBody, after: ObjectBody, rules: EssenceRules): boolean {
  if (before === after) return true;
  const [old = {}, fresh = {}] = [before.metadata.annotations, after.metadata.annotations];
  if (old !== fresh) {
    for (const key in fresh) if (fresh[key] !== old[key] && rules.ownsAnnotation(key)) return false;
    for (const key in old) if (fresh[key] === undefined && rules.ownsAnnotation(key)) return false;
  }
  return (rules.ownsFields ?? []).every((field) => jsonEqual(resolveField(before, field).value, resolveField(after, field).value));
}

/** Those of the kind in the list that everybody uses, so that what is known of it counts. */
function handlersOf({ input: { kind, progress }, stored, tried }: NotesOfPass): readonly HandlerId[] {
  const all = new Set<HandlerId>([...kind.changeIds, ...progress.records.keys(), ...stored().records.keys()]);
  for (const written of tried) for (const id of written.keys()) all.add(id);
  return all.size === kind.changeIds.length ? kind.changeIds : [...all];
}

/** One that is missing was taken away, which makes nobody know more than we do. */
function areRecordsOurs({ stored, tried }: NotesOfPass, progress: LoadedProgress | undefined): boolean {
  const known = stored().records;
  return [...(progress?.records ?? [])].every(
    ([id, record]) => isSame(known.get(id), record) || [...tried].some((written) => isSame(written.get(id)?.record, record)),
  );
}

/** What tells one attempt from another. */
function isSame(one: ProgressRecord | undefined, other: ProgressRecord): boolean {
  return (
    one !== undefined &&
    isSameMoment(one.started, other.started) &&
    isSameMoment(one.stopped, other.stopped) &&
    isSameMoment(one.delayed, other.delayed) &&
    one.purpose === other.purpose &&
    one.retries === other.retries &&
    one.success === other.success &&
    one.failure === other.failure
  );
}

/** Records are written with microseconds, and clocks have finer parts. */
function isSameMoment(one: Instant | undefined, other: Instant | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && Math.abs(one - other) <= MICROSECOND_MS);
}

const MICROSECOND_MS = 0.001;

function isBaseOurs({ diffBase: before, cause }: PassInput, now: LoadedDiffBase | undefined): boolean {
  if (now?.essence !== undefined) return before.essence !== undefined && essencesEqual(before.essence, now.essence);
  return now?.lost === undefined || before.lost?.judge(cause.new) === now.lost.judge(cause.new);
}
