import type { JsonObject } from '../model/json.js';
import type { ObjectBody, ObjectRef } from '../model/object.js';
import type { Resource } from '../model/resource.js';
import type { WatchChange, WatchSignal } from '../model/watch-event.js';
import type { ClusterClient } from '../ports/cluster-client.js';
import { ContractViolation } from './contract-case.js';

/** A client, and a cluster behind it that the cases drive by another way. */
export interface ClusterClientSubject {
  readonly client: ClusterClient;
  readonly cluster: DrivenCluster;
  /**
   * A served, namespaced custom kind with the status subresource, whose schema demands that `spec.size` is an integer ≥ 0 and keeps
   * other fields of `spec` and `status`.
   */
  readonly resource: Resource;
  /** Exists and holds no object of that kind. */
  readonly namespace: string;
  /** Waits for what the client does, letting time pass: a back-off must end. Rejects when it takes unreasonably long. */
  waitFor<T>(promise: Promise<T>): Promise<T>;
}

/** What somebody else does to the cluster; every call has happened when its promise resolves. */
export interface DrivenCluster {
  create(name: string, stanzas?: JsonObject): Promise<ObjectBody>;
  /** By a merge patch of the main endpoint. */
  merge(name: string, patch: JsonObject): Promise<ObjectBody>;
  get(name: string): Promise<ObjectBody | undefined>;
  remove(name: string): Promise<void>;
  /** Breaks off all watches that run, without a word. They do not come back before the case waits for something. */
  breakWatches(): void;
  /** From now on, no watch can continue from a version of the past. */
  forgetHistory(): void;
}

/** A watch that is being read, and what it said so far. */
export interface WatchRecord {
  readonly signals: readonly WatchSignal[];
  readonly changes: readonly WatchChange[];
  /** Waits until the condition holds for what was said. */
  until(what: string, condition: (record: WatchRecord) => boolean): Promise<void>;
  /** Aborts the watch and waits for its end. */
  stop(): Promise<void>;
}

/** Reads the watch of the subject's kind until stopped. */
export function recordWatch(subject: ClusterClientSubject): WatchRecord {
  const controller = new AbortController();
  const signals: WatchSignal[] = [];
  const listeners = new Set<() => void>();
  const tell = () => listeners.forEach((listener) => listener());
  let ended = false;
  const reading = (async () => {
    const of = { resource: subject.resource, namespace: subject.namespace };
    for await (const said of subject.client.watch(of, {}, controller.signal)) {
      signals.push(said);
      tell();
    }
  })().finally(() => {
    ended = true;
    tell();
  });
  // Its failure is seen by whoever waits; without this, one that nobody waits for would end the process.
  const settled = reading.catch((error: unknown) => error);
  const record: WatchRecord = {
    signals,
    get changes() {
      return signals.filter((said) => said.kind === 'change');
    },
    until: (what, condition) =>
      subject.waitFor(
        new Promise((resolve, reject) => {
          const look = () => {
            if (condition(record)) resolve();
            else if (ended) reject(new ContractViolation(`the watch ended before ${what}; it said ${describeSignals(signals)}`));
            else return;
            listeners.delete(look);
          };
          listeners.add(look);
          look();
        }),
      ),
    stop: async () => {
      controller.abort(new Error('the case is over'));
      await subject.waitFor(settled);
    },
  };
  return record;
}

/** `added b, deleted a (inferred)`: for comparisons and messages. */
export function describeChanges(changes: readonly WatchChange[]): readonly string[] {
  return changes.map(({ type, object, inferred }) => `${type} ${object.name}${inferred ? ' (inferred)' : ''}`);
}

function describeSignals(signals: readonly WatchSignal[]): string {
  return signals.map((said) => (said.kind === 'change' ? `${said.type} ${said.object.name}` : said.kind)).join(', ');
}

/** Which object a write is for, as it was when somebody looked. */
export function refOf(subject: ClusterClientSubject, body: ObjectBody): ObjectRef {
  const { name, namespace, uid } = body.metadata;
  return { resource: subject.resource, namespace, name, uid };
}
