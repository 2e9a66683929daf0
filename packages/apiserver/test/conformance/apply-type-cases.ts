import type { ConformanceCase } from './case.js';
import { CONFIG_MAPS, GADGETS, apply, configMap, createAs, gadget, merge, failure } from './case.js';

const A = `${GADGETS}/a`;
const spec = (fields: NonNullable<Parameters<typeof gadget>[1]>) => gadget('a', { spec: fields });

/** How the types of fields decide what an apply merges and owns; formats and versions. */
export const APPLY_TYPE_CASES: readonly ConformanceCase[] = [
  {
    name: 'merges lists by their keys, in the order of the configuration',
    steps: [
      createAs(GADGETS, 'maker', spec({ parts: [{ id: 'x', weight: 1 }, { id: 'y' }, { id: 'z' }], tags: ['p', 'q', 'r'] }), {
        status: 201,
        contains: {
          spec: { color: 'red', parts: [{ id: 'x', weight: 1 }, { id: 'y' }, { id: 'z' }], tags: ['p', 'q', 'r'] },
          metadata: { generation: 1 },
        },
        owners: {
          'maker Update':
            '.spec .spec.color .spec.parts .spec.parts[{"id":"x"}] .spec.parts[{"id":"x"}].id .spec.parts[{"id":"x"}].weight .spec.parts[{"id":"y"}] .spec.parts[{"id":"y"}].id .spec.parts[{"id":"z"}] .spec.parts[{"id":"z"}].id .spec.tags .spec.tags[="p"] .spec.tags[="q"] .spec.tags[="r"]',
        },
      }),
      apply(A, 'm', spec({ parts: [{ id: 'n' }, { id: 'z' }, { id: 'x', tags: { a: 'b' } }], tags: ['s', 'r', 'p'] }), {
        status: 200,
        contains: {
          spec: {
            color: 'red',
            parts: [{ id: 'y' }, { id: 'n' }, { id: 'z' }, { id: 'x', tags: { a: 'b' }, weight: 1 }],
            tags: ['q', 's', 'r', 'p'],
          },
          metadata: { generation: 2 },
        },
        owners: {
          'm Apply':
            '.spec.parts[{"id":"n"}] .spec.parts[{"id":"n"}].id .spec.parts[{"id":"x"}] .spec.parts[{"id":"x"}].id .spec.parts[{"id":"x"}].tags.a .spec.parts[{"id":"z"}] .spec.parts[{"id":"z"}].id .spec.tags[="p"] .spec.tags[="r"] .spec.tags[="s"]',
          'maker Update':
            '.spec .spec.color .spec.parts .spec.parts[{"id":"x"}] .spec.parts[{"id":"x"}].id .spec.parts[{"id":"x"}].weight .spec.parts[{"id":"y"}] .spec.parts[{"id":"y"}].id .spec.parts[{"id":"z"}] .spec.parts[{"id":"z"}].id .spec.tags .spec.tags[="p"] .spec.tags[="q"] .spec.tags[="r"]',
        },
      }),
      apply(A, 'm', spec({ parts: [{ id: 'x' }, { id: 'z', weight: 3 }], tags: ['r'] }), {
        status: 200,
        contains: {
          spec: { color: 'red', parts: [{ id: 'y' }, { id: 'x', weight: 1 }, { id: 'z', weight: 3 }], tags: ['q', 'r', 'p'] },
          metadata: { generation: 3 },
        },
        owners: {
          'm Apply':
            '.spec.parts[{"id":"x"}] .spec.parts[{"id":"x"}].id .spec.parts[{"id":"z"}] .spec.parts[{"id":"z"}].id .spec.parts[{"id":"z"}].weight .spec.tags[="r"]',
          'maker Update':
            '.spec .spec.color .spec.parts .spec.parts[{"id":"x"}] .spec.parts[{"id":"x"}].id .spec.parts[{"id":"x"}].weight .spec.parts[{"id":"y"}] .spec.parts[{"id":"y"}].id .spec.parts[{"id":"z"}] .spec.parts[{"id":"z"}].id .spec.tags .spec.tags[="p"] .spec.tags[="q"] .spec.tags[="r"]',
        },
      }),
    ],
  },
  {
    name: 'merges lists by two keys, one of which has a default',
    steps: [
      apply(A, 'm', spec({ ports: [{ port: 80 }, { port: 80, protocol: 'UDP', target: 1 }] }), {
        status: 201,
        contains: {
          spec: {
            color: 'red',
            ports: [
              { port: 80, protocol: 'TCP' },
              { port: 80, protocol: 'UDP', target: 1 },
            ],
          },
          metadata: { generation: 1 },
        },
        owners: {
          'm Apply':
            '.spec.ports[{"port":80,"protocol":"TCP"}] .spec.ports[{"port":80,"protocol":"TCP"}].port .spec.ports[{"port":80,"protocol":"UDP"}] .spec.ports[{"port":80,"protocol":"UDP"}].port .spec.ports[{"port":80,"protocol":"UDP"}].protocol .spec.ports[{"port":80,"protocol":"UDP"}].target',
        },
      }),
      apply(
        A,
        'n',
        spec({
          ports: [
            { port: 80, target: 8080 },
            { port: 81, protocol: 'TCP' },
          ],
        }),
        {
          status: 200,
          contains: {
            spec: {
              color: 'red',
              ports: [
                { port: 80, protocol: 'TCP', target: 8080 },
                { port: 80, protocol: 'UDP', target: 1 },
                { port: 81, protocol: 'TCP' },
              ],
            },
            metadata: { generation: 2 },
          },
          owners: {
            'm Apply':
              '.spec.ports[{"port":80,"protocol":"TCP"}] .spec.ports[{"port":80,"protocol":"TCP"}].port .spec.ports[{"port":80,"protocol":"UDP"}] .spec.ports[{"port":80,"protocol":"UDP"}].port .spec.ports[{"port":80,"protocol":"UDP"}].protocol .spec.ports[{"port":80,"protocol":"UDP"}].target',
            'n Apply':
              '.spec.ports[{"port":80,"protocol":"TCP"}] .spec.ports[{"port":80,"protocol":"TCP"}].port .spec.ports[{"port":80,"protocol":"TCP"}].target .spec.ports[{"port":81,"protocol":"TCP"}] .spec.ports[{"port":81,"protocol":"TCP"}].port .spec.ports[{"port":81,"protocol":"TCP"}].protocol',
          },
        },
      ),
      apply(A, 'm', spec({ ports: [{ port: 80, protocol: 'TCP' }] }), {
        status: 200,
        contains: {
          spec: {
            color: 'red',
            ports: [
              { port: 80, protocol: 'TCP', target: 8080 },
              { port: 81, protocol: 'TCP' },
            ],
          },
          metadata: { generation: 3 },
        },
        owners: {
          'm Apply':
            '.spec.ports[{"port":80,"protocol":"TCP"}] .spec.ports[{"port":80,"protocol":"TCP"}].port .spec.ports[{"port":80,"protocol":"TCP"}].protocol',
          'n Apply':
            '.spec.ports[{"port":80,"protocol":"TCP"}] .spec.ports[{"port":80,"protocol":"TCP"}].port .spec.ports[{"port":80,"protocol":"TCP"}].target .spec.ports[{"port":81,"protocol":"TCP"}] .spec.ports[{"port":81,"protocol":"TCP"}].port .spec.ports[{"port":81,"protocol":"TCP"}].protocol',
        },
      }),
    ],
  },
  {
    name: 'owns lists without keys and atomic maps as a whole',
    steps: [
      apply(A, 'm', spec({ plain: [{ a: 1 }], whole: { a: 1 } }), {
        status: 201,
        contains: { spec: { color: 'red', plain: [{ a: 1 }], whole: { a: 1 } }, metadata: { generation: 1 } },
        owners: { 'm Apply': '.spec.plain .spec.whole' },
      }),
      apply(
        A,
        'n',
        spec({ plain: [{ a: 2 }], whole: { b: 1 } }),
        failure(409, 'Conflict', {
          message: 'Apply failed with 2 conflicts: conflicts with "m":\n- .spec.plain\n- .spec.whole',
          details: {
            causes: [
              { reason: 'FieldManagerConflict', message: 'conflict with "m"', field: '.spec.plain' },
              { reason: 'FieldManagerConflict', message: 'conflict with "m"', field: '.spec.whole' },
            ],
          },
        }),
      ),
      apply(A, 'n&force=true', spec({ plain: [{ a: 2 }], whole: { b: 1 } }), {
        status: 200,
        contains: { spec: { color: 'red', plain: [{ a: 2 }], whole: { b: 1 } }, metadata: { generation: 2 } },
        owners: { 'n Apply': '.spec.plain .spec.whole' },
      }),
      apply(A, 'n', gadget('a'), { status: 200, contains: { metadata: { generation: 3 } }, owners: {} }),
    ],
  },
  {
    name: 'deduces what a schema does not say: objects by field, lists as a whole',
    steps: [
      apply(A, 'm', spec({ free: { o: { a: 1 }, l: [1, { a: 1 }], e: {}, n: null, s: 'x' }, port: 80 }), {
        status: 201,
        contains: {
          spec: { color: 'red', free: { e: {}, l: [1, { a: 1 }], n: null, o: { a: 1 }, s: 'x' }, port: 80 },
          metadata: { generation: 1 },
        },
        owners: { 'm Apply': '.spec.free.e .spec.free.l .spec.free.n .spec.free.o .spec.free.o.a .spec.free.s .spec.port' },
      }),
      apply(
        A,
        'n',
        spec({ free: { o: { b: 1 }, l: [1, { a: 1 }] }, port: '80' }),
        failure(409, 'Conflict', {
          message: 'Apply failed with 1 conflict: conflict with "m": .spec.port',
          details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "m"', field: '.spec.port' }] },
        }),
      ),
      apply(A, 'm', spec({ free: { o: { a: 1 } } }), {
        status: 200,
        contains: { spec: { color: 'red', free: { o: { a: 1 } } }, metadata: { generation: 2 } },
        owners: { 'm Apply': '.spec.free.o .spec.free.o.a' },
      }),
    ],
  },
  {
    name: 'changes the shape of a free field',
    steps: [
      createAs(GADGETS, 'maker', spec({ free: { a: 1, b: { c: 1 }, d: [1] } }), {
        status: 201,
        contains: { spec: { color: 'red', free: { a: 1, b: { c: 1 }, d: [1] } }, metadata: { generation: 1 } },
        owners: { 'maker Update': '.spec .spec.color .spec.free .spec.free.a .spec.free.b .spec.free.b.c .spec.free.d' },
      }),
      merge(
        A,
        'other',
        { spec: { free: { a: { x: 1 }, b: 'text', d: { y: 1 } } } },
        {
          status: 200,
          contains: { spec: { color: 'red', free: { a: { x: 1 }, b: 'text', d: { y: 1 } } }, metadata: { generation: 2 } },
          owners: {
            'maker Update': '.spec .spec.color .spec.free',
            'other Update': '.spec.free.a .spec.free.a.x .spec.free.b .spec.free.d .spec.free.d.y',
          },
        },
      ),
      apply(A, 'm&force=true', spec({ free: { a: [1], b: { z: 1 } } }), {
        status: 200,
        contains: { spec: { color: 'red', free: { a: [1], b: { z: 1 }, d: { y: 1 } } }, metadata: { generation: 3 } },
        owners: {
          'm Apply': '.spec.free.a .spec.free.b .spec.free.b.z',
          'maker Update': '.spec .spec.color .spec.free',
          'other Update': '.spec.free.d .spec.free.d.y',
        },
      }),
    ],
  },
  {
    name: 'applies to the status only the status, and separately from the rest',
    steps: [
      apply(A, 'm', spec({ size: 1 }), {
        status: 201,
        contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 1 } },
        owners: { 'm Apply': '.spec.size' },
      }),
      apply(`${A}/status`, 'm', gadget('a', { spec: { size: 9 }, status: { ok: true, deep: { x: 1 } } }, { labels: { a: 'b' } }), {
        status: 200,
        contains: { spec: { color: 'red', size: 1 }, status: { deep: { x: 1 }, ok: true }, metadata: { generation: 1 } },
        owners: { 'm Apply': '.spec.size', 'm Apply/status': '.status.deep .status.deep.x .status.ok' },
      }),
      apply(
        `${A}/status`,
        'n',
        gadget('a', { status: { ok: false, deep: { y: 1 } } }),
        failure(409, 'Conflict', {
          message: 'Apply failed with 1 conflict: conflict with "m" with subresource "status": .status.ok',
          details: {
            causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "m" with subresource "status"', field: '.status.ok' }],
          },
        }),
      ),
      apply(`${A}/status`, 'm', gadget('a', { status: { ok: true } }), {
        status: 200,
        contains: { spec: { color: 'red', size: 1 }, status: { ok: true }, metadata: { generation: 1 } },
        owners: { 'm Apply': '.spec.size', 'm Apply/status': '.status.ok' },
      }),
    ],
  },
  {
    name: 'merges labels, annotations, finalizers and owner references',
    steps: [
      createAs(CONFIG_MAPS, 'maker', configMap('a', {}, { labels: { a: '1' }, annotations: { b: '2' }, finalizers: ['e.com/x'] }), {
        status: 201,
        contains: { metadata: { labels: { a: '1' }, annotations: { b: '2' }, finalizers: ['e.com/x'] } },
        owners: {
          'maker Update':
            '.metadata.annotations .metadata.annotations.b .metadata.finalizers .metadata.finalizers[="e.com/x"] .metadata.labels .metadata.labels.a',
        },
      }),
      apply(
        `${CONFIG_MAPS}/a`,
        'm',
        configMap(
          'a',
          { k: 'v' },
          {
            labels: { c: '3' },
            annotations: { d: '4' },
            finalizers: ['e.com/y'],
            ownerReferences: [{ apiVersion: 'nope.example.com/v1', kind: 'Nope', name: 'x', uid: 'u1' }],
          },
        ),
        {
          status: 200,
          contains: {
            data: { k: 'v' },
            metadata: {
              labels: { a: '1', c: '3' },
              annotations: { b: '2', d: '4' },
              finalizers: ['e.com/x', 'e.com/y'],
              ownerReferences: [{ apiVersion: 'nope.example.com/v1', kind: 'Nope', name: 'x', uid: '<uid>' }],
            },
          },
          owners: {
            'm Apply':
              '.data.k .metadata.annotations.d .metadata.finalizers[="e.com/y"] .metadata.labels.c .metadata.ownerReferences[{"uid":"u1"}]',
            'maker Update':
              '.metadata.annotations .metadata.annotations.b .metadata.finalizers .metadata.finalizers[="e.com/x"] .metadata.labels .metadata.labels.a',
          },
        },
      ),
      apply(`${CONFIG_MAPS}/a`, 'm', configMap('a', { k: 'v' }, { labels: { a: '1' } }), {
        status: 200,
        contains: { data: { k: 'v' }, metadata: { labels: { a: '1' }, annotations: { b: '2' }, finalizers: ['e.com/x'] } },
        owners: {
          'm Apply': '.data.k .metadata.labels.a',
          'maker Update':
            '.metadata.annotations .metadata.annotations.b .metadata.finalizers .metadata.finalizers[="e.com/x"] .metadata.labels .metadata.labels.a',
        },
      }),
    ],
  },
  {
    name: 'applies in YAML, with its texts, numbers and truth values',
    steps: [
      apply(
        A,
        'm',
        'apiVersion: owned.{group}/v1\nkind: Gadget\nmetadata:\n  name: a\n  labels: {x: "yes"}\nspec:\n  size: 0x10\n  name: |\n    two\n    lines\n  free:\n    on: no\n    date: 2020-01-01\n    float: 1.50\n    none: ~\n    octal: 0777\n  plain: [&one {a: 1}, *one]\n',
        {
          status: 201,
          contains: {
            spec: {
              color: 'red',
              free: { date: '2020-01-01', float: 1.5, none: null, octal: 511, true: false },
              name: 'two\nlines\n',
              plain: [{ a: 1 }, { a: 1 }],
              size: 16,
            },
            metadata: { labels: { x: 'yes' }, generation: 1 },
          },
          owners: {
            'm Apply':
              '.metadata.labels.x .spec.free.date .spec.free.float .spec.free.none .spec.free.octal .spec.free.true .spec.name .spec.plain .spec.size',
          },
        },
      ),
    ],
  },
  {
    name: 'reads the first of several documents, and the last of equal keys with a warning',
    steps: [
      apply(`${CONFIG_MAPS}/a`, 'm', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: a\n  k: b\n---\nkind: Other\n', {
        status: 201,
        contains: { data: { k: 'b' } },
        owners: { 'm Apply': '.data.k' },
      }),
      apply(
        `${CONFIG_MAPS}/a`,
        'm&fieldValidation=Strict',
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: a\n  k: c\n',
        failure(400, 'BadRequest', {
          message:
            'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 7: key "k" already set in map',
        }),
      ),
    ],
  },
  {
    name: 'shows what an apply would do without doing it',
    steps: [
      apply(`${CONFIG_MAPS}/a`, 'm&dryRun=All', configMap('a', { k: 'v' }), {
        status: 201,
        contains: { data: { k: 'v' } },
        owners: { 'm Apply': '.data.k' },
      }),
      {
        method: 'GET',
        path: `${CONFIG_MAPS}/a`,
        expect: failure(404, 'NotFound', { message: 'configmaps "a" not found', details: { name: 'a', kind: 'configmaps' } }),
      },
    ],
  },
  {
    name: 'lets kubectl take over what it applied from the client, and keeps its annotation',
    steps: [
      createAs(
        CONFIG_MAPS,
        'kubectl-client-side-apply',
        configMap(
          'a',
          { k: '1', l: '2' },
          {
            annotations: {
              'kubectl.kubernetes.io/last-applied-configuration':
                '{"apiVersion":"v1","data":{"k":"1","l":"2"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"a"}}\n',
            },
          },
        ),
        {
          status: 201,
          contains: {
            data: { k: '1', l: '2' },
            metadata: {
              annotations: {
                'kubectl.kubernetes.io/last-applied-configuration':
                  '{"apiVersion":"v1","data":{"k":"1","l":"2"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"a"}}\n',
              },
            },
          },
          owners: {
            'kubectl-client-side-apply Update':
              '.data .data.k .data.l .metadata.annotations .metadata.annotations.kubectl.kubernetes.io/last-applied-configuration',
          },
        },
      ),
      apply(`${CONFIG_MAPS}/a`, 'kubectl', configMap('a', { k: '<9>', l: '2' }), {
        status: 200,
        contains: {
          data: { k: '<9>', l: '2' },
          metadata: {
            annotations: {
              'kubectl.kubernetes.io/last-applied-configuration':
                '{"apiVersion":"v1","data":{"k":"\\u003c9\\u003e","l":"2"},"kind":"ConfigMap","metadata":{"name":"a"}}\n',
            },
          },
        },
        owners: {
          'kubectl Apply': '.data.k .data.l',
          'kubectl-client-side-apply Update':
            '.data .data.l .metadata.annotations .metadata.annotations.kubectl.kubernetes.io/last-applied-configuration',
        },
      }),
      merge(
        `${CONFIG_MAPS}/a`,
        'other',
        { data: { l: '7' } },
        {
          status: 200,
          contains: {
            data: { k: '<9>', l: '7' },
            metadata: {
              annotations: {
                'kubectl.kubernetes.io/last-applied-configuration':
                  '{"apiVersion":"v1","data":{"k":"\\u003c9\\u003e","l":"2"},"kind":"ConfigMap","metadata":{"name":"a"}}\n',
              },
            },
          },
          owners: {
            'kubectl Apply': '.data.k',
            'kubectl-client-side-apply Update':
              '.data .metadata.annotations .metadata.annotations.kubectl.kubernetes.io/last-applied-configuration',
            'other Update': '.data.l',
          },
        },
      ),
      apply(
        `${CONFIG_MAPS}/a`,
        'kubectl',
        configMap('a', { k: '9', l: '8' }),
        failure(409, 'Conflict', {
          message: 'Apply failed with 1 conflict: conflict with "other" using v1: .data.l',
          details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "other" using v1', field: '.data.l' }] },
        }),
      ),
    ],
  },
  {
    name: 'moves the fields of an applier along when it applies another version',
    steps: [
      apply(A, 'm', spec({ size: 1, ports: [{ port: 80 }], name: 'x' }), {
        status: 201,
        contains: { spec: { color: 'red', name: 'x', ports: [{ port: 80, protocol: 'TCP' }], size: 1 }, metadata: { generation: 1 } },
        owners: {
          'm Apply': '.spec.name .spec.ports[{"port":80,"protocol":"TCP"}] .spec.ports[{"port":80,"protocol":"TCP"}].port .spec.size',
        },
      }),
      apply(
        '/apis/owned.{group}/v3/namespaces/{ns}/gadgets/a',
        'm',
        { apiVersion: 'owned.{group}/v3', kind: 'Gadget', metadata: { name: 'a' }, spec: { size: 1 } },
        {
          status: 200,
          contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 2 } },
          owners: { 'm Apply': '.spec .spec.size' },
        },
      ),
      apply(
        A,
        'n',
        spec({ size: 2 }),
        failure(409, 'Conflict', {
          message: 'Apply failed with 1 conflict: conflict with "m": .spec.size',
          details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "m"', field: '.spec.size' }] },
        }),
      ),
    ],
  },
];
