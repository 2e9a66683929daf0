// For tests: histories made by hand, line by line, with everything filled in that a line does not say.
import type { Json, JsonObject, ObjectBody } from '@kopfts/core';
import type {
  CommitEntry,
  HandlerStartEntry,
  HistoryEntry,
  HistoryEntryBody,
  HoldingEntry,
  InvocationResult,
  LifeEntry,
  PhaseEntry,
} from '../history/history.js';
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

/** Writes what the cluster does. Objects keep their last state, which is what the next commit begins with. */
interface ClusterLines {
  /** The object becomes this; gives the entry. */
  commit(after: ObjectBody, more?: Partial<Pick<CommitEntry, 'actor' | 'call' | 'collection'>>): number;
  gone(uid: string, version: number, more?: Partial<Pick<CommitEntry, 'actor' | 'call'>>): number;
}

/** Writes what handlers do. */
interface HandlerLines {
  /** Gives the number of the invocation. */
  start(handler: string, seen: ObjectBody, more?: BuiltStart): number;
  end(invocation: number, result?: InvocationResult | InvocationResult['kind'], contributed?: JsonObject): number;
  /** A start and its end. */
  run(
    handler: string,
    seen: ObjectBody,
    more?: BuiltStart & { readonly result?: InvocationResult['kind']; readonly contributed?: JsonObject },
  ): void;
}

/** Writes what goes over the wire. */
interface WireLines {
  /** Gives the number of the call. */
  call(contextUid: string | undefined, more?: BuiltCall): number;
  /** The call comes back with this state; without one with an empty answer. */
  answer(call: number, state?: ObjectBody, instance?: string): number;
  lose(call: number, instance?: string): number;
  deliver(state: ObjectBody, instance?: string): number;
}

/** What a call says beyond for whom it is. */
export interface BuiltCall {
  readonly instance?: string;
  readonly method?: string;
  readonly path?: string;
  readonly body?: Json;
}

/** Writes a history. */
export interface HistoryBuilder extends ClusterLines, HandlerLines, WireLines {
  readonly history: readonly HistoryEntry[];
  /** Lets time pass. */
  wait(ms: number): void;
  add: Add;
  life(change: LifeEntry['change'], instance?: string): number;
  phase(phase: PhaseEntry['phase']): number;
  holding(more?: Partial<HoldingEntry>): number;
}

type Add = (entry: HistoryEntryBody) => number;

export function historyBuilder(): HistoryBuilder {
  const history: HistoryEntry[] = [];
  let atMs = 0;
  const add: Add = (entry) => history.push({ ...entry, seq: history.length, atMs }) - 1;
  return {
    history,
    wait: (ms) => {
      atMs += ms;
    },
    add,
    ...clusterLines(add),
    ...handlerLines(add),
    ...wireLines(add),
    life: (change, instance = OP) => add({ kind: 'life', instance, change }),
    phase: (phase) => add({ kind: 'phase', phase }),
    holding: (more = {}) =>
      add({ kind: 'holding', instance: OP, objects: [], timers: [], longestQueue: 0, requestsInFlight: 0, streams: 0, ...more }),
  };
}

function clusterLines(add: Add): ClusterLines {
  const states = new Map<string, ObjectBody>();
  const commitOf = ({ metadata }: ObjectBody, type: CommitEntry['type'], version: string): Omit<CommitEntry, 'after'> => ({
    kind: 'commit',
    type,
    collection: COLLECTION,
    namespace: 'default',
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: version,
    actor: OP,
    call: undefined,
    before: states.get(metadata.uid),
  });
  return {
    commit: (after, more = {}) => {
      const { uid, resourceVersion } = after.metadata;
      const seq = add({ ...commitOf(after, states.has(uid) ? 'MODIFIED' : 'ADDED', resourceVersion), ...more, after });
      states.set(uid, after);
      return seq;
    },
    gone: (uid, version, more = {}) => {
      const state = states.get(uid) ?? body(version, { uid });
      const seq = add({ ...commitOf(state, 'DELETED', String(version)), ...more, after: undefined });
      states.delete(uid);
      return seq;
    },
  };
}

function handlerLines(add: Add): HandlerLines {
  const instances: string[] = [];
  const start: HandlerLines['start'] = (handler, seen, { instance = OP, reason = 'create', retry = 0, ...told } = {}) => {
    const { uid, name, namespace = '', resourceVersion } = seen.metadata;
    const invocation = instances.push(instance) - 1;
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
  };
  const end: HandlerLines['end'] = (invocation, result = 'ok', contributed = {}) =>
    add({ kind: 'handler-end', instance: instances[invocation] ?? OP, invocation, result: fullResult(result), contributed });
  return {
    start,
    end,
    run: (handler, seen, { result = 'ok', contributed = {}, ...more } = {}) => {
      end(start(handler, seen, more), result, contributed);
    },
  };
}

function fullResult(result: InvocationResult | InvocationResult['kind']): InvocationResult {
  if (typeof result !== 'string') return result;
  return result === 'retry' ? { kind: 'retry', delayMs: undefined } : { kind: result };
}

function wireLines(add: Add): WireLines {
  let calls = 0;
  return {
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
  };
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
