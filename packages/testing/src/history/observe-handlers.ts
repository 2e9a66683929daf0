import {
  durationMs,
  isJsonObject,
  isPermanentError,
  isRegistry,
  isTemporaryError,
  isUnfinishedError,
  type AnyHandler,
  type Duration,
  type Json,
  type JsonObject,
  type Registry,
  type SubHandling,
} from '@kopfts/core';
import type { HandledReason, HandlerEndEntry, HandlerStartEntry, InvocationResult } from './history.js';
import { observeSubHandling } from './observe-sub-handlers.js';

/** Where invocations are written down. */
export interface InvocationRecorder {
  /** Gives the number of the invocation. */
  started(entry: Omit<HandlerStartEntry, 'kind' | 'invocation' | 'instance'>): number;
  ended(entry: Omit<HandlerEndEntry, 'kind' | 'instance'>): void;
}

/** A handler, or a sub-handler. */
type Observed = Pick<AnyHandler, 'id' | 'family'> & { readonly fn: unknown };

/** A handler's argument, as far as it is written down. */
interface ObservedArgs extends SubHandling {
  readonly uid: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly body: HandlerStartEntry['body'];
  readonly retry: number;
  readonly reason?: HandledReason;
  readonly old?: Json;
  readonly new?: Json;
  readonly diff?: HandlerStartEntry['diff'];
  readonly patch: { toJSON?: () => unknown };
  readonly signal: AbortSignal;
}

/**
 * The same handlers, each noting when it is called, with what, and how it ended: outside of the engine, in the function that the user
 * gave. Ids, order and "one function, one handler" stay.
 */
export function observeHandlers(registry: Registry, recorder: InvocationRecorder): Registry {
  const observed = new Map<unknown, Map<string, unknown>>();
  const observe = (handler: AnyHandler): AnyHandler => {
    const title = `${handler.family} ${handler.id}`;
    const byTitle = observed.get(handler.fn) ?? new Map<string, unknown>();
    const fn = byTitle.get(title) ?? observeFunction(handler, recorder);
    observed.set(handler.fn, byTitle.set(title, fn));
    return { ...handler, fn } as AnyHandler;
  };
  // One declaration is one value: who exchanges handlers asks which of them are the same.
  const known = new WeakMap<AnyHandler, AnyHandler>();
  const observeOnce = (handler: AnyHandler): AnyHandler => {
    const seen = known.get(handler) ?? observe(handler);
    known.set(handler, seen);
    return seen;
  };
  // Whatever else a registry is, it stays; what is declared later counts, too.
  return Object.create(registry, { handlers: { get: () => registry.handlers.map(observeOnce), enumerable: true } }) as Registry;
}

/** Observes what is a registry; globs and modules are left as they are. */
export function observeIfRegistry<T>(handlers: T, recorder: InvocationRecorder): T {
  return isRegistry(handlers) ? (observeHandlers(handlers, recorder) as T) : handlers;
}

function observeFunction({ fn, id, family }: Observed, recorder: InvocationRecorder): (args: ObservedArgs) => Promise<unknown> {
  const call = fn as (args: ObservedArgs) => unknown;
  return async (args) => {
    const { uid, namespace = '', name, retry, diff } = args;
    // What runs in the background sees the newest state at each look: written down is that of its start.
    const body = family === 'timer' || family === 'daemon' ? { ...args.body } : args.body;
    const invocation = recorder.started({
      handler: id,
      reason: args.reason ?? (family === 'timer' || family === 'daemon' ? family : 'event'),
      uid,
      namespace,
      name,
      resourceVersion: body.metadata.resourceVersion,
      retry,
      body,
      old: args.old,
      new: args.new,
      diff,
    });
    const end = (result: InvocationResult, value?: unknown): void =>
      recorder.ended({ invocation, result, contributed: contributionOf(id, args.patch, value) });
    const subHandling = observeSubHandling(id, args, (child, own) => observeFunction({ fn: own, id: child, family }, recorder));
    try {
      const value = await call(family === 'change' ? Object.freeze({ ...args, ...subHandling }) : args);
      end({ kind: 'ok' }, value);
      return value;
    } catch (error) {
      end(resultOf(error, args.signal));
      throw error;
    }
  };
}

function resultOf(error: unknown, signal: AbortSignal): InvocationResult {
  if (signal.aborted) return { kind: 'cancelled' };
  if (isUnfinishedError(error)) return { kind: 'unfinished' };
  if (isPermanentError(error)) return { kind: 'permanent' };
  if (!isTemporaryError(error)) return { kind: 'retry', delayMs: undefined };
  return { kind: 'retry', delayMs: error.delay === null ? 0 : durationMs(error.delay as Duration, 'delay') };
}

/** What it asked to be written: a copy, made when it ended. */
function contributionOf(id: string, patch: unknown, value: unknown): JsonObject {
  const text = JSON.stringify({ patch, value: value ?? null });
  const { patch: put, value: result } = JSON.parse(text) as { readonly patch?: Json; readonly value: Json };
  const contributed: Record<string, Json | undefined> = isJsonObject(put) ? { ...put } : {};
  if (result !== null) contributed['status'] = { ...(isJsonObject(contributed['status']) ? contributed['status'] : {}), [id]: result };
  return contributed;
}
