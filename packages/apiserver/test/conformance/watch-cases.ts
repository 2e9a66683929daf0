import type { ConformanceCase, Json, WatchStep } from './case.js';
import { JSON_PATCH, MERGE, SAMPLES, create, sample } from './case.js';

const event = (type: string, name: string, rest: { readonly [key: string]: Json } = {}): Json => ({
  type,
  object: { metadata: { name }, ...rest },
});
const merge = (path: string, body: Json) => ({ method: 'PATCH', path, body, contentType: MERGE, expect: { status: 200 } }) as const;
const remove = (path: string) => ({ method: 'DELETE', path, expect: { status: 200 } }) as const;

/** The guarantees of watches: ordered, unique, reliable, resumable, with the right versions. */
export const WATCH_CASES: readonly ConformanceCase[] = [
  {
    name: '[S21] lists what is there and goes on with what happens',
    steps: [
      create(SAMPLES, sample('a')),
      {
        method: 'WATCH',
        path: `${SAMPLES}?watch=1`,
        meanwhile: [create(SAMPLES, sample('b')), merge(`${SAMPLES}/a`, { spec: { size: 2 } }), remove(`${SAMPLES}/b`)],
        events: [event('ADDED', 'a'), event('ADDED', 'b'), event('MODIFIED', 'a', { spec: { size: 2 } }), event('DELETED', 'b')],
      },
    ],
  },
  {
    name: '[B1] resumes after a version without losing or repeating an event',
    steps: [
      create(SAMPLES, sample('a'), { version: 'metadata.resourceVersion' }),
      merge(`${SAMPLES}/a`, { spec: { size: 1 } }),
      merge(`${SAMPLES}/a`, { spec: { size: 2 } }),
      remove(`${SAMPLES}/a`),
      {
        method: 'WATCH',
        path: `${SAMPLES}?watch=1&resourceVersion={version}`,
        meanwhile: [create(SAMPLES, sample('b'))],
        events: [
          event('MODIFIED', 'a', { spec: { size: 1 } }),
          event('MODIFIED', 'a', { spec: { size: 2 } }),
          event('DELETED', 'a', { spec: { size: 2 } }),
          event('ADDED', 'b'),
        ],
      },
    ],
  },
  {
    name: '[B6] reports a version that is too old inside the stream',
    steps: [
      {
        method: 'WATCH',
        path: '/apis/{group}/v1/samples?watch=1&resourceVersion=1',
        events: [{ type: 'ERROR', object: { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410 } }],
      },
    ],
  },
  {
    name: '[B25] reports an object that leaves the selection as deleted, in its last selected state',
    steps: [
      create(SAMPLES, sample('a')),
      {
        method: 'WATCH',
        path: `${SAMPLES}?watch=1&labelSelector=k%3Dv`,
        meanwhile: [
          merge(`${SAMPLES}/a`, { metadata: { labels: { k: 'v' } } }),
          merge(`${SAMPLES}/a`, { spec: { size: 2 } }),
          merge(`${SAMPLES}/a`, { metadata: { labels: { k: 'w' } }, spec: { size: 3 } }),
          merge(`${SAMPLES}/a`, { metadata: { labels: { k: 'v' } } }),
          remove(`${SAMPLES}/a`),
        ],
        events: [
          event('ADDED', 'a'),
          event('MODIFIED', 'a', { spec: { size: 2 } }),
          { type: 'DELETED', object: { metadata: { name: 'a', labels: { k: 'v' } }, spec: { size: 2 } } },
          event('ADDED', 'a', { spec: { size: 3 } }),
          event('DELETED', 'a', { spec: { size: 3 } }),
        ],
      },
    ],
  },
  {
    name: '[S21] reports the last stored state of an object whose last finalizer went',
    steps: [
      {
        method: 'WATCH',
        path: `${SAMPLES}?watch=1&fieldSelector=metadata.name%3Da`,
        meanwhile: [
          create(SAMPLES, sample('a', {}, { finalizers: ['x.y/z'] })),
          create(SAMPLES, sample('b')),
          remove(`${SAMPLES}/a`),
          {
            method: 'PATCH',
            path: `${SAMPLES}/a`,
            body: [{ op: 'remove', path: '/metadata/finalizers/0' }],
            contentType: JSON_PATCH,
            expect: { status: 200 },
          },
        ],
        events: [
          event('ADDED', 'a'),
          { type: 'MODIFIED', object: { metadata: { name: 'a', deletionTimestamp: '<time>', generation: 2 } } },
          { type: 'DELETED', object: { metadata: { name: 'a', finalizers: ['x.y/z'], generation: 2 } } },
        ],
      },
    ],
  },
  {
    name: 'reports no event for a write that changes nothing',
    steps: [
      create(SAMPLES, sample('a', { spec: { size: 1 } }), { version: 'metadata.resourceVersion' }),
      {
        method: 'WATCH',
        path: `${SAMPLES}?watch=1&resourceVersion={version}`,
        meanwhile: [merge(`${SAMPLES}/a`, { spec: { size: 1 } }), create(SAMPLES, sample('b'))],
        events: [event('ADDED', 'b')],
      },
    ],
  },
  {
    name: 'ends the initial events of a watch without a version with a bookmark, too',
    steps: [
      create(SAMPLES, sample('a')),
      ...['', '&resourceVersion=0'].map((version): WatchStep => ({
        method: 'WATCH',
        path: `${SAMPLES}?watch=1&allowWatchBookmarks=true${version}`,
        events: [event('ADDED', 'a'), { type: 'BOOKMARK', object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } }],
      })),
    ],
  },
  {
    name: '[B19] streams the initial list up to an annotated bookmark',
    steps: [
      create(SAMPLES, sample('a')),
      create(SAMPLES, sample('b')),
      {
        method: 'WATCH',
        path: `${SAMPLES}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
        events: [
          event('ADDED', 'a'),
          event('ADDED', 'b'),
          {
            type: 'BOOKMARK',
            object: {
              apiVersion: '{group}/v1',
              kind: 'Sample',
              metadata: { annotations: { 'k8s.io/initial-events-end': 'true' }, resourceVersion: '<version>' },
            },
          },
        ],
      },
    ],
  },
  {
    name: 'watches in all namespaces, and one object by its path of old',
    steps: [
      {
        method: 'WATCH',
        path: '/apis/{group}/v1/samples?watch=1&fieldSelector=metadata.namespace%3D{ns}',
        meanwhile: [create(SAMPLES, sample('a'))],
        events: [event('ADDED', 'a')],
      },
      { method: 'WATCH', path: '/apis/{group}/v1/watch/namespaces/{ns}/samples', events: [event('ADDED', 'a')] },
    ],
  },
  {
    name: 'watches metadata only',
    steps: [
      {
        method: 'WATCH',
        path: `${SAMPLES}?watch=1`,
        accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
        meanwhile: [create(SAMPLES, sample('a', { spec: { size: 1 } }))],
        events: [{ type: 'ADDED', object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'a' } } }],
      },
    ],
  },
];
