// For tests: histories made by hand, line by line, with everything filled in that a line does not say.
import type { Json, JsonObject, ObjectBody } from '@kopfts/core';
import type { CommitEntry, HandlerStartEntry, HistoryEntry, HistoryEntryBody, HoldingEntry, InvocationResult } from '../history/history.js';
import type { Invariant, ModelHandler, OperatorModel, Violation } from './invariant.js';

export const PREFIX = 'test.kopf.zalando.org';
export const FINALIZER = `${PREFIX}/finalizer`;
export const LHC = `${PREFIX}/last-handled-configuration`;
export const COLLECTION = 'kopf.dev/kopfexamples';
export const OP = 'operator#1';
export const OP2 = 'operator#2';
export const USER = 'user';

export function model(handlers: readonly ModelHandler[] = [], more: Partial<OperatorModel> = {}): OperatorModel {
  return {
    collection: COLLECTION,
    annotationPrefix: PREFIX,
    finalizer: FINALIZER,
    handlers,
    isOwnActor: (actor) => actor.startsWith('operator#'),
    ...more,
  };
}

/** An object: its version, spec, and what else; `handled` is the essence under the diff base, `progress` records by handler. */
export interface Built {
  readonly uid?: string;
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly handled?: Json;
  readonly progress?: Readonly<Record<string, Json>>;
  readonly finalizers?: readonly string[];
  readonly deleting?: boolean;
}

export function body(version: number, built: Built = {}): ObjectBody {
  const { uid = 'u1', spec = {}, status, labels, handled, progress = {}, finalizers, deleting } = built;
  const annotations = {
    ...built.annotations,
    ...(handled === undefined ? {} : { [LHC]: `${JSON.stringify(handled)}\n` }),
    ...Object.fromEntries(Object.entries(progress).map(([id, record]) => [`${PREFIX}/${id}`, JSON.stringify(record)])),
  };
  return {
    apiVersion: 'kopf.dev/v1',
    kind: 'KopfExample',
    metadata: {
      name: `name-of-${uid}`,
      namespace: 'default',
      uid,
      resourceVersion: String(version),
      ...(labels === undefined ? {} : { labels }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ...(deleting === true ? { deletionTimestamp: '2024-01-01T00:00:00Z' } : {}),
    },
    spec,
    ...(status === undefined ? {} : { status }),
  };
}

/** What a start says beyond its handler and the state that it sees. */
export interface BuiltStart extends Partial<Pick<HandlerStartEntry, 'reason' | 'retry' | 'old' | 'new' | 'diff'>> {
  readonly instance?: string;
}

/** Writes a history. Objects keep their last state, which is what the next commit begins with. */
export interface HistoryBuilder {
  readonly history: readonly HistoryEntry[];
  /** Lets time pass. */
  wait(ms: number): void;
  add(entry: HistoryEntryBody): number;
  /** The object becomes this; gives the entry. */
  commit(after: ObjectBody, more?: Partial<Pick<CommitEntry, 'actor' | 'call' | 'collection'>>): number;
  gone(uid: string, version: number, more?: Partial<Pick<CommitEntry, 'actor' | 'call'>>): number;
  /** Gives the number of the invocation. */
  start(handler: string, seen: ObjectBody, more?: BuiltStart): number;
  end(invocation: number, result?: InvocationResult | InvocationResult['kind'], contributed?: JsonObject): number;
  /** A start and its end. */
  run(
    handler: string,
    seen: ObjectBody,
    more?: BuiltStart & { readonly result?: InvocationResult['kind']; readonly contributed?: JsonObject },
  ): void;
  /** Gives the number of the call. */
  call(
    contextUid: string | undefined,
    more?: { readonly instance?: string; readonly method?: string; readonly path?: string; readonly body?: Json },
  ): number;
  /** The call comes back with this state; without one with an empty answer. */
  answer(call: number, state?: ObjectBody, instance?: string): number;
  lose(call: number, instance?: string): number;
  deliver(state: ObjectBody, instance?: string): number;
  life(change: 'started' | 'stopped' | 'killed' | 'paused' | 'woken', instance?: string): number;
  phase(phase: 'steady' | 'converged' | 'quiet'): number;
  holding(more?: Partial<HoldingEntry>): number;
}

export function historyBuilder(): HistoryBuilder {
  const history: HistoryEntry[] = [];
  const states = new Map<string, ObjectBody>();
  const instances = new Map<number, string>();
  let atMs = 0;
  let invocations = 0;
  let calls = 0;
  const add = (entry: HistoryEntryBody): number => history.push({ ...entry, seq: history.length, atMs }) - 1;
  const commitOf = (type: CommitEntry['type'], state: ObjectBody, version: string): Omit<CommitEntry, 'after'> => ({
    kind: 'commit',
    type,
    collection: COLLECTION,
    namespace: 'default',
    name: state.metadata.name,
    uid: state.metadata.uid,
    resourceVersion: version,
    actor: OP,
    call: undefined,
    before: states.get(state.metadata.uid),
  });
  const builder: HistoryBuilder = {
    history,
    wait: (ms) => {
      atMs += ms;
    },
    add,
    commit: (after, more = {}) => {
      const { uid, resourceVersion } = after.metadata;
      const seq = add({ ...commitOf(states.has(uid) ? 'MODIFIED' : 'ADDED', after, resourceVersion), ...more, after });
      states.set(uid, after);
      return seq;
    },
    gone: (uid, version, more = {}) => {
      const state = states.get(uid) ?? body(version, { uid });
      const seq = add({ ...commitOf('DELETED', state, String(version)), ...more, after: undefined });
      states.delete(uid);
      return seq;
    },
    start: (handler, seen, { instance = OP, reason = 'create', retry = 0, ...told } = {}) => {
      const { uid, name, namespace = '', resourceVersion } = seen.metadata;
      const invocation = invocations++;
      instances.set(invocation, instance);
      const pair = { old: told.old, new: told.new, diff: told.diff };
      add({
        kind: 'handler-start',
        instance,
        invocation,
        handler,
        reason,
        uid,
        namespace,
        name,
        resourceVersion,
        retry,
        body: seen,
        ...pair,
      });
      return invocation;
    },
    end: (invocation, result = 'ok', contributed = {}) => {
      const full: InvocationResult =
        typeof result !== 'string' ? result : result === 'retry' ? { kind: 'retry', delayMs: undefined } : { kind: result };
      return add({ kind: 'handler-end', instance: instances.get(invocation) ?? OP, invocation, result: full, contributed });
    },
    run: (handler, seen, { result = 'ok', contributed = {}, ...more } = {}) => {
      builder.end(builder.start(handler, seen, more), result, contributed);
    },
    call: (contextUid, { instance = OP, method = 'PATCH', path = '/x', body: sent } = {}) => {
      const call = calls++;
      const contentType = sent === undefined ? undefined : 'application/json';
      add({ kind: 'call', instance, call, contextUid, method, path, contentType, body: sent });
      return call;
    },
    answer: (call, state, instance = OP) => {
      const object = state && { uid: state.metadata.uid, resourceVersion: state.metadata.resourceVersion };
      return add({ kind: 'return', instance, call, result: { kind: 'answered', status: 200 }, object });
    },
    lose: (call, instance = OP) => add({ kind: 'return', instance, call, result: { kind: 'lost', status: 200 }, object: undefined }),
    deliver: (state, instance = OP) => {
      const { uid, resourceVersion } = state.metadata;
      return add({ kind: 'deliver', instance, call: 0, type: 'MODIFIED', collection: COLLECTION, uid, resourceVersion });
    },
    life: (change, instance = OP) => add({ kind: 'life', instance, change }),
    phase: (phase) => add({ kind: 'phase', phase }),
    holding: (more = {}) =>
      add({ kind: 'holding', instance: OP, objects: [], timers: [], longestQueue: 0, requestsInFlight: 0, streams: 0, ...more }),
  };
  return builder;
}

/** The violations as lines `seq: message`, so that a test reads both. */
export function found(
  invariant: Invariant,
  { history }: Pick<HistoryBuilder, 'history'>,
  judged: OperatorModel = model(),
): readonly string[] {
  return lines(invariant.check(history, judged), invariant.id);
}

export function lines(violations: readonly Violation[], id: string): readonly string[] {
  return violations.map(({ invariant, message, seq }) => {
    if (invariant !== id) throw new Error(`${invariant} was reported by ${id}`);
    return `${seq ?? 'nowhere'}: ${message}`;
  });
}
