// One kind of a cluster, in memory and without HTTP: fast enough for a hundred thousand commands. The rules are those of the API server;
// the contract suite of the port runs on the real thing.
import {
  applyMergePatch,
  isJsonObject,
  type ClusterClient,
  type Json,
  type JsonObject,
  type JsonPatchOperation,
  type ObjectBody,
  type ObjectWrite,
  type Resource,
  type SeenObject,
  type WatchChange,
  type WatchSignal,
  type WriteOutcome,
} from '@kopfts/core';

const KIND: Resource = {
  group: 'kopf.dev',
  version: 'v1',
  plural: 'kopfexamples',
  kind: 'KopfExample',
  singular: 'kopfexample',
  shortNames: [],
  categories: [],
  subresources: ['status'],
  namespaced: true,
  preferred: true,
  verbs: ['list', 'watch', 'patch'],
};

/** Where an operator dies: at its nth write from now, before or after it was carried out. */
export interface Death {
  readonly nth: number;
  readonly point: 'before' | 'after';
}

/** What one life of an operator is connected by. */
export interface Session {
  readonly client: ClusterClient;
  readonly isDead: boolean;
  /** Nothing of it reaches anybody any more. */
  die(): void;
  /** Nothing reaches its watch until it is healed; then it lists anew. */
  cut(): void;
  heal(): void;
  /** `undefined`: it lives on. */
  dieAt(death: Death | undefined): void;
}

export interface SmallCluster {
  connect(): Session;
  create(name: string, spec: JsonObject): void;
  /** By a merge patch of the whole object, as somebody with every right. */
  patch(name: string, patch: JsonObject): void;
  delete(name: string): void;
  get(name: string): ObjectBody | undefined;
  readonly objects: readonly ObjectBody[];
}

type Listener = (change: WatchChange) => void;

export function createSmallCluster(): SmallCluster {
  const byName = new Map<string, ObjectBody>();
  const listeners = new Set<Listener>();
  let version = 0;
  let uids = 0;
  const tell = (type: WatchChange['type'], body: ObjectBody): void => {
    for (const listen of listeners) listen({ kind: 'change', type, object: seen(body), inferred: false });
  };
  const withVersion = (body: ObjectBody): ObjectBody => {
    version += 1;
    return { ...body, metadata: { ...body.metadata, resourceVersion: String(version) } };
  };
  /** Puts a new state of an object in, unless nothing changed; it goes when nothing holds it any more. Returns what is answered. */
  const put = (before: ObjectBody, after: ObjectBody): ObjectBody => {
    if (JSON.stringify(before) === JSON.stringify(after)) return before;
    const { deletionTimestamp, finalizers = [] } = after.metadata;
    if (deletionTimestamp !== undefined && finalizers.length === 0) {
      byName.delete(after.metadata.name);
      tell('deleted', withVersion(after));
      return after;
    }
    const next = withVersion(after);
    byName.set(next.metadata.name, next);
    tell('modified', next);
    return next;
  };
  const write = (one: ObjectWrite): WriteOutcome => {
    const current = byName.get(one.ref.name);
    if (current === undefined) return { kind: 'gone' };
    if (current.metadata.uid !== one.ref.uid) return { kind: 'replaced' };
    const wanted = one.kind === 'merge' ? merged(current, one.patch) : operated(current, one.operations);
    if (wanted === undefined) return { kind: 'stale' };
    const isStatus = one.kind === 'json' && one.endpoint === 'status';
    return { kind: 'committed', object: seen(put(current, isStatus ? withStatus(current, wanted) : withStatus(wanted, current))) };
  };
  return {
    connect: () => createSession({ write, list: () => [...byName.values()], version: () => String(version), listeners }),
    create(name, spec) {
      const metadata = { name, namespace: 'default', uid: `u${String((uids += 1))}`, resourceVersion: '' };
      const body = withVersion({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata, spec });
      byName.set(name, body);
      tell('added', body);
    },
    patch(name, patch) {
      const current = byName.get(name);
      if (current) put(current, applyMergePatch<ObjectBody>(current, patch));
    },
    delete(name) {
      const current = byName.get(name);
      if (current) put(current, merged(current, { metadata: { deletionTimestamp: '2024-01-01T00:00:00Z' } }));
    },
    get: (name) => byName.get(name),
    get objects() {
      return [...byName.values()];
    },
  };
}

interface Connecting {
  readonly write: (write: ObjectWrite) => WriteOutcome;
  readonly list: () => readonly ObjectBody[];
  readonly version: () => string;
  readonly listeners: Set<Listener>;
}

function createSession({ write, list, version, listeners }: Connecting): Session {
  const signals: WatchSignal[] = [];
  const known = new Map<string, SeenObject>();
  let ring: () => void = () => undefined;
  let isDead = false;
  let isCut = false;
  let death: Death | undefined;
  let writes = 0;
  const say = (...more: readonly WatchSignal[]): void => {
    for (const signal of more) {
      if (signal.kind === 'change' && signal.type === 'deleted') known.delete(signal.object.uid);
      else if (signal.kind === 'change') known.set(signal.object.uid, signal.object);
    }
    signals.push(...more);
    ring();
  };
  const sync = (): void => {
    const now = list().map(seen);
    const news = now.filter(({ uid, resourceVersion }) => known.get(uid)?.resourceVersion !== resourceVersion);
    const missing = [...known.values()].filter(({ uid }) => !now.some((object) => object.uid === uid));
    say(
      { kind: 'sync-begin', newEpoch: false },
      ...news.map((object): WatchSignal => ({ kind: 'change', type: 'listed', object, inferred: false })),
      ...missing.map((object): WatchSignal => ({
        kind: 'change',
        type: 'deleted',
        object: { ...object, resourceVersion: version() },
        inferred: true,
      })),
      { kind: 'sync-end', resourceVersion: version() },
    );
  };
  const die = (): void => {
    isDead = true;
    listeners.delete(listen);
  };
  const listen: Listener = (change) => {
    if (!isCut) say(change);
  };
  const client: ClusterClient = {
    record: () => Promise.resolve({ kind: 'recorded' }),
    resolve: () => Promise.resolve({ resources: [KIND] }),
    async *catalogueChanges(signal) {
      await aborted(signal);
    },
    async *watch(_of, _options, signal) {
      listeners.add(listen);
      sync();
      signal.addEventListener('abort', () => ring(), { once: true });
      while (!signal.aborted) {
        for (let next = signals.shift(); next !== undefined && !isDead; next = signals.shift()) yield next;
        await new Promise<void>((resolve) => (ring = resolve));
      }
    },
    async write(one) {
      writes += 1;
      const dies = death !== undefined && writes === death.nth;
      if (dies && death?.point === 'before') die();
      if (isDead) return nothing();
      const outcome = write(one);
      if (dies) die();
      return dies ? nothing() : outcome;
    },
  };
  return {
    client,
    get isDead() {
      return isDead;
    },
    die,
    cut: () => void (isCut = true),
    heal() {
      isCut = false;
      sync();
    },
    dieAt(wanted) {
      death = wanted && { ...wanted, nth: wanted.nth + writes };
    },
  };
}

function nothing(): Promise<never> {
  return new Promise(() => undefined);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
}

function seen(body: ObjectBody): SeenObject {
  const { uid, name, namespace, resourceVersion, deletionTimestamp } = body.metadata;
  return { uid, name, namespace, resourceVersion, deleting: deletionTimestamp !== undefined, body: () => body };
}

function merged(body: ObjectBody, patch: JsonObject): ObjectBody {
  return applyMergePatch<ObjectBody>(body, patch);
}

/** The status of one, the rest of the other. */
function withStatus(rest: ObjectBody, { status }: ObjectBody): ObjectBody {
  const { status: _own, ...others } = rest;
  return status === undefined ? others : { ...others, status };
}

/** `undefined` if an operation does not apply: then nothing happens at all. */
function operated(body: ObjectBody, operations: readonly JsonPatchOperation[]): ObjectBody | undefined {
  let result: Json = body;
  for (const operation of operations) {
    const path = operation.path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (operation.op === 'test') {
      const found = path.reduce<Json | undefined>((value, key) => childOf(value, key), result) ?? null;
      if (JSON.stringify(found) !== JSON.stringify(operation.value ?? null)) return undefined;
      continue;
    }
    const next = changed(result, path, operation.op === 'remove' ? undefined : operation.value);
    if (next === undefined) return undefined;
    result = next;
  }
  return result as unknown as ObjectBody;
}

function childOf(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) return (value as readonly Json[])[Number(key)];
  return isJsonObject(value) ? value[key] : undefined;
}

/** With another value at a place, or without one; `undefined` if there is no such place. */
function changed(value: Json, [key = '', ...rest]: readonly string[], to: Json | undefined): Json | undefined {
  const child = childOf(value, key);
  const next = rest.length === 0 ? to : child === undefined ? undefined : changed(child, rest, to);
  if (next === undefined && (rest.length > 0 || child === undefined)) return undefined;
  if (Array.isArray(value)) {
    const copy = [...(value as readonly Json[])];
    if (rest.length > 0) copy[Number(key)] = next as Json;
    else copy.splice(key === '-' ? copy.length : Number(key), to === undefined ? 1 : 0, ...(to === undefined ? [] : [to]));
    return copy;
  }
  if (!isJsonObject(value)) return undefined;
  const { [key]: _old, ...others } = value;
  return next === undefined ? others : { ...value, [key]: next };
}
