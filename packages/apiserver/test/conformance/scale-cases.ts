import type { ConformanceCase, Json, RequestStep } from './case.js';
import { APPLY, MERGE } from './case.js';
import type { Scenario } from './scenario.js';
import { get, merge, post } from './scenario.js';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/{ns}/deployments';
const COUNTS = '/apis/{group}/v1/namespaces/{ns}/counts';

const deployment: Json = {
  metadata: { name: 'a' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'a' } },
    template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  },
};
const count = (spec: Json): Json => ({ apiVersion: '{group}/v1', kind: 'Count', metadata: { name: 'a' }, spec });
const scale = (replicas: number | undefined, more: { readonly [key: string]: Json } = {}): Json => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata: { name: 'a' },
  ...(replicas === undefined ? {} : { spec: { replicas } }),
  ...more,
});
const applied = (path: string, body: Json, query = 'fieldManager=ap') => ({
  method: 'PATCH' as const,
  path: `${path}/a/scale?${query}`,
  body,
  contentType: APPLY,
});

/** What applying a Scale answers. */
export const SCALE_SCENARIOS: readonly Scenario[] = [
  {
    name: 'applies the Scale of a deployment',
    steps: [
      applied(DEPLOYMENTS, scale(3)),
      post(DEPLOYMENTS, deployment),
      applied(DEPLOYMENTS, scale(3)),
      applied(DEPLOYMENTS, scale(3), 'fieldManager=ap&force=true&dryRun=All'),
      applied(DEPLOYMENTS, scale(3), 'fieldManager=ap&force=true'),
      applied(DEPLOYMENTS, scale(3)),
      applied(DEPLOYMENTS, scale(-1)),
      applied(DEPLOYMENTS, scale(4), ''),
      applied(DEPLOYMENTS, scale(4, { odd: 1 })),
      applied(DEPLOYMENTS, scale(4, { spec: { replicas: 'x' } })),
      applied(DEPLOYMENTS, deployment),
      applied(DEPLOYMENTS, { ...(scale(4) as object), apiVersion: 'apps/v1', kind: 'Deployment' }),
      applied(DEPLOYMENTS, scale(4), 'fieldManager=other'),
      applied(DEPLOYMENTS, scale(undefined)),
      get(`${DEPLOYMENTS}/a/scale`),
    ],
  },
  {
    name: 'applies no Scale of a custom resource that would change it',
    steps: [
      applied(COUNTS, scale(3)),
      post(COUNTS, count({ replicas: 2 })),
      applied(COUNTS, scale(3)),
      applied(COUNTS, scale(3), 'fieldManager=ap&force=true'),
      applied(COUNTS, scale(undefined)),
      merge(`${COUNTS}/a/scale`, { spec: { replicas: 3 } }),
      merge(`${COUNTS}/a`, { metadata: { managedFields: [{}] } }),
      applied(COUNTS, scale(3)),
      applied(COUNTS, scale(3, { apiVersion: true })),
      applied(COUNTS, scale(3, { kind: 'Odd', metadata: { name: 'a', managedFields: [{}] } })),
      applied(COUNTS, scale(3, { metadata: { name: 'a', managedFields: [{}] } })),
    ],
  },
  {
    name: 'applies a Scale of a custom resource that changes only who owns what',
    steps: [
      post(COUNTS, count({ replicas: 3 })),
      applied(COUNTS, scale(undefined, { spec: {} }), 'fieldManager=two'),
      applied(COUNTS, scale(3), 'fieldManager=two'),
      applied(COUNTS, scale(undefined, { spec: {} }), 'fieldManager=two'),
      applied(COUNTS, scale(undefined), 'fieldManager=two'),
      get(`${COUNTS}/a`),
      applied(COUNTS, scale(undefined, { spec: null }), 'fieldManager=two'),
      applied(COUNTS, scale(undefined, { metadata: { name: 'a', labels: {} } }), 'fieldManager=two'),
      applied(COUNTS, scale(undefined, { status: {} }), 'fieldManager=two'),
    ],
  },
];

const owners = (path: string, expected: Readonly<Record<string, string>>): RequestStep => ({
  method: 'GET',
  path,
  expect: { status: 200, owners: expected },
});
const scaled = (path: string, body: Json, manager: string): RequestStep => ({
  method: 'PATCH',
  path: `${path}/a/scale?fieldManager=${manager}`,
  body,
  contentType: MERGE,
  expect: { status: 200 },
});
const created = (manager: string): RequestStep => ({
  method: 'POST',
  path: `${COUNTS}?fieldManager=${manager}`,
  body: count({ replicas: 2, i: 1 }),
  expect: { status: 201 },
});
const REST = '.spec .spec.i .spec.usual';

/** Who owns the replicas after writes to the Scale. */
export const SCALE_CASES: readonly ConformanceCase[] = [
  {
    name: 'makes the writer of a Scale the owner of the replicas, without a time',
    steps: [
      created('m'),
      scaled(COUNTS, { spec: { replicas: 3 } }, 'x'),
      owners(`${COUNTS}/a`, { 'x Update/scale untimed': '.spec.replicas', 'm Update': REST }),
      scaled(COUNTS, { spec: { replicas: 4 } }, 'y'),
      owners(`${COUNTS}/a`, { 'y Update/scale untimed': '.spec.replicas', 'm Update': REST }),
    ],
  },
  {
    name: 'splits the entry of the owner of the replicas when a Scale is written unchanged, and forgets it with the next one',
    steps: [
      created('m'),
      scaled(COUNTS, {}, 'x'),
      owners(`${COUNTS}/a`, { 'm Update untimed': '.spec.replicas', 'm Update': REST }),
      scaled(COUNTS, {}, 'x'),
      owners(`${COUNTS}/a`, { 'm Update': REST }),
      scaled(COUNTS, { spec: { replicas: 5 } }, 'x'),
      owners(`${COUNTS}/a`, { 'm Update': REST }),
    ],
  },
  {
    name: 'makes the applier of a Scale the owner of the replicas',
    steps: [
      { method: 'POST', path: `${DEPLOYMENTS}?fieldManager=m`, body: deployment, expect: { status: 201 } },
      { ...applied(DEPLOYMENTS, scale(3), 'fieldManager=ap&force=true'), expect: { status: 200, contains: { spec: { replicas: 3 } } } },
      { ...applied(DEPLOYMENTS, scale(3), 'fieldManager=bp'), expect: { status: 200 } },
      {
        method: 'GET',
        path: `${DEPLOYMENTS}/a`,
        expect: { status: 200, contains: { spec: { replicas: 3 } } },
      },
      { ...applied(DEPLOYMENTS, scale(4), 'fieldManager=bp'), expect: { status: 409 } },
      { ...applied(DEPLOYMENTS, scale(undefined)), expect: { status: 200, contains: { spec: { replicas: 3 } } } },
    ],
  },
];
