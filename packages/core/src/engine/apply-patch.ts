// From what handlers left behind to requests: results first, bookkeeping last, one request per endpoint, each bound to the uid,
// computed from the newest state, repeated until the cluster has it (design 6.7, 6.8).
import { resolveField } from '../cause/diff.js';
import { assertNever, WriteRefusedError } from '../errors.js';
import type { InvalidCause } from '../model/fact.js';
import type { HandlerId } from '../model/ids.js';
import type { ObjectBody, SeenObject } from '../model/object.js';
import type { MergePatch } from '../model/patch.js';
import { composeMergePatches } from '../patch/merge-patch.js';
import { planWrites, type PlannedWrite, type WriteInput } from '../patch/build-patch.js';
import type { ObjectWrite, WriteOutcome } from '../ports/cluster-client.js';
import { errorDelayMs, factError, isAbort, type EngineContext } from './context.js';
import { bodyOf, markVanished, offerState, type ObjectSlot } from './object-slot.js';

/** What is to be written; consumed as it gets committed. */
export interface PendingWrite {
  /** By handler, so that an invalid one can be blamed and dropped alone. */
  readonly contributions: ReadonlyMap<HandlerId, MergePatch>;
  /** Progress and diff base, computed as late as possible; goes last. */
  readonly bookkeeping?: (newest: ObjectBody) => MergePatch;
  readonly finalizer?: 'add' | 'remove' | undefined;
  /** Gives up waiting when it aborts: somebody else will write the rest. */
  readonly until?: AbortSignal | undefined;
  /** The cluster refuses what these handlers returned: it will never be accepted. */
  readonly onInvalid?: (handlers: readonly HandlerId[], message: string) => void;
}

/** `gone`: the object exists no more, or its name belongs to another. */
export type ApplyResult = 'written' | 'unchanged' | 'gone';

const STALE_TRIES = 5;

/** Works until all is committed. Throws only when the operator ends. */
export async function applyPending(ctx: EngineContext, slot: ObjectSlot, pending: PendingWrite): Promise<ApplyResult> {
  const left = { contributions: new Map(pending.contributions), statusDone: false, mainDone: false };
  let committed = false;
  let stale = 0;
  let failures = 0;
  for (;;) {
    if (slot.gone || slot.vanished || slot.released) return 'gone';
    if (pending.until?.aborted) return committed ? 'written' : 'unchanged';
    const next = nextWrite(ctx, slot, { pending, left });
    if (!next) return committed ? 'written' : 'unchanged';
    const basis = slot.version;
    const outcome = await send(ctx, slot, { ...next, failures });
    if (outcome.kind === 'failed') failures += 1;
    else if (outcome.kind !== 'invalid') failures = 0;
    switch (outcome.kind) {
      case 'committed':
        committed = true;
        stale = 0;
        if (endpointOf(next.write) === 'status') left.statusDone = true;
        else left.mainDone = true;
        takeAnswer(ctx, slot, {
          object: outcome.object,
          finalizer: pending.finalizer !== undefined && next.why === 'finalizer' ? pending.finalizer : undefined,
        });
        break;
      case 'gone':
      case 'replaced':
        markVanished(slot);
        return 'gone';
      case 'stale':
      case 'ambiguous':
        stale += 1;
        if (slot.version === basis && (await refreshSlot(ctx, slot)) === 'gone') return 'gone';
        if (stale % STALE_TRIES === 0) await waitBackOff(ctx, slot, { failures: Math.floor(stale / STALE_TRIES), until: pending.until });
        break;
      case 'invalid':
        if (!dropInvalid(ctx, slot, { pending, left: left.contributions, outcome, write: next.write })) {
          failures += 1;
          await waitBackOff(ctx, slot, { failures, until: pending.until });
        }
        break;
      case 'kindChanged':
        ctx.rediscover();
        await waitBackOff(ctx, slot, { failures: 1, until: pending.until });
        break;
      case 'failed':
        await waitBackOff(ctx, slot, { failures, until: pending.until });
        break;
      default:
        assertNever(outcome);
    }
  }
}

interface Left {
  readonly contributions: Map<HandlerId, MergePatch>;
  statusDone: boolean;
  mainDone: boolean;
}

/** The first request that is still needed, against the newest state. */
function nextWrite(
  ctx: EngineContext,
  slot: ObjectSlot,
  { pending, left }: { readonly pending: PendingWrite; readonly left: Left },
): PlannedWrite | undefined {
  if (left.mainDone && (left.statusDone || !slot.kind.hasStatusEndpoint)) return undefined;
  const body = bodyOf(slot);
  // Deletion may have been requested since: then a finalizer would be refused for ever (spec Z-08).
  const finalizer = pending.finalizer === 'add' && body.metadata.deletionTimestamp !== undefined ? undefined : pending.finalizer;
  const open = (patch: MergePatch): MergePatch => openParts(patch, left, slot.kind.hasStatusEndpoint);
  const results = open([...left.contributions.values()].reduce(composeMergePatches, {}));
  // Results go first anyway: what the stores want is asked for when it is their turn.
  const isStatusFirst =
    results['status'] !== undefined && slot.kind.hasStatusEndpoint && pending.finalizer === undefined && keepsToMain(ctx, body);
  const status = isStatusFirst ? planWrites({ ...basis(slot, body), results: { status: results['status'] }, bookkeeping: {} }) : [];
  if (status[0]) return status[0];
  if (left.mainDone && keepsToMain(ctx, body)) return undefined;
  const planned = planWrites({
    ...basis(slot, body),
    results,
    bookkeeping: open(pending.bookkeeping?.(body) ?? {}),
    ...(finalizer === undefined || left.mainDone ? {} : { finalizer: { name: ctx.identity.finalizer, change: finalizer } }),
  });
  return planned[0];
}

function basis(slot: ObjectSlot, body: ObjectBody): Pick<WriteInput, 'body' | 'ref' | 'statusSubresource'> {
  return { body, ref: slot.ref, statusSubresource: slot.kind.hasStatusEndpoint };
}

/** Neither store writes to the status, except to remove leftovers of an older one. */
function keepsToMain({ progressStore, diffBaseStore }: EngineContext, body: ObjectBody): boolean {
  if (progressStore.endpoint !== 'main' || diffBaseStore.endpoint !== 'main') return false;
  return progressStore.ownsField === undefined || !resolveField(body, progressStore.ownsField).present;
}

/** Without what was committed already: somebody may have changed it since, and has the last word. */
function openParts(patch: MergePatch, { mainDone, statusDone }: Left, hasStatusEndpoint: boolean): MergePatch {
  if (!hasStatusEndpoint) return mainDone ? {} : patch;
  const { status, ...main } = patch;
  return { ...(mainDone ? {} : main), ...(statusDone || status === undefined ? {} : { status }) };
}

type SendResult = WriteOutcome | { readonly kind: 'failed' };

interface Sending {
  readonly write: ObjectWrite;
  readonly why: string;
  /** In a row, before this one. */
  readonly failures: number;
}

async function send(ctx: EngineContext, slot: ObjectSlot, { write, why, failures }: Sending): Promise<SendResult> {
  const endpoint = endpointOf(write);
  ctx.emit({ kind: 'write-sent', object: slot.ref, endpoint, why });
  try {
    const outcome = await ctx.client.write(write, ctx.ended);
    const version = outcome.kind === 'committed' ? { resourceVersion: outcome.object.resourceVersion } : {};
    ctx.emit({ kind: 'write-ended', object: slot.ref, endpoint, outcome: outcome.kind, ...version });
    return outcome;
  } catch (error) {
    if (isAbort(error, ctx.ended)) throw error;
    ctx.emit({ kind: 'write-ended', object: slot.ref, endpoint, outcome: 'failed', error: factError(error) });
    ctx.emit({ kind: 'object-failed', object: slot.ref, error: factError(error), retryInMs: errorDelayMs(ctx, failures + 1) });
    // With the operator ending there is no time to try again; the handlers' results are found missing at the next start.
    if (ctx.stopping.aborted) throw error;
    return { kind: 'failed' };
  }
}

function takeAnswer(
  ctx: EngineContext,
  slot: ObjectSlot,
  { object, finalizer }: { readonly object: SeenObject; readonly finalizer: 'add' | 'remove' | undefined },
): void {
  const isNews = offerState(ctx, slot, { object, channel: { from: 'answer' } });
  const timeoutMs = ctx.settings.persistence.consistencyTimeoutMs;
  // A version that is at hand already will not come again (spec Q-16).
  if (isNews && timeoutMs > 0) slot.expectation = { version: object.resourceVersion, deadlineMs: ctx.clock.monotonicMs() + timeoutMs };
  if (finalizer === undefined) return;
  const change = finalizer === 'add' ? 'added' : 'removed';
  ctx.emit({
    kind: 'finalizer-changed',
    object: slot.ref,
    change,
    why: finalizer === 'add' ? 'handlers require it' : 'it is not needed any more',
  });
}

/** Reads the object by an empty patch, which changes nothing and needs no right but `patch` (design 6.8). */
export async function refreshSlot(ctx: EngineContext, slot: ObjectSlot): Promise<'fresh' | 'gone' | 'unknown'> {
  const write: ObjectWrite = { kind: 'merge', ref: slot.ref, patch: { metadata: { uid: slot.ref.uid } } };
  const outcome = await send(ctx, slot, { write, why: 'refresh', failures: 0 });
  if (outcome.kind === 'gone' || outcome.kind === 'replaced') {
    markVanished(slot);
    return 'gone';
  }
  if (outcome.kind !== 'committed') return 'unknown';
  offerState(ctx, slot, { object: outcome.object, channel: { from: 'answer' } });
  return 'fresh';
}

interface InvalidWrite {
  readonly pending: PendingWrite;
  readonly left: Map<HandlerId, MergePatch>;
  readonly outcome: Extract<WriteOutcome, { kind: 'invalid' }>;
  readonly write: ObjectWrite;
}

/** An invalid result is a permanent failure of the handlers that the causes name; of all, if they name none. Never a loop. */
function dropInvalid(ctx: EngineContext, slot: ObjectSlot, { pending, left, outcome, write }: InvalidWrite): boolean {
  const endpoint = endpointOf(write);
  const touching = [...left].filter(([, patch]) =>
    Object.keys(patch).some((key) => !slot.kind.hasStatusEndpoint || (key === 'status') === (endpoint === 'status')),
  );
  const blamed = touching.filter(([, patch]) => outcome.causes.some((cause) => concerns(patch, cause)));
  const guilty = blamed.length > 0 ? blamed : touching;
  if (guilty.length === 0) {
    // Nobody's result but our own records: keep them and try again, for running the handlers again would not help.
    ctx.emit({
      kind: 'object-failed',
      object: slot.ref,
      error: factError(new WriteRefusedError(slot.ref.name, outcome.message)),
      retryInMs: 0,
    });
    return false;
  }
  for (const [handler] of guilty) {
    left.delete(handler);
    ctx.emit({ kind: 'result-dropped', object: slot.ref, handler, causes: outcome.causes, message: outcome.message });
  }
  pending.onInvalid?.(
    guilty.map(([handler]) => handler),
    outcome.message,
  );
  return true;
}

/** Whether a patch writes the field that a cause names, such as `status.name` or `spec.items[0].size`. */
function concerns(patch: MergePatch, cause: InvalidCause): boolean {
  const keys = cause.field.replace(/\[[^\]]*\]/g, '').split('.');
  let value: unknown = patch;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
    if (!Object.hasOwn(value, key)) return false;
    value = (value as Record<string, unknown>)[key];
  }
  return true;
}

export async function waitBackOff(
  ctx: EngineContext,
  slot: ObjectSlot,
  { failures, until }: { readonly failures: number; readonly until?: AbortSignal | undefined },
): Promise<void> {
  const ms = errorDelayMs(ctx, failures);
  ctx.emit({ kind: 'object-waiting', object: slot.ref, until: ctx.clock.now() + ms, why: 'back-off' });
  // The end of the operator cuts the wait short: there is time for one more try within its grace.
  const cut = until ? AbortSignal.any([ctx.stopping, until]) : ctx.stopping;
  await ctx.clock.sleep(ms, cut).catch(() => undefined);
  ctx.ended.throwIfAborted();
}

function endpointOf(write: ObjectWrite): 'main' | 'status' {
  return write.kind === 'merge' ? 'main' : write.endpoint;
}
