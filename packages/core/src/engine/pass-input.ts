// Everything a pass decides on: the newest body, what is stored about it, and what happened to it.
import { buildEssence, cleanEssence, type EssenceRules } from '../cause/essence.js';
import { detectCause, type Cause } from '../cause/detect-cause.js';
import type { MatchInput } from '../handlers/match.js';
import { subHandlersOf } from '../handlers/progress.js';
import { plainOf } from '../model/json.js';
import type { Essence, ObjectBody, ObjectView } from '../model/object.js';
import type { LoadedDiffBase } from '../ports/diff-base-store.js';
import type { LoadedProgress, ProgressQuery } from '../ports/progress-store.js';
import type { EngineContext } from './context.js';
import { askMemo, takeMemo } from './durable-memo.js';
import { sharedArgs } from './handler-args.js';
import { bodyOf, type ObjectSlot } from './object-slot.js';
import type { ServedKind } from './served-kind.js';
import { isThenable } from './thenable.js';

/** Read once, at the beginning of a pass. */
export interface PassInput {
  /** With the handlers that the pass knows, whatever takes their place meanwhile. */
  readonly kind: ServedKind;
  readonly body: ObjectBody;
  readonly cause: Cause;
  readonly match: MatchInput;
  readonly progress: LoadedProgress;
  readonly diffBase: LoadedDiffBase;
  /** The essence handled last was lost: what the object is now takes its place, before anything else. */
  readonly adopts: boolean;
}

/** `body` is the newest one; only where nobody but us will see it, it need not be frozen. */
export function readPassInput(ctx: EngineContext, slot: ObjectSlot, body = bodyOf(slot)): PassInput | Promise<PassInput> {
  const { kind } = slot;
  const view: ObjectView = { ref: slot.ref, body };
  const progress = loadProgress(ctx, { object: view, handlers: kind.changeIds });
  const diffBases = ctx.diffBaseStore.load([view], ctx.ended);
  if (ctx.memoStore === undefined && !isThenable(progress) && !isThenable(diffBases))
    return inputOf(ctx, slot, { kind, body, progress, diffBases });
  return Promise.all([progress, diffBases, askMemo(ctx, slot, body)]).then(([records, bases, memo]) => {
    takeMemo(ctx, slot, memo);
    return inputOf(ctx, slot, { kind, body, progress: records, diffBases: bases });
  });
}

interface Read extends Pick<PassInput, 'kind' | 'body' | 'progress'> {
  readonly diffBases: readonly LoadedDiffBase[];
}

function inputOf(ctx: EngineContext, slot: ObjectSlot, { kind, body, progress, diffBases }: Read): PassInput {
  const [diffBase = NO_DIFF_BASE] = diffBases;
  const seen = { progress, diffBase };
  const fresh = buildEssence(body, kind.rules);
  const { stored, adopts } = storedEssence(kept(slot, seen.diffBase), fresh, kind.rules);
  const cause = detectCause({
    gone: slot.gone,
    deleting: body.metadata.deletionTimestamp !== undefined,
    finalizerPresent: body.metadata.finalizers?.includes(ctx.identity.finalizer) ?? false,
    stored,
    fresh,
    initial: slot.noticedByListing && !slot.fullyHandledOnce,
  });
  return { kind, body, cause, match: matchInput(ctx, slot, { body, cause }), ...seen, adopts };
}

/** What the store had no room for is known as long as this process lives. */
function kept({ unstored }: ObjectSlot, stored: LoadedDiffBase): LoadedDiffBase {
  return unstored === undefined ? stored : { ...stored, essence: unstored, lost: undefined };
}

/** A lost record means "unknown", never "created" (design 6.14). */
function storedEssence(
  { essence, lost }: LoadedDiffBase,
  fresh: Essence,
  rules: EssenceRules,
): { readonly stored: Essence | undefined; readonly adopts: boolean } {
  const stored = essence === undefined ? undefined : cleanEssence(essence, rules);
  switch (lost?.judge(fresh)) {
    case 'adopt':
      return { stored: fresh, adopts: true };
    case 'same':
      return { stored: fresh, adopts: false };
    case 'changed':
      return { stored: stored ?? {}, adopts: false };
    case 'rehandle':
      return { stored: undefined, adopts: false };
    default:
      return { stored, adopts: false };
  }
}

const NO_DIFF_BASE: LoadedDiffBase = { essence: undefined, version: undefined };
const NOTHING_STORED: LoadedProgress = { records: new Map(), version: undefined };

/** With the records of sub-handlers, which nobody knows but the records of their ancestors (spec SH-14). */
function loadProgress(ctx: EngineContext, query: ProgressQuery): LoadedProgress | Promise<LoadedProgress> {
  const loading = ctx.progressStore.load([query], ctx.ended);
  return isThenable(loading) ? loading.then((all) => withSubHandlers(ctx, query, all)) : withSubHandlers(ctx, query, loading);
}

function withSubHandlers(
  ctx: EngineContext,
  query: ProgressQuery,
  [loaded = NOTHING_STORED]: readonly LoadedProgress[],
): LoadedProgress | Promise<LoadedProgress> {
  if (loaded.records.size === 0) return loaded;
  const children = [...subHandlersOf(loaded.records.values())].filter((id) => !query.handlers.includes(id));
  if (children.length === 0) return loaded;
  // All of them again: what is known of one object is read at one moment.
  const loading = ctx.progressStore.load([{ ...query, handlers: [...query.handlers, ...children] }], ctx.ended);
  return isThenable(loading) ? loading.then(([whole = NOTHING_STORED]) => whole) : (loading[0] ?? NOTHING_STORED);
}

/** For filters; the arguments of callbacks are made on the first need (spec F-03). */
export function matchInput(ctx: EngineContext, slot: ObjectSlot, { body, cause }: Pick<PassInput, 'body' | 'cause'>): MatchInput {
  const { old, new: fresh } = cause;
  let shared: object | undefined;
  return {
    body,
    ...(old === undefined ? {} : { old }),
    new: fresh,
    args: () => (shared ??= sharedArgs(ctx, slot, { body, more: changeArgs(cause) })),
  };
}

function changeArgs({ reason, old, new: fresh, diff }: Cause): Readonly<Record<string, unknown>> {
  return { reason, old: plainOf(old), new: plainOf(fresh), diff: plainOf(diff) };
}
