// The golden traces of docs/traces as data: run on the in-memory server and on a real one.
import { PRESENT, TemporaryError, type Registry } from '@kopfts/core';

/** A write as the traces write it: who, what, with uid, times and versions masked. */
export interface TracedWrite {
  readonly endpoint: 'main' | 'status';
  readonly type: 'merge' | 'json';
  readonly body: unknown;
}

export interface TraceStep {
  readonly what: string;
  readonly action:
    | { readonly do: 'create'; readonly object: object }
    | { readonly do: 'patch'; readonly patch: object }
    | { readonly do: 'status'; readonly status: object }
    | { readonly do: 'restart' | 'nothing' }
    /** With the time that the object takes to go. */
    | { readonly do: 'delete'; readonly seconds?: number }
    | { readonly do: 'wait'; readonly seconds: number };
  readonly writes: readonly TracedWrite[];
  /** What the handlers said in this step, in order. */
  readonly calls: readonly string[];
}

export interface Trace {
  readonly id: string;
  readonly title: string;
  readonly declare: (kopf: Registry, say: (line: string) => void) => void;
  readonly steps: readonly TraceStep[];
}

export const NAME = 'trace';
const PREFIX = `${NAME}.kopf.zalando.org`;
const FINALIZER = `${PREFIX}/finalizer`;
const UID_TEST = { op: 'test', path: '/metadata/uid', value: 'U' };

const LHC = 'last-handled-configuration';

interface Note {
  /** Absent: nothing was there. */
  readonly from?: object;
  readonly to: object | null;
}

/** Annotations of ours, each after a test of what was there. */
function noted(notes: Readonly<Record<string, Note>>): TracedWrite {
  const operations = Object.entries(notes).flatMap(([key, { from = null, to }]) => {
    const path = `/metadata/annotations/${PREFIX}~1${key}`;
    return [{ op: 'test', path, value: from }, to === null ? { op: 'remove', path } : { op: 'add', path, value: to }];
  });
  return { endpoint: 'main', type: 'json', body: [UID_TEST, ...operations] };
}

/** The first annotations of all, which bring the mark along. */
function firstNoted(notes: Readonly<Record<string, object>>): TracedWrite {
  const path = '/metadata/annotations';
  const named = Object.entries(notes).map(([key, value]) => [`${PREFIX}/${key}`, value] as const);
  const value = { ...Object.fromEntries(named), [`${PREFIX}/kopf-managed`]: 'yes' };
  return { endpoint: 'main', type: 'json', body: [UID_TEST, { op: 'test', path, value: null }, { op: 'add', path, value }] };
}

const firstEssence = (value: object): TracedWrite => firstNoted({ [LHC]: value });
const nextEssence = (from: object, to: object): TracedWrite => noted({ [LHC]: { from, to } });

function newStatus(value: object): TracedWrite {
  const body = [UID_TEST, { op: 'test', path: '/status', value: null }, { op: 'add', path: '/status', value }];
  return { endpoint: 'status', type: 'json', body };
}

const FINALIZER_ADDED: TracedWrite = {
  endpoint: 'main',
  type: 'json',
  body: [
    UID_TEST,
    { op: 'test', path: '/metadata/finalizers', value: null },
    { op: 'add', path: '/metadata/finalizers', value: [FINALIZER] },
  ],
};

const FINALIZER_REMOVED: TracedWrite = {
  endpoint: 'main',
  type: 'json',
  body: [UID_TEST, { op: 'test', path: '/metadata/finalizers/0', value: FINALIZER }, { op: 'remove', path: '/metadata/finalizers/0' }],
};

const create = (spec: object): TraceStep['action'] => ({ do: 'create', object: { spec } });

const WAITING = { started: 'T', delayed: 'T', purpose: 'create', retries: 1, success: false, failure: false, message: 'wait' };
const SUCCEEDED = { started: 'T', stopped: 'T', purpose: 'create', retries: 1, success: true, failure: false };
const PARENT = {
  started: 'T',
  delayed: 'T',
  purpose: 'create',
  retries: 0,
  success: false,
  failure: false,
  subrefs: ['create_fn/item1', 'create_fn/item2'],
};

export const TRACES: readonly Trace[] = [
  {
    id: 'TRACE-1',
    title: 'one creation handler',
    declare: (kopf, say) => {
      kopf.on.create('KopfExample', { id: 'create_fn' }, ({ retry, reason }) => {
        say(`create_fn ${reason} ${String(retry)}`);
        return { message: 'hello world' };
      });
    },
    steps: [
      {
        what: 'creation',
        action: create({ field: 'value' }),
        writes: [newStatus({ create_fn: { message: 'hello world' } }), firstEssence({ spec: { field: 'value' } })],
        calls: ['create_fn create 0'],
      },
      { what: 'restart', action: { do: 'restart' }, writes: [], calls: [] },
      {
        what: 'a change that no handler wants',
        action: { do: 'patch', patch: { spec: { field: 'other' } } },
        writes: [nextEssence({ spec: { field: 'value' } }, { spec: { field: 'other' } })],
        calls: [],
      },
      { what: 'deletion', action: { do: 'delete' }, writes: [], calls: [] },
    ],
  },
  {
    id: 'TRACE-2',
    title: 'two creation handlers and a mandatory deletion handler',
    declare: (kopf, say) => {
      kopf.on.create('KopfExample', { id: 'create_fn_1' }, () => say('create_fn_1'));
      kopf.on.create('KopfExample', { id: 'create_fn_2' }, () => say('create_fn_2'));
      kopf.on.delete('KopfExample', { id: 'delete_fn' }, ({ reason }) => say(`delete_fn ${reason}`));
    },
    steps: [
      {
        what: 'creation',
        action: create({}),
        writes: [FINALIZER_ADDED, firstEssence({ spec: {} })],
        calls: ['create_fn_1', 'create_fn_2'],
      },
      {
        what: 'deletion',
        action: { do: 'delete' },
        writes: [FINALIZER_REMOVED],
        calls: ['delete_fn delete'],
      },
    ],
  },
  {
    id: 'TRACE-3',
    title: 'a retry',
    declare: (kopf, say) => {
      kopf.on.create('KopfExample', { id: 'create_fn' }, ({ retry }) => {
        say(`create_fn ${String(retry)}`);
        if (retry === 0) throw new TemporaryError('wait', { delay: 10 });
      });
    },
    steps: [
      {
        what: 'creation',
        action: create({}),
        writes: [firstNoted({ create_fn: WAITING })],
        calls: ['create_fn 0'],
      },
      {
        what: 'the wait',
        action: { do: 'wait', seconds: 11 },
        writes: [noted({ create_fn: { from: WAITING, to: null }, [LHC]: { to: { spec: {} } } })],
        calls: ['create_fn 1'],
      },
      { what: 'deletion', action: { do: 'delete' }, writes: [], calls: [] },
    ],
  },
  {
    id: 'TRACE-4',
    title: 'sub-handlers, one of which is retried',
    declare: (kopf, say) => {
      kopf.on.create('KopfExample', { id: 'create_fn' }, ({ spec, retry, register }) => {
        say(`create_fn ${String(retry)}`);
        for (const item of spec.items as readonly string[]) {
          register(
            (child) => {
              say(`${item} ${String(child.retry)}`);
              if (item === 'item2' && child.retry === 0) throw new TemporaryError('wait', { delay: 10 });
            },
            { id: item },
          );
        }
      });
    },
    steps: [
      {
        what: 'creation',
        action: create({ items: ['item1', 'item2'] }),
        writes: [firstNoted({ create_fn: PARENT, 'create_fn.item1': SUCCEEDED, 'create_fn.item2': WAITING })],
        calls: ['create_fn 0', 'item1 0', 'item2 0'],
      },
      {
        what: 'the wait',
        action: { do: 'wait', seconds: 11 },
        writes: [
          noted({
            create_fn: { from: PARENT, to: null },
            'create_fn.item1': { from: SUCCEEDED, to: null },
            'create_fn.item2': { from: WAITING, to: null },
            [LHC]: { to: { spec: { items: ['item1', 'item2'] } } },
          }),
        ],
        calls: ['create_fn 0', 'item2 1'],
      },
      { what: 'deletion', action: { do: 'delete' }, writes: [], calls: [] },
    ],
  },
  {
    id: 'TRACE-5',
    title: 'a daemon that is cancelled after its back-off',
    declare: (kopf, say) => {
      const options = { id: 'background_async', finalizer: true, cancellationBackoff: 1, cancellationTimeout: 0.5 };
      kopf.daemon('KopfExample', options, ({ signal, stopped }) => {
        say('started');
        return new Promise<void>((resolve) => {
          const end = (): void => {
            say(`cancelled: ${stopped.reasons.join(', ')}`);
            resolve();
          };
          signal.addEventListener('abort', end, { once: true });
        });
      });
    },
    steps: [
      { what: 'creation', action: create({}), writes: [FINALIZER_ADDED], calls: ['started'] },
      {
        what: 'deletion',
        action: { do: 'delete', seconds: 1.2 },
        writes: [FINALIZER_REMOVED],
        calls: ['cancelled: object-deleted, signalled, cancelled'],
      },
    ],
  },
  {
    id: 'TRACE-6',
    title: 'restart with a resume handler',
    declare: (kopf, say) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => say('made'));
      kopf.on.resume('KopfExample', { id: 'resumed' }, ({ reason }) => say(`resumed ${reason}`));
    },
    steps: [
      { what: 'creation', action: create({}), writes: [firstEssence({ spec: {} })], calls: ['made'] },
      { what: 'restart', action: { do: 'restart' }, writes: [], calls: ['resumed resume'] },
      { what: 'a change of the status', action: { do: 'status', status: { seen: true } }, writes: [], calls: [] },
      { what: 'deletion', action: { do: 'delete' }, writes: [], calls: [] },
    ],
  },
  {
    id: 'hello',
    title: 'the seed example',
    declare: (kopf, say) => {
      kopf.on.create('KopfExample', ({ spec, patch }) => {
        say('create');
        patch.status.name = spec.name ?? 'world';
      });
      kopf.on.event('KopfExample', { field: 'status.name', value: PRESENT }, ({ memo, status }) => {
        (memo as { lastName?: unknown }).lastName = status.name;
      });
      kopf.timer('KopfExample', { interval: 15, when: ({ memo }) => 'lastName' in (memo as object) }, ({ memo }) => {
        say(`Hello, ${String((memo as { lastName?: unknown }).lastName)}!`);
      });
    },
    steps: [
      {
        what: 'creation',
        action: create({ name: 'world' }),
        writes: [newStatus({ name: 'world' }), firstEssence({ spec: { name: 'world' }, status: { name: 'world' } })],
        calls: ['create', 'Hello, world!'],
      },
      {
        what: 'another name',
        action: { do: 'status', status: { name: 'Ada' } },
        writes: [nextEssence({ spec: { name: 'world' }, status: { name: 'world' } }, { spec: { name: 'world' }, status: { name: 'Ada' } })],
        calls: [],
      },
      { what: 'fifteen seconds', action: { do: 'wait', seconds: 15.5 }, writes: [], calls: ['Hello, Ada!'] },
      { what: 'restart', action: { do: 'restart' }, writes: [], calls: ['Hello, Ada!'] },
      { what: 'deletion', action: { do: 'delete' }, writes: [], calls: [] },
    ],
  },
];

/** Masks what differs from run to run, and parses what is JSON inside of annotations. */
export function maskBody(body: unknown, uid: string): unknown {
  if (body === uid) return 'U';
  if (Array.isArray(body)) return body.map((item) => maskBody(item, uid));
  if (typeof body === 'string') return maskText(body, uid);
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, maskBody(value, uid)]));
}

function maskText(text: string, uid: string): unknown {
  if (/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/.test(text)) return 'T';
  return text.startsWith('{') ? maskBody(JSON.parse(text), uid) : text;
}
