import { CONFIG_MAPS, PLAINS, SAMPLES, configMap, sample } from './case.js';
import type { Scenario } from './scenario.js';
import { get, jsonPatch, merge, post, put, remove, strategic } from './scenario.js';

const HELD = { finalizers: ['x.y/z'] };
const long = (length: number): string => 'x'.repeat(length);

/** Life and death of objects: names, metadata, options, policies, preconditions, forms. */
export const OBJECT_SCENARIOS: readonly Scenario[] = [
  {
    name: 'names objects after a prefix',
    steps: [
      post(CONFIG_MAPS, { metadata: { generateName: 'gen-' } }),
      post(CONFIG_MAPS, { metadata: { generateName: 'gen-Bad.' } }),
      post(CONFIG_MAPS, { metadata: { generateName: '' } }),
      post(CONFIG_MAPS, { metadata: { name: 'fixed', generateName: long(300) } }),
      post(CONFIG_MAPS, {}),
    ],
  },
  {
    name: 'refuses bad names of custom resources',
    isIndependent: true,
    steps: ['Bad_Name', 'a..b', '-a', long(254), 'a/b', '.'].map((name) => post(SAMPLES, sample(name))),
  },
  {
    name: 'refuses bad names of built-in kinds',
    isIndependent: true,
    steps: [
      ...['Bad_Name', 'a..b', long(254)].map((name) => post(CONFIG_MAPS, configMap(name, {}))),
      post('/api/v1/namespaces', { metadata: { name: 'a.b' } }),
      post('/api/v1/namespaces', { metadata: { name: long(64) } }),
      post('/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles', { metadata: { name: 'a%b' }, rules: [] }),
      post('/apis/coordination.k8s.io/v1/namespaces/{ns}/leases', { metadata: { name: 'Bad' } }),
    ],
  },
  {
    name: 'names every problem of labels and annotations',
    isIndependent: true,
    steps: [
      post(CONFIG_MAPS, configMap('a', {}, { labels: { 'bad key': 'v' } })),
      post(CONFIG_MAPS, configMap('a', {}, { labels: { k: 'bad value!' } })),
      post(CONFIG_MAPS, configMap('a', {}, { labels: { [long(64)]: 'v' } })),
      post(CONFIG_MAPS, configMap('a', {}, { labels: { k: long(64) } })),
      post(CONFIG_MAPS, configMap('a', {}, { labels: { '/k': 'v' } })),
      post(CONFIG_MAPS, configMap('a', {}, { labels: { 'a/b/c': 'v' } })),
      post(CONFIG_MAPS, configMap('a', {}, { labels: { 'x_y/k': 'v' } })),
      post(CONFIG_MAPS, configMap('a', {}, { annotations: { 'Bad Key': 'v' } })),
      post(CONFIG_MAPS, configMap('a', {}, { annotations: { 'X.Y/Z': 'v' } })),
    ],
  },
  {
    name: 'refuses annotations that are too large together',
    steps: [post(SAMPLES, sample('a', {}, { annotations: { a: long(262144) } }))],
  },
  {
    name: 'checks owner references',
    steps: [
      post(SAMPLES, sample('a', {}, { ownerReferences: [{ apiVersion: '', kind: '', name: '', uid: '' }] })),
      post(
        SAMPLES,
        sample(
          'a',
          {},
          {
            ownerReferences: [
              { apiVersion: 'v1', kind: 'A', name: 'a', uid: '1', controller: true },
              { apiVersion: 'v1', kind: 'B', name: 'b', uid: '2', controller: true },
            ],
          },
        ),
      ),
      post(SAMPLES, sample('a', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'Event', name: 'a', uid: '1' }] })),
      post(
        SAMPLES,
        sample('a', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'A', name: 'a', uid: '1', blockOwnerDeletion: true, odd: 1 }] }),
      ),
    ],
  },
  {
    name: 'checks finalizers',
    steps: [
      post(SAMPLES, sample('a', {}, { finalizers: ['bad value/x'] })),
      post(CONFIG_MAPS, configMap('a', {}, { finalizers: ['unqualified'] })),
      post(CONFIG_MAPS, configMap('b', {}, { finalizers: ['orphan', 'foregroundDeletion', 'x.y/z'] })),
      remove(`${CONFIG_MAPS}/b`),
      merge(`${CONFIG_MAPS}/b`, { metadata: { finalizers: ['x.y/z', 'new.one/y'] } }),
      merge(`${CONFIG_MAPS}/b`, { metadata: { finalizers: ['x.y/z'] } }),
      merge(`${CONFIG_MAPS}/b`, { metadata: { finalizers: null } }),
      get(`${CONFIG_MAPS}/b`),
    ],
  },
  {
    name: 'warns about finalizers of custom resources without a domain',
    steps: [
      post(SAMPLES, sample('a', {}, { finalizers: ['short'] })),
      merge(`${SAMPLES}/a`, { metadata: { finalizers: ['short', 'other'] } }),
      merge(`${SAMPLES}/a`, { metadata: { finalizers: [] } }),
    ],
  },
  {
    name: 'adds the finalizers of propagation policies',
    steps: [
      post(SAMPLES, sample('a', {}, HELD)),
      remove(`${SAMPLES}/a?propagationPolicy=Foreground`),
      remove(`${SAMPLES}/a`, { propagationPolicy: 'Orphan' }),
      remove(`${SAMPLES}/a`, { propagationPolicy: 'Background' }),
      get(`${SAMPLES}/a`),
    ],
  },
  {
    name: 'obeys the old option for dependents',
    steps: [
      post(SAMPLES, sample('a', {}, HELD)),
      remove(`${SAMPLES}/a`, { orphanDependents: false }),
      remove(`${SAMPLES}/a?orphanDependents=true`),
      remove(`${SAMPLES}/a`, { orphanDependents: true, propagationPolicy: 'Orphan' }),
      merge(`${SAMPLES}/a`, { metadata: { finalizers: null } }),
    ],
  },
  {
    name: 'refuses options of deletions that it does not understand',
    steps: [
      post(CONFIG_MAPS, configMap('a', {})),
      remove(`${CONFIG_MAPS}/a?propagationPolicy=Odd`),
      remove(`${CONFIG_MAPS}/a?gracePeriodSeconds=x`),
      remove(`${CONFIG_MAPS}/a`, { dryRun: ['Odd'] }),
      remove(`${CONFIG_MAPS}/a`, { kind: 'Odd' }),
      remove(`${CONFIG_MAPS}/a`, { gracePeriodSeconds: 'x' }),
      remove(`${CONFIG_MAPS}/a`, []),
      remove(`${CONFIG_MAPS}/a`, undefined, { text: '{bad' }),
    ],
  },
  {
    name: 'deletes only what the preconditions mean',
    steps: [
      post(CONFIG_MAPS, configMap('a', {}), { save: { uid: 'metadata.uid', rv: 'metadata.resourceVersion' } }),
      remove(`${CONFIG_MAPS}/a`, { preconditions: { uid: 'other' } }),
      remove(`${CONFIG_MAPS}/a`, { preconditions: { resourceVersion: '1' } }),
      remove(`${CONFIG_MAPS}/a`, { preconditions: { uid: '{uid}', resourceVersion: '{rv}' } }),
    ],
  },
  {
    name: 'changes nothing in dry runs',
    steps: [
      post(`${CONFIG_MAPS}?dryRun=All`, configMap('a', { k: 'v' })),
      get(`${CONFIG_MAPS}/a`),
      post(CONFIG_MAPS, configMap('a', { k: 'v' })),
      merge(`${CONFIG_MAPS}/a?dryRun=All`, { data: { k: 'w' } }),
      put(`${CONFIG_MAPS}/a?dryRun=All`, configMap('a', { k: 'x' })),
      remove(`${CONFIG_MAPS}/a?dryRun=All`),
      remove(`${CONFIG_MAPS}?dryRun=All`),
      post(`${CONFIG_MAPS}?dryRun=Some`, configMap('b', {})),
      get(`${CONFIG_MAPS}/a`),
    ],
  },
  {
    name: 'ignores, warns about or refuses unknown and repeated fields',
    steps: [
      post(`${SAMPLES}?fieldValidation=Ignore`, sample('a', { odd: 1 })),
      post(SAMPLES, sample('b', { odd: 1, spec: { more: 1, parts: [{ id: 'x', odd: 1 }] } })),
      post(`${SAMPLES}?fieldValidation=Strict`, sample('c', { odd: 1 })),
      post(CONFIG_MAPS, null, {
        text: '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"d","odd":1},"data":{"a":"1","a":"2"},"odd":{}}',
      }),
      post(`${CONFIG_MAPS}?fieldValidation=Strict`, null, { text: '{"metadata":{"name":"e"},"data":{"a":"1","a":"2"},"odd":{}}' }),
      post(`${CONFIG_MAPS}?fieldValidation=Odd`, configMap('f', {})),
      merge(`${SAMPLES}/a`, { odd: 1 }),
      merge(`${SAMPLES}/a?fieldValidation=Strict`, { odd: 1 }),
    ],
  },
  {
    name: 'refuses managers with impossible names',
    steps: [
      post(`${CONFIG_MAPS}?fieldManager=${long(129)}`, configMap('a', {})),
      post(`${CONFIG_MAPS}?fieldManager=a%0Ab`, configMap('a', {})),
      merge(`${CONFIG_MAPS}/a?force=true`, {}),
    ],
  },
  {
    name: 'locks optimistically',
    steps: [
      post(SAMPLES, sample('a'), { save: { rv: 'metadata.resourceVersion' } }),
      merge(`${SAMPLES}/a`, { spec: { size: 2 } }),
      merge(`${SAMPLES}/a`, { metadata: { resourceVersion: '{rv}' }, spec: { size: 3 } }),
      put(`${SAMPLES}/a`, sample('a', { spec: { size: 3 } }, { resourceVersion: '{rv}' })),
      put(`${SAMPLES}/a`, sample('a', { spec: { size: 3 } })),
      put(`${CONFIG_MAPS}/none`, configMap('none', {})),
      merge(`${SAMPLES}/a`, { metadata: { resourceVersion: 'abc' } }),
    ],
  },
  {
    name: 'guards the identity of objects',
    steps: [
      post(CONFIG_MAPS, configMap('a', {})),
      put(`${CONFIG_MAPS}/a`, configMap('b', {})),
      put(`${CONFIG_MAPS}/a`, { metadata: {} }),
      put(`${CONFIG_MAPS}/a`, configMap('a', {}, { uid: 'other' })),
      put(`${CONFIG_MAPS}/a`, configMap('a', {}, { namespace: 'other' })),
      merge(`${CONFIG_MAPS}/a`, { metadata: { uid: 'other' } }),
      merge(`${CONFIG_MAPS}/a`, { metadata: { name: 'b' } }),
      merge(`${CONFIG_MAPS}/a`, { metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' } }),
      merge(`${CONFIG_MAPS}/a`, { kind: 'Secret' }),
      jsonPatch(`${CONFIG_MAPS}/a`, [{ op: 'remove', path: '/metadata' }]),
    ],
  },
  {
    name: 'answers a creation of what is being deleted',
    steps: [
      post(SAMPLES, sample('a', {}, HELD)),
      remove(`${SAMPLES}/a`),
      post(SAMPLES, sample('a')),
      merge(`${SAMPLES}/a`, { metadata: { finalizers: null } }),
    ],
  },
  {
    name: 'scales custom resources only where they say how',
    steps: [post(SAMPLES, sample('a')), get(`${SAMPLES}/a/scale`), merge(`${SAMPLES}/a/scale`, { spec: { replicas: 2 } })],
  },
  {
    name: 'reads and writes YAML',
    steps: [
      post(CONFIG_MAPS, null, {
        text: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: "1"\n',
        contentType: 'application/yaml',
      }),
      post(SAMPLES, null, { text: 'apiVersion: x.y/v1\nkind: Sample\nmetadata: {name: a}\n', contentType: 'application/yaml' }),
      post(CONFIG_MAPS, null, { text: 'a: b: c', contentType: 'application/yaml' }),
      get(`${CONFIG_MAPS}/a`, { accept: 'application/yaml' }),
      get(`${CONFIG_MAPS}/none`, { accept: 'application/yaml' }),
      get(`${CONFIG_MAPS}?watch=1`, { accept: 'application/yaml' }),
    ],
  },
  {
    name: 'negotiates the form of its answers',
    steps: [
      post(CONFIG_MAPS, configMap('a', { k: 'v' })),
      get(`${CONFIG_MAPS}/a`, { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' }),
      get(`${CONFIG_MAPS}/a`, { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' }),
      get(CONFIG_MAPS, { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' }),
      get(CONFIG_MAPS, { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' }),
      get(`${SAMPLES}/a`, { accept: 'text/html' }),
      get(`${CONFIG_MAPS}/a`, { accept: 'text/html' }),
      get(CONFIG_MAPS, { accept: 'text/html' }),
      get(CONFIG_MAPS, { accept: 'application/json;as=Odd;g=meta.k8s.io;v=v1' }),
      get(`${CONFIG_MAPS}/a`, { accept: 'application/xml, application/json' }),
      remove(`${CONFIG_MAPS}/a`, undefined, { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' }),
    ],
  },
  {
    name: 'refuses methods in the words of each kind of place',
    isIndependent: true,
    steps: [
      post(`${CONFIG_MAPS}/a`, {}),
      put(CONFIG_MAPS, {}),
      put(SAMPLES, {}),
      merge(SAMPLES, {}),
      remove('/api/v1/namespaces'),
      remove(`${SAMPLES}/a/status`),
      post(`${SAMPLES}/a/status`, {}),
      get(`${CONFIG_MAPS}/a/status`),
      get(`${SAMPLES}/a/odd`),
    ],
  },
  {
    name: 'tells broken bodies apart',
    isIndependent: true,
    steps: [
      post(CONFIG_MAPS, null, { text: '' }),
      post(CONFIG_MAPS, null, { text: 'null' }),
      post(CONFIG_MAPS, null, { text: '[]' }),
      post(CONFIG_MAPS, null, { text: '42' }),
      post(CONFIG_MAPS, null, { text: '{"kind":1}' }),
      post(CONFIG_MAPS, { kind: 'Secret' }),
      post(CONFIG_MAPS, { kind: 'Odd' }),
      post(CONFIG_MAPS, { apiVersion: 'v2', metadata: { name: 'a' } }),
      post(SAMPLES, { metadata: { name: 'a' } }),
      post(SAMPLES, { apiVersion: 'v1', kind: 'Sample', metadata: { name: 'a' } }),
      post(SAMPLES, { apiVersion: '{group}/v1', kind: 'Odd', metadata: { name: 'a' } }),
      post(CONFIG_MAPS, { metadata: 5 }),
      post(CONFIG_MAPS, { metadata: { name: 5 } }),
      post(CONFIG_MAPS, { metadata: { name: 'a', labels: { a: 1 } } }),
      post(CONFIG_MAPS, { metadata: { name: 'a', creationTimestamp: 'never' } }),
      post(SAMPLES, sample('a', {}, { labels: { a: 1 } })),
    ],
  },
  {
    name: 'refuses strategic patches that it cannot convert',
    steps: [
      post(CONFIG_MAPS, configMap('a', { k: 'v' })),
      strategic(`${CONFIG_MAPS}/a`, { data: { k: 1 } }),
      strategic(`${CONFIG_MAPS}/a`, { data: 'x' }),
      strategic(`${CONFIG_MAPS}/a`, { metadata: { finalizers: 'x' } }),
      strategic(`${CONFIG_MAPS}/a`, { binaryData: { b: '!' } }),
      merge(`${CONFIG_MAPS}/a`, { data: { k: 1 } }),
      strategic(`${SAMPLES}/a`, {}),
      strategic(`${CONFIG_MAPS}/a`, null, { text: '' }),
      merge(`${CONFIG_MAPS}/a`, null, { text: '{bad' }),
      merge(`${CONFIG_MAPS}/a`, {}, { contentType: 'application/json' }),
    ],
  },
  {
    name: 'deletes collections as far as selectors go',
    steps: [
      post(CONFIG_MAPS, configMap('a', {}, { labels: { x: '1' } })),
      post(CONFIG_MAPS, configMap('b', {}, { labels: { x: '2' } })),
      remove(`${CONFIG_MAPS}?labelSelector=x%3D1`),
      remove(`${CONFIG_MAPS}?gracePeriodSeconds=x`),
      remove(`${CONFIG_MAPS}?labelSelector=!!`),
      get(`${CONFIG_MAPS}?labelSelector=x`),
    ],
  },
  {
    name: 'writes nothing when nothing changes',
    steps: [
      post(PLAINS, { apiVersion: '{group}/v1', kind: 'Plain', metadata: { name: '{ns}' }, spec: { a: 1 } }),
      merge(`${PLAINS}/{ns}`, { spec: { a: 1 } }),
      merge(`${PLAINS}/{ns}`, { spec: { b: null } }),
      remove(`${PLAINS}/{ns}`),
    ],
  },
];
