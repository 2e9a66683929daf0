import type { ConformanceCase } from './case.js';
import { CONFIG_MAPS, GADGETS, JSON_PATCH, MERGE, STRATEGIC, configMap, createAs, gadget, merge } from './case.js';

const FULL = {
  size: 1,
  parts: [{ id: 'x', weight: 1 }],
  ports: [{ port: 80 }],
  tags: ['p', 'q'],
  plain: [{ a: 1 }],
  labels: { k: 'v' },
  whole: { a: 1 },
  free: { x: { y: [1] }, e: {} },
  port: 'http',
};
const STATUS = `${GADGETS}/a/status`;

/** Who owns what after creations, updates and patches. */
export const OWNERSHIP_CASES: readonly ConformanceCase[] = [
  {
    name: 'makes whoever creates an object the owner of all its fields, by the ways of their types',
    steps: [
      createAs(GADGETS, 'maker', gadget('a', { spec: FULL, status: { x: 1 } }, { labels: { l: '1' }, finalizers: ['e.com/f'] }), {
        status: 201,
        contains: {
          spec: {
            color: 'red',
            free: { e: {}, x: { y: [1] } },
            labels: { k: 'v' },
            parts: [{ id: 'x', weight: 1 }],
            plain: [{ a: 1 }],
            port: 'http',
            ports: [{ port: 80, protocol: 'TCP' }],
            size: 1,
            tags: ['p', 'q'],
            whole: { a: 1 },
          },
          metadata: { labels: { l: '1' }, finalizers: ['e.com/f'], generation: 1 },
        },
        owners: {
          'maker Update':
            '.metadata.finalizers .metadata.finalizers[="e.com/f"] .metadata.labels .metadata.labels.l .spec .spec.color .spec.free .spec.free.e .spec.free.x .spec.free.x.y .spec.labels .spec.labels.k .spec.parts .spec.parts[{"id":"x"}] .spec.parts[{"id":"x"}].id .spec.parts[{"id":"x"}].weight .spec.plain .spec.port .spec.ports .spec.ports[{"port":80,"protocol":"TCP"}] .spec.ports[{"port":80,"protocol":"TCP"}].port .spec.ports[{"port":80,"protocol":"TCP"}].protocol .spec.size .spec.tags .spec.tags[="p"] .spec.tags[="q"] .spec.whole',
        },
      }),
    ],
  },
  {
    name: 'names an owner after the user agent up to its version',
    steps: [
      {
        method: 'POST',
        path: GADGETS,
        body: gadget('a', { spec: { size: 1 } }),
        userAgent: 'kubectl/v1.36.3 (linux/amd64)',
        expect: {
          status: 201,
          contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 1 } },
          owners: { 'kubectl Update': '.spec .spec.color .spec.size' },
        },
      },
      {
        method: 'PATCH',
        path: `${GADGETS}/a`,
        contentType: MERGE,
        body: { spec: { size: 2 } },
        userAgent: 'no version at all',
        expect: {
          status: 200,
          contains: { spec: { color: 'red', size: 2 }, metadata: { generation: 2 } },
          owners: { 'kubectl Update': '.spec .spec.color', 'no version at all Update': '.spec.size' },
        },
      },
    ],
  },
  {
    name: 'calls an owner unknown that says nothing about itself',
    steps: [
      {
        method: 'POST',
        path: CONFIG_MAPS,
        body: configMap('a', { k: 'v' }),
        expect: { status: 201, contains: { data: { k: 'v' } }, owners: { 'unknown Update': '.data .data.k' } },
      },
    ],
  },
  {
    name: 'moves fields to whoever changes them, and leaves the rest',
    steps: [
      createAs(GADGETS, 'maker', gadget('a', { spec: FULL }), {
        status: 201,
        contains: {
          spec: {
            color: 'red',
            free: { e: {}, x: { y: [1] } },
            labels: { k: 'v' },
            parts: [{ id: 'x', weight: 1 }],
            plain: [{ a: 1 }],
            port: 'http',
            ports: [{ port: 80, protocol: 'TCP' }],
            size: 1,
            tags: ['p', 'q'],
            whole: { a: 1 },
          },
          metadata: { generation: 1 },
        },
        owners: {
          'maker Update':
            '.spec .spec.color .spec.free .spec.free.e .spec.free.x .spec.free.x.y .spec.labels .spec.labels.k .spec.parts .spec.parts[{"id":"x"}] .spec.parts[{"id":"x"}].id .spec.parts[{"id":"x"}].weight .spec.plain .spec.port .spec.ports .spec.ports[{"port":80,"protocol":"TCP"}] .spec.ports[{"port":80,"protocol":"TCP"}].port .spec.ports[{"port":80,"protocol":"TCP"}].protocol .spec.size .spec.tags .spec.tags[="p"] .spec.tags[="q"] .spec.whole',
        },
      }),
      merge(
        `${GADGETS}/a`,
        'other',
        { spec: { size: 2, labels: { n: 'w' }, whole: { b: 2 }, free: { x: { z: 1 } } } },
        {
          status: 200,
          contains: {
            spec: {
              color: 'red',
              free: { e: {}, x: { y: [1], z: 1 } },
              labels: { k: 'v', n: 'w' },
              parts: [{ id: 'x', weight: 1 }],
              plain: [{ a: 1 }],
              port: 'http',
              ports: [{ port: 80, protocol: 'TCP' }],
              size: 2,
              tags: ['p', 'q'],
              whole: { a: 1, b: 2 },
            },
            metadata: { generation: 2 },
          },
          owners: {
            'maker Update':
              '.spec .spec.color .spec.free .spec.free.e .spec.free.x .spec.free.x.y .spec.labels .spec.labels.k .spec.parts .spec.parts[{"id":"x"}] .spec.parts[{"id":"x"}].id .spec.parts[{"id":"x"}].weight .spec.plain .spec.port .spec.ports .spec.ports[{"port":80,"protocol":"TCP"}] .spec.ports[{"port":80,"protocol":"TCP"}].port .spec.ports[{"port":80,"protocol":"TCP"}].protocol .spec.tags .spec.tags[="p"] .spec.tags[="q"]',
            'other Update': '.spec.free.x.z .spec.labels.n .spec.size .spec.whole',
          },
        },
      ),
    ],
  },
  {
    name: 'takes removed fields away from their owner and gives them to nobody',
    steps: [
      createAs(GADGETS, 'maker', gadget('a', { spec: FULL }), {
        status: 201,
        contains: {
          spec: {
            color: 'red',
            free: { e: {}, x: { y: [1] } },
            labels: { k: 'v' },
            parts: [{ id: 'x', weight: 1 }],
            plain: [{ a: 1 }],
            port: 'http',
            ports: [{ port: 80, protocol: 'TCP' }],
            size: 1,
            tags: ['p', 'q'],
            whole: { a: 1 },
          },
          metadata: { generation: 1 },
        },
        owners: {
          'maker Update':
            '.spec .spec.color .spec.free .spec.free.e .spec.free.x .spec.free.x.y .spec.labels .spec.labels.k .spec.parts .spec.parts[{"id":"x"}] .spec.parts[{"id":"x"}].id .spec.parts[{"id":"x"}].weight .spec.plain .spec.port .spec.ports .spec.ports[{"port":80,"protocol":"TCP"}] .spec.ports[{"port":80,"protocol":"TCP"}].port .spec.ports[{"port":80,"protocol":"TCP"}].protocol .spec.size .spec.tags .spec.tags[="p"] .spec.tags[="q"] .spec.whole',
        },
      }),
      merge(
        `${GADGETS}/a`,
        'other',
        { spec: { size: null, labels: null, free: { x: null }, plain: null } },
        {
          status: 200,
          contains: {
            spec: {
              color: 'red',
              free: { e: {} },
              parts: [{ id: 'x', weight: 1 }],
              port: 'http',
              ports: [{ port: 80, protocol: 'TCP' }],
              tags: ['p', 'q'],
              whole: { a: 1 },
            },
            metadata: { generation: 2 },
          },
          owners: {
            'maker Update':
              '.spec .spec.color .spec.free .spec.free.e .spec.parts .spec.parts[{"id":"x"}] .spec.parts[{"id":"x"}].id .spec.parts[{"id":"x"}].weight .spec.port .spec.ports .spec.ports[{"port":80,"protocol":"TCP"}] .spec.ports[{"port":80,"protocol":"TCP"}].port .spec.ports[{"port":80,"protocol":"TCP"}].protocol .spec.tags .spec.tags[="p"] .spec.tags[="q"] .spec.whole',
          },
        },
      ),
    ],
  },
  {
    name: 'drops an owner that owns nothing any more',
    steps: [
      createAs(CONFIG_MAPS, 'maker', configMap('a', { k: 'v' }), {
        status: 201,
        contains: { data: { k: 'v' } },
        owners: { 'maker Update': '.data .data.k' },
      }),
      merge(
        `${CONFIG_MAPS}/a`,
        'other',
        { data: { k: null, n: 'w' } },
        { status: 200, contains: { data: { n: 'w' } }, owners: { 'maker Update': '.data', 'other Update': '.data.n' } },
      ),
    ],
  },
  {
    name: 'moves nothing when a patch changes nothing',
    steps: [
      createAs(GADGETS, 'maker', gadget('a', { spec: { size: 1 } }), {
        status: 201,
        contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 1 } },
        owners: { 'maker Update': '.spec .spec.color .spec.size' },
      }),
      merge(
        `${GADGETS}/a`,
        'other',
        { spec: { size: 1 } },
        {
          status: 200,
          contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 1 } },
          owners: { 'maker Update': '.spec .spec.color .spec.size' },
        },
      ),
    ],
  },
  {
    name: 'owns members of lists with keys and of sets one by one',
    steps: [
      createAs(GADGETS, 'maker', gadget('a', { spec: { parts: [{ id: 'x', weight: 1 }], tags: ['p', 'q'], ports: [{ port: 80 }] } }), {
        status: 201,
        contains: {
          spec: { color: 'red', parts: [{ id: 'x', weight: 1 }], ports: [{ port: 80, protocol: 'TCP' }], tags: ['p', 'q'] },
          metadata: { generation: 1 },
        },
        owners: {
          'maker Update':
            '.spec .spec.color .spec.parts .spec.parts[{"id":"x"}] .spec.parts[{"id":"x"}].id .spec.parts[{"id":"x"}].weight .spec.ports .spec.ports[{"port":80,"protocol":"TCP"}] .spec.ports[{"port":80,"protocol":"TCP"}].port .spec.ports[{"port":80,"protocol":"TCP"}].protocol .spec.tags .spec.tags[="p"] .spec.tags[="q"]',
        },
      }),
      {
        method: 'PATCH',
        path: `${GADGETS}/a?fieldManager=other`,
        contentType: JSON_PATCH,
        body: [
          { op: 'add', path: '/spec/parts/-', value: { id: 'n', tags: { a: 'b' } } },
          { op: 'remove', path: '/spec/tags/0' },
          { op: 'add', path: '/spec/ports/0', value: { port: 80, protocol: 'UDP' } },
          { op: 'replace', path: '/spec/parts/0/weight', value: 2 },
        ],
        expect: {
          status: 200,
          contains: {
            spec: {
              color: 'red',
              parts: [
                { id: 'x', weight: 2 },
                { id: 'n', tags: { a: 'b' } },
              ],
              ports: [
                { port: 80, protocol: 'UDP' },
                { port: 80, protocol: 'TCP' },
              ],
              tags: ['q'],
            },
            metadata: { generation: 2 },
          },
          owners: {
            'maker Update':
              '.spec .spec.color .spec.parts .spec.parts[{"id":"x"}] .spec.parts[{"id":"x"}].id .spec.ports .spec.ports[{"port":80,"protocol":"TCP"}] .spec.ports[{"port":80,"protocol":"TCP"}].port .spec.ports[{"port":80,"protocol":"TCP"}].protocol .spec.tags .spec.tags[="q"]',
            'other Update':
              '.spec.parts[{"id":"n"}] .spec.parts[{"id":"n"}].id .spec.parts[{"id":"n"}].tags .spec.parts[{"id":"n"}].tags.a .spec.parts[{"id":"x"}].weight .spec.ports[{"port":80,"protocol":"UDP"}] .spec.ports[{"port":80,"protocol":"UDP"}].port .spec.ports[{"port":80,"protocol":"UDP"}].protocol',
          },
        },
      },
    ],
  },
  {
    name: 'owns through the status endpoint only the status of a custom resource',
    steps: [
      createAs(GADGETS, 'maker', gadget('a', { spec: { size: 1 } }), {
        status: 201,
        contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 1 } },
        owners: { 'maker Update': '.spec .spec.color .spec.size' },
      }),
      merge(
        STATUS,
        'controller',
        { status: { ok: true, list: [1], deep: { x: 1 } }, spec: { size: 5 }, metadata: { labels: { no: 'x' } } },
        {
          status: 200,
          contains: { spec: { color: 'red', size: 1 }, status: { deep: { x: 1 }, list: [1], ok: true }, metadata: { generation: 1 } },
          owners: {
            'controller Update/status': '.status .status.deep .status.deep.x .status.list .status.ok',
            'maker Update': '.spec .spec.color .spec.size',
          },
        },
      ),
      merge(
        STATUS,
        'maker',
        { status: { ok: false } },
        {
          status: 200,
          contains: { spec: { color: 'red', size: 1 }, status: { deep: { x: 1 }, list: [1], ok: false }, metadata: { generation: 1 } },
          owners: {
            'controller Update/status': '.status .status.deep .status.deep.x .status.list',
            'maker Update': '.spec .spec.color .spec.size',
            'maker Update/status': '.status.ok',
          },
        },
      ),
    ],
  },
  {
    name: 'ignores a status that is sent to the main endpoint',
    steps: [
      createAs(GADGETS, 'maker', gadget('a', { spec: { size: 1 }, status: { x: 1 } }), {
        status: 201,
        contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 1 } },
        owners: { 'maker Update': '.spec .spec.color .spec.size' },
      }),
      merge(
        `${GADGETS}/a`,
        'other',
        { status: { x: 2 }, spec: { size: 2 } },
        {
          status: 200,
          contains: { spec: { color: 'red', size: 2 }, metadata: { generation: 2 } },
          owners: { 'maker Update': '.spec .spec.color', 'other Update': '.spec.size' },
        },
      ),
    ],
  },
  {
    name: 'owns what a PUT changes',
    steps: [
      createAs(CONFIG_MAPS, 'maker', configMap('a', { k: 'v', l: 'v' }, { labels: { a: 'b' }, annotations: { c: 'd' } }), {
        status: 201,
        contains: { data: { k: 'v', l: 'v' }, metadata: { labels: { a: 'b' }, annotations: { c: 'd' } } },
        owners: {
          'maker Update': '.data .data.k .data.l .metadata.annotations .metadata.annotations.c .metadata.labels .metadata.labels.a',
        },
      }),
      {
        method: 'PUT',
        path: `${CONFIG_MAPS}/a?fieldManager=other`,
        body: configMap('a', { k: 'w', l: 'v' }, { labels: { a: 'b' } }),
        expect: {
          status: 200,
          contains: { data: { k: 'w', l: 'v' }, metadata: { labels: { a: 'b' } } },
          owners: { 'maker Update': '.data .data.l .metadata.labels .metadata.labels.a', 'other Update': '.data.k' },
        },
      },
    ],
  },
  {
    name: 'owns what a strategic merge patch changes',
    steps: [
      createAs(CONFIG_MAPS, 'maker', configMap('a', { k: 'v' }, { finalizers: ['e.com/a'] }), {
        status: 201,
        contains: { data: { k: 'v' }, metadata: { finalizers: ['e.com/a'] } },
        owners: { 'maker Update': '.data .data.k .metadata.finalizers .metadata.finalizers[="e.com/a"]' },
      }),
      {
        method: 'PATCH',
        path: `${CONFIG_MAPS}/a?fieldManager=other`,
        contentType: STRATEGIC,
        body: { data: { n: 'w' }, metadata: { finalizers: ['e.com/b'] } },
        expect: {
          status: 200,
          contains: { data: { k: 'v', n: 'w' }, metadata: { finalizers: ['e.com/b', 'e.com/a'] } },
          owners: {
            'maker Update': '.data .data.k .metadata.finalizers .metadata.finalizers[="e.com/a"]',
            'other Update': '.data.n .metadata.finalizers[="e.com/b"]',
          },
        },
      },
    ],
  },
];
