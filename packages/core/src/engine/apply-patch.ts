// From what handlers left behind to requests: results first, bookkeeping last, one request per endpoint, each bound to the uid,
// computed from the newest state, repeated until the cluster has it (design 6.7, 6.8; decisions 5 and 14).
import { resolveField } from '../cause/diff.js';
import { assertNever, errorText, WriteRefusedError } from '../errors.js';
import type { InvalidCause } from '../model/fact.js';
import type { HandlerId } from '../model/ids.js';
import type { ObjectBody } from '../model/object.js';
import type { MergePatch, PatchFunction } from '../model/patch.js';
import { composeMergePatches, isEmptyPatch } from '../patch/merge-patch.js';
import { mergedState, planWrites, type PlannedWrite, type WriteInput } from '../patch/build-patch.js';
import { openPart } from '../patch/open-part.js';
import { NO_TRANSFORMATIONS, transformBody, type Transformations } from '../patch/transform.js';
import { unkeptFields } from '../patch/unkept-field.js';
import type { WriteOutcome } from '../ports/cluster-client.js';
import { isOrdered } from '../watch/versions.js';
import { blamedHandlers, partFor } from './blame.js';
import { errorDelayMs, factError, OUTAGE_WAIT_MS, type EngineContext } from './context.js';
import { bodyOf, markVanished, type ObjectSlot } from './object-slot.js';
import { noteLeft } from './notice-contest.js';
import { isLost, isOver, type Refusing } from './refusal.js';
import { tellOutdone, type NotesWatch } from './own-notes.js';
import { CONDITION_PART, refusedCondition } from './result-condition.js';
import { endpointOf, refreshSlot, reportUnkept, sendWrite, takeAnswer, waitBackOff, type SendResult } from './send-write.js';
import { isFirstTime } from './served-kind.js';

/** What is to be written; consumed as it gets committed. */
export interface PendingWrite {
  /** By handler, so that an invalid one can be blamed and dropped alone. */
  readonly contributions: ReadonlyMap<HandlerId, MergePatch>;
  /** Functions of handlers, called with the newest state after everything else is merged. */
  readonly transformations?: Transformations | undefined;
  /** Progress and diff base, computed as late as possible; goes last. */
  readonly bookkeeping?: (newest: ObjectBody) => MergePatch;
  /** Asked before bookkeeping goes over notes that are not as they were read. */
  readonly notes?: NotesWatch | undefined;
  readonly finalizer?: 'add' | 'remove' | undefined;
  /** Gives up waiting when it aborts: somebody else will write the rest. */
  readonly until?: AbortSignal | undefined;
  /** What to do while the cluster goes on refusing it (decision 38). */
  readonly refusing: Refusing;
  /** The cluster refuses what these handlers returned: it will never be accepted. */
  readonly onInvalid?: (handlers: readonly HandlerId[], message: string) => void;
  /** A function of this handler threw, given a newer state than the one that it was tried with. What it wanted is dropped. */
  readonly onThrown?: (handler: HandlerId, error: unknown) => void;
}

/**
 * `gone`: the object exists no more, or its name belongs to another. `superseded`: refused, and given up for what happened meanwhile. `outdone`:
 * somebody else has written newer notes; the results are written, bookkeeping and the change of the finalizer are not.
 */
export type ApplyResult = 'written' | 'unchanged' | 'gone' | 'superseded' | 'outdone';

const NO_CHANGES: ReadonlyMap<HandlerId, MergePatch> = new Map();
const NOTHING_OF_OURS: Pick<PendingWrite, 'bookkeeping' | 'finalizer'> = {};
const STALE_TRIES = 5;
/** A kind whose definition changes may be seen differently by several API servers: after that, wait for discovery. */
const MOST_FLIPS = 2;

/** What is not written yet, and how it has gone so far. */
interface Work {
  readonly pending: PendingWrite;
  contributions: ReadonlyMap<HandlerId, MergePatch>;
  transformations: Transformations;
  /** What the functions changed when they were called last, for blaming them. */
  changes: ReadonlyMap<HandlerId, MergePatch>;
  statusDone: boolean;
  mainDone: boolean;
  /** As the kind says, until an answer says otherwise. */
  hasStatusEndpoint: boolean;
  flips: number;
  /** `version` after a refusal although nobody was faster: what is tested is written otherwise by the server (decision 14). */
  guard: 'values' | 'version';
  committed: boolean;
  stale: number;
  failures: number;
  /** What was answered: the cluster is there, and says no. Until something is committed. */
  refusal: string | undefined;
  /** The newest state whose notes are known to be ours. */
  judged: ObjectSlot['newest'] | undefined;
  outdone: boolean;
  /** An answer was lost. */
  inDoubt: boolean;
}

/** Works until all is committed. Throws only when the operator ends. */
export function applyPending(ctx: EngineContext, slot: ObjectSlot, pending: PendingWrite): Promise<ApplyResult> {
  const writes = slot.work?.writes;
  const applied = applyAll(ctx, slot, pending);
  writes?.add(applied);
  const over = (): void => {
    writes?.delete(applied);
  };
  applied.then(over, over);
  return applied;
}

async function applyAll(ctx: EngineContext, slot: ObjectSlot, pending: PendingWrite): Promise<ApplyResult> {
  const work: Work = {
    pending,
    contributions: pending.contributions,
    transformations: pending.transformations ?? NO_TRANSFORMATIONS,
    changes: NO_CHANGES,
    statusDone: false,
    mainDone: false,
    hasStatusEndpoint: slot.kind.hasStatusEndpoint,
    flips: 0,
    guard: 'values',
    committed: false,
    stale: 0,
    failures: 0,
    refusal: undefined,
    judged: undefined,
    outdone: false,
    inDoubt: false,
  };
  for (;;) {
    if (isLost(slot)) return 'gone';
    if (givesUp(ctx, slot, work)) return 'superseded';
    const next = pending.until?.aborted ? undefined : nextWrite(ctx, slot, work);
    if (!next) return work.outdone ? 'outdone' : work.committed ? 'written' : 'unchanged';
    if (next.hasNotes && !(await areNotesOurs(ctx, slot, work))) continue;
    const basis = slot.version;
    const body = bodyOf(slot);
    const outcome = await sendWrite(ctx, slot, { ...next, failures: work.failures });
    if (outcome.kind === 'failed') work.failures += 1;
    else if (outcome.kind !== 'invalid' && outcome.kind !== 'ambiguous') work.failures = 0;
    if (outcome.kind === 'committed') takeCommitted(ctx, slot, { work, next, outcome });
    else if ((await takeOutcome(ctx, slot, { work, next, outcome, basis, body })) === 'gone') return 'gone';
  }
}

/** False: what is to be written has to be computed again. */
async function areNotesOurs(ctx: EngineContext, slot: ObjectSlot, work: Work): Promise<boolean> {
  const { notes } = work.pending;
  const { newest } = slot;
  if (notes === undefined || work.judged === newest) return true;
  const body = bodyOf(slot);
  // Where versions have no order, what the watch brings may be older than what we know: only an answer tells.
  if (body === notes.readFrom || (work.stale === 0 && !isOrdered(newest.resourceVersion))) return true;
  const isOurs = await notes.isOurs(body, work.inDoubt);
  work.judged = newest;
  if (isOurs) return slot.newest === newest;
  work.outdone = true;
  tellOutdone(ctx, slot, { from: notes.readFrom, newest: body });
  return false;
}

type Unwritten = Exclude<SendResult, { readonly kind: 'committed' }>;

interface Sent<K extends Unwritten['kind'] = Unwritten['kind']> {
  readonly work: Work;
  readonly next: PlannedWrite;
  readonly outcome: Extract<Unwritten, { readonly kind: K }>;
  /** The version that it was computed from. */
  readonly basis: string | undefined;
  readonly body: ObjectBody;
}

async function takeOutcome(ctx: EngineContext, slot: ObjectSlot, sent: Sent): Promise<'gone' | 'go on'> {
  const { work, outcome } = sent;
  const { until } = work.pending;
  switch (outcome.kind) {
    case 'gone':
    case 'replaced':
      markVanished(slot);
      return 'gone';
    case 'ambiguous':
      return afterAmbiguity(ctx, slot, sent);
    case 'stale':
      return afterStale(ctx, slot, { ...sent, outcome });
    case 'invalid':
      if (await dropInvalid(ctx, slot, { ...sent, outcome })) return 'go on';
      work.failures += 1;
      await waitRefused(ctx, slot, { work, why: outcome.message, failures: work.failures });
      return 'go on';
    case 'kindChanged':
      ctx.rediscover();
      if (!withoutStatusEndpoint(ctx, slot, sent)) await waitBackOff(ctx, slot, { failures: 1, until });
      return 'go on';
    case 'failed':
      if (outcome.refusal !== undefined) await waitRefused(ctx, slot, { work, why: outcome.refusal, failures: work.failures });
      else await waitBackOff(ctx, slot, { failures: work.failures, until, atMostMs: OUTAGE_WAIT_MS });
      return 'go on';
    default:
      return assertNever(outcome);
  }
}

/** Too late, it says: whoever was faster left a newer state. If nobody was, again and again, it is a refusal by another name, and is told as one. */
async function afterStale(ctx: EngineContext, slot: ObjectSlot, { work, outcome, basis }: Sent<'stale'>): Promise<'gone' | 'go on'> {
  work.stale += 1;
  if (slot.version === basis && (await refreshSlot(ctx, slot)) === 'gone') return 'gone';
  const isNewest = slot.version === basis;
  work.guard = isNewest ? 'version' : 'values';
  const failures = Math.floor(work.stale / STALE_TRIES);
  const isOften = work.stale % STALE_TRIES === 0;
  if (isNewest && isOften) {
    const error = factError(new WriteRefusedError(slot.ref.name, outcome.message ?? 'it says that it has a newer state, and has none'));
    ctx.emit({ kind: 'object-failed', object: slot.ref, error, retryInMs: errorDelayMs(ctx, failures) });
  }
  if (isOften || ctx.rarely?.('back-off-early'))
    await waitRefused(ctx, slot, { work, why: outcome.message ?? 'the object is said to be another', failures });
  return 'go on';
}

interface Refused {
  readonly work: Work;
  readonly why: string;
  readonly failures: number;
}

/** With results to drop there is nothing to wait for: without them it is another write. */
async function waitRefused(ctx: EngineContext, slot: ObjectSlot, { work, why, failures }: Refused): Promise<void> {
  const { refusing, until } = work.pending;
  work.refusal = why;
  refusing.told?.();
  if (refusing.dropsResults && dropResults(ctx, slot, work)) return;
  await waitBackOff(ctx, slot, { failures, until, refusing });
}

/** What was refused is not wanted any more. */
function givesUp(ctx: EngineContext, slot: ObjectSlot, work: Work): boolean {
  if (work.refusal === undefined || !isOver(ctx, work.pending.refusing)) return false;
  dropResults(ctx, slot, work);
  return true;
}

/** What handlers want is told, and wanted no more. False if there is nothing of that. */
function dropResults(ctx: EngineContext, slot: ObjectSlot, work: Work): boolean {
  const { contributions, transformations, refusal = '' } = work;
  const isOpen = (id: HandlerId): boolean => transformations.has(id) || !isEmptyPatch(openParts(contributions.get(id) ?? {}, work));
  const dropped = [...new Set([...contributions.keys(), ...transformations.keys()])].filter(isOpen);
  for (const handler of dropped.filter((id) => id !== CONDITION_PART))
    ctx.emit({ kind: 'result-dropped', object: slot.ref, handler, causes: [], message: refusal });
  work.contributions = NO_CHANGES;
  work.transformations = NO_TRANSFORMATIONS;
  work.changes = NO_CHANGES;
  return dropped.length > 0;
}

/**
 * The newest state tells whether it was committed. Where that cannot be had either, the cluster is away: nothing is asked at once again, and
 * nothing is sent before it could be had, for others may have written since.
 */
async function afterAmbiguity(ctx: EngineContext, slot: ObjectSlot, sent: Sent): Promise<'gone' | 'go on'> {
  const { work, basis, next } = sent;
  const { until } = work.pending;
  work.guard = 'values';
  work.inDoubt = true;
  for (;;) {
    // A state that came meanwhile tells only if it shows the write: else it may be one from before.
    const isShown = slot.version !== basis && unkeptFields(next.wanted, bodyOf(slot)).length === 0;
    const state = isShown ? 'fresh' : await refreshSlot(ctx, slot);
    if (state === 'gone') return 'gone';
    if (state === 'fresh') keepOpenParts(slot, sent);
    if (state !== 'unknown') break;
    work.failures += 1;
    await waitBackOff(ctx, slot, { failures: work.failures, until, atMostMs: OUTAGE_WAIT_MS });
    if (until?.aborted) return 'go on';
  }
  work.stale += 1;
  work.failures = 0;
  if (work.stale % STALE_TRIES === 0) await waitBackOff(ctx, slot, { failures: Math.floor(work.stale / STALE_TRIES), until });
  return 'go on';
}

/** Of what handlers left behind, what the write in doubt was about is sent again only where nothing has happened since. */
function keepOpenParts(slot: ObjectSlot, { work, next, body }: Sent): void {
  const endpoint = endpointOf(next.write);
  const doubt = { basis: body, newest: bodyOf(slot) };
  work.contributions = new Map(
    [...work.contributions].map(([handler, patch]) => {
      const part = partFor(endpoint, patch, work.hasStatusEndpoint);
      if (part === undefined) return [handler, patch];
      const others = Object.entries(patch).filter(([key]) => !Object.hasOwn(part, key));
      return [handler, { ...Object.fromEntries(others), ...openPart(part, doubt) }];
    }),
  );
  for (const [handler, changed] of work.changes) {
    const part = partFor(endpoint, changed, work.hasStatusEndpoint);
    // A function that changed something of the object is done if any of it has changed since: one request has all of it, or nothing.
    if (part !== undefined && isEmptyPatch(openPart(part, doubt))) work.transformations = without(work.transformations, handler);
  }
}

function takeCommitted(
  ctx: EngineContext,
  slot: ObjectSlot,
  { work, next, outcome }: Pick<Sent, 'work' | 'next'> & { readonly outcome: Extract<WriteOutcome, { readonly kind: 'committed' }> },
): void {
  work.committed = true;
  work.stale = 0;
  work.refusal = undefined;
  const answer = outcome.object.body();
  const tried = triesMain(slot, work) ? endTry(work, next, answer) : undefined;
  if (endpointOf(next.write) === 'status') work.statusDone = true;
  else if (tried === undefined) work.mainDone = true;
  takeAnswer(ctx, slot, outcome.object);
  noteLeft(ctx, slot, answer);
  const { finalizer } = work.pending;
  if (finalizer !== undefined && next.why === 'finalizer') {
    const why = finalizer === 'add' ? 'handlers require it' : 'it is not needed any more';
    ctx.emit({ kind: 'finalizer-changed', object: slot.ref, change: finalizer === 'add' ? 'added' : 'removed', why });
  }
  // Found at the other endpoint in a moment: nothing is lost.
  if (tried === 'wrong' || findStatusEndpoint(ctx, slot, { work, next, answer })) return;
  reportUnkept(ctx, slot, { endpoint: endpointOf(next.write), wanted: next.wanted, answer: outcome.object });
  planElsewhere(ctx, slot, { work, next, answer });
}

/**
 * The cluster did not keep what a store had put there (faults C8): what the stores plan now goes to the other endpoint, without what is
 * committed already.
 */
function planElsewhere(
  { progressStore, diffBaseStore }: EngineContext,
  { ref }: ObjectSlot,
  { work, next, answer }: Pick<Sent, 'work' | 'next'> & { readonly answer: ObjectBody },
): void {
  const view = { ref, body: answer };
  const moved = [progressStore, diffBaseStore].filter((store) => store.notKept?.(view, next.wanted));
  if (moved.length === 0 || !work.mainDone) return;
  work.contributions = new Map();
  work.transformations = NO_TRANSFORMATIONS;
  work.changes = NO_CHANGES;
  work.mainDone = false;
}

/** The kind had a status endpoint, an answer says that it has none: results alone are tried at the main endpoint, before the essence. */
function triesMain(slot: ObjectSlot, { hasStatusEndpoint, statusDone }: Work): boolean {
  return slot.kind.hasStatusEndpoint && !hasStatusEndpoint && !statusDone;
}

/** If the main endpoint kept the status, there is no other; if it did not, the answer before was wrong. */
function endTry(work: Work, { wanted: { status } }: PlannedWrite, answer: ObjectBody): 'right' | 'wrong' {
  work.hasStatusEndpoint = status !== undefined && unkeptFields({ status }, answer).length > 0;
  work.statusDone = !work.hasStatusEndpoint;
  return work.hasStatusEndpoint ? 'wrong' : 'right';
}

/** 404 on `/status` of an object that exists: the kind lost the subresource, and the rest goes to the main endpoint at once. */
function withoutStatusEndpoint(ctx: EngineContext, slot: ObjectSlot, { work, next }: Sent): boolean {
  if (endpointOf(next.write) !== 'status' || work.flips >= MOST_FLIPS) return false;
  work.flips += 1;
  work.hasStatusEndpoint = false;
  // Asked for after the main endpoint had dropped it: there is no such endpoint, so it was pruned.
  const wasPruned = work.mainDone && !slot.kind.hasStatusEndpoint;
  if (wasPruned) reportUnkept(ctx, slot, { endpoint: 'main', wanted: next.wanted, answer: slot.newest });
  work.statusDone = wasPruned;
  work.mainDone = wasPruned;
  return true;
}

/**
 * The main endpoint keeps nothing of a status where the kind has got a status subresource since; where its schema prunes the status
 * it looks the same. Asking the other endpoint tells, once per kind.
 */
function findStatusEndpoint(
  ctx: EngineContext,
  slot: ObjectSlot,
  { work, next, answer }: { readonly work: Work; readonly next: PlannedWrite; readonly answer: ObjectBody },
): boolean {
  const { status } = next.wanted;
  if (slot.kind.hasStatusEndpoint || work.hasStatusEndpoint || status === undefined || work.flips >= MOST_FLIPS) return false;
  const unkept = unkeptFields({ status }, answer);
  if (unkept.length === 0 || !isFirstTime(slot.kind, 'whether it has a status endpoint')) return false;
  work.flips += 1;
  work.hasStatusEndpoint = true;
  ctx.rediscover();
  return true;
}

/** The first request that is still needed, against the newest state. */
function nextWrite(ctx: EngineContext, slot: ObjectSlot, work: Work): PlannedWrite | undefined {
  const { hasStatusEndpoint, contributions, transformations } = work;
  const pending = work.outdone ? NOTHING_OF_OURS : work.pending;
  if (work.mainDone && (work.statusDone || !hasStatusEndpoint)) return undefined;
  const body = bodyOf(slot);
  // Deletion may have been requested since: then a finalizer would be refused for ever (spec Z-08).
  const finalizer = pending.finalizer === 'add' && body.metadata.deletionTimestamp !== undefined ? undefined : pending.finalizer;
  const open = (patch: MergePatch): MergePatch => openParts(patch, work);
  const results = open([...contributions.values()].reduce(composeMergePatches, {}));
  if (triesMain(slot, work)) {
    const tried = plan(ctx, slot, { work, input: { body, results, bookkeeping: {} } });
    if (tried[0]) return tried[0];
  }
  // Results go first anyway: what the stores want is asked for when it is their turn.
  const hasStatusResults = results['status'] !== undefined || transformations.size > 0;
  const isStatusFirst = hasStatusResults && hasStatusEndpoint && pending.finalizer === undefined && keepsToMain(ctx, body);
  const early = isStatusFirst ? plan(ctx, slot, { work, input: { body, results, bookkeeping: {} } }) : [];
  const status = early.filter(({ write }) => endpointOf(write) === 'status');
  if (status[0]) return status[0];
  if (work.mainDone && keepsToMain(ctx, body)) return undefined;
  const planned = plan(ctx, slot, {
    work,
    input: {
      body,
      results,
      bookkeeping: open(pending.bookkeeping?.(body) ?? {}),
      ...(finalizer === undefined || work.mainDone ? {} : { finalizer: { name: ctx.identity.finalizer, change: finalizer } }),
    },
  });
  return planned[0];
}

interface Planning {
  readonly work: Work;
  readonly input: Omit<WriteInput, 'ref' | 'statusSubresource' | 'transformed'>;
}

/** Without what is done already. A function that throws takes everything of its own out of the work. */
function plan(ctx: EngineContext, slot: ObjectSlot, { work, input }: Planning): readonly PlannedWrite[] {
  const basis: WriteInput = { ...input, ref: slot.ref, statusSubresource: work.hasStatusEndpoint, guard: work.guard };
  const isOpen = ({ write }: PlannedWrite): boolean => !(endpointOf(write) === 'status' ? work.statusDone : work.mainDone);
  if (work.transformations.size === 0) return planWrites(basis);
  for (;;) {
    const transformed = transformBody(mergedState(basis), work.transformations);
    if (transformed.ok) {
      work.changes = transformed.changes;
      return planWrites({ ...basis, transformed: transformed.body }).filter(isOpen);
    }
    const { handler, error } = transformed;
    work.transformations = without(work.transformations, handler);
    ctx.emit({ kind: 'result-dropped', object: slot.ref, handler, causes: [], message: errorText(error) });
    work.pending.onThrown?.(handler, error);
  }
}

/** The same without what is one handler's. */
function without<T>(all: ReadonlyMap<HandlerId, T>, handler: HandlerId): ReadonlyMap<HandlerId, T> {
  return new Map([...all].filter(([id]) => id !== handler));
}

/** Neither store writes to the status, except to remove leftovers of an older one. */
function keepsToMain({ progressStore, diffBaseStore }: EngineContext, body: ObjectBody): boolean {
  if (progressStore.endpoint !== 'main' || diffBaseStore.endpoint !== 'main') return false;
  return progressStore.ownsField === undefined || !resolveField(body, progressStore.ownsField).present;
}

/** Without what was committed already: somebody may have changed it since, and has the last word. */
function openParts(patch: MergePatch, { mainDone, statusDone, hasStatusEndpoint }: Work): MergePatch {
  if (!hasStatusEndpoint) return mainDone ? {} : patch;
  const { status, ...main } = patch;
  return { ...(mainDone ? {} : main), ...(statusDone || status === undefined ? {} : { status }) };
}

interface InvalidWrite {
  readonly work: Work;
  readonly next: PlannedWrite;
  readonly outcome: { readonly causes: readonly InvalidCause[]; readonly message: string };
}

/** An invalid result is a permanent failure of the handlers that the causes name; of all, if they name none. Never a loop. */
async function dropInvalid(ctx: EngineContext, slot: ObjectSlot, { work, next, outcome }: InvalidWrite): Promise<boolean> {
  const { causes, message } = outcome;
  const endpoint = endpointOf(next.write);
  const contributed = [...work.contributions, ...work.changes].flatMap(([handler, patch]) => {
    const part = partFor(endpoint, patch, work.hasStatusEndpoint);
    return part === undefined ? [] : [[handler, part] as const];
  });
  const guilty = blamedHandlers(contributed, causes);
  if (guilty.length === 0) {
    // Nobody's result but our own records: keep them and try again, for running the handlers again would not help.
    const error = factError(new WriteRefusedError(slot.ref.name, message));
    if (work.refusal !== message) ctx.emit({ kind: 'object-failed', object: slot.ref, error, retryInMs: 0 });
    return false;
  }
  for (const handler of guilty) {
    work.contributions = without(work.contributions, handler);
    work.transformations = without(work.transformations, handler);
    work.changes = without(work.changes, handler);
    ctx.emit({ kind: 'result-dropped', object: slot.ref, handler, causes, message });
  }
  work.pending.onInvalid?.(guilty, message);
  await tellInvalid(ctx, slot, { work, guilty, message });
  return true;
}

interface Invalid {
  readonly work: Work;
  readonly guilty: readonly HandlerId[];
  readonly message: string;
}

/**
 * The condition goes along with the status, or, where that is written already, before what is left. Only for those who are not called
 * again for it: a change of the status that calls an event handler, whose result is refused, would go on for ever.
 */
async function tellInvalid(ctx: EngineContext, slot: ObjectSlot, { work, guilty, message }: Invalid): Promise<void> {
  const handlers = guilty.filter((id) => id !== CONDITION_PART);
  if (work.pending.onInvalid === undefined || handlers.length === 0) return;
  const telling = [CONDITION_PART, [refusedCondition({ handlers, message, now: ctx.clock.now() })]] as const;
  if (!work.statusDone) work.transformations = new Map<HandlerId, readonly PatchFunction[]>([...work.transformations, telling]);
  else {
    const { until, refusing } = work.pending;
    await applyAll(ctx, slot, { contributions: new Map(), transformations: new Map([telling]), until, refusing });
  }
}
