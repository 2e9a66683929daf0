import type { ConformanceCase } from './case.js';
import { GADGETS, apply, createAs, failure, gadget, merge } from './case.js';

const A = `${GADGETS}/a`;
const spec = (fields: NonNullable<Parameters<typeof gadget>[1]>) => gadget('a', { spec: fields });

/** What server-side apply merges, shares, takes and removes. */
export const APPLY_CASES: readonly ConformanceCase[] = [
  {
    name: 'creates by apply, with defaults that nobody owns',
    steps: [
      apply(
        A,
        'm',
        gadget('a', { spec: { size: 1, free: { a: { b: 1 } }, parts: [{ id: 'x' }] }, status: { x: 1 } }, { labels: { l: '1' } }),
        {
          status: 201,
          contains: {
            spec: { color: 'red', free: { a: { b: 1 } }, parts: [{ id: 'x' }], size: 1 },
            metadata: { labels: { l: '1' }, generation: 1 },
          },
          owners: {
            'm Apply': '.metadata.labels.l .spec.free.a .spec.free.a.b .spec.parts[{"id":"x"}] .spec.parts[{"id":"x"}].id .spec.size',
          },
        },
      ),
    ],
  },
  {
    name: 'changes neither the object nor its version when the same is applied again',
    steps: [
      {
        ...apply(A, 'm', spec({ size: 1 }), {
          status: 201,
          contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 1 } },
          owners: { 'm Apply': '.spec.size' },
        }),
        save: { version: 'metadata.resourceVersion' },
      },
      apply(A, 'm', spec({ size: 1 }), {
        status: 200,
        contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 1 } },
        owners: { 'm Apply': '.spec.size' },
      }),
      apply(A, 'm', gadget('a', { spec: { size: 2 } }, { resourceVersion: '{version}' }), {
        status: 200,
        contains: { spec: { color: 'red', size: 2 }, metadata: { generation: 2 } },
        owners: { 'm Apply': '.spec.size' },
      }),
    ],
  },
  {
    name: 'shares a field among appliers that agree, without a time as long as they change nothing',
    steps: [
      apply(A, 'm', spec({ size: 1, labels: { a: '1' } }), {
        status: 201,
        contains: { spec: { color: 'red', labels: { a: '1' }, size: 1 }, metadata: { generation: 1 } },
        owners: { 'm Apply': '.spec.labels.a .spec.size' },
      }),
      apply(A, 'n', spec({ size: 1, labels: { b: '2' } }), {
        status: 200,
        contains: { spec: { color: 'red', labels: { a: '1', b: '2' }, size: 1 }, metadata: { generation: 2 } },
        owners: { 'm Apply': '.spec.labels.a .spec.size', 'n Apply': '.spec.labels.b .spec.size' },
      }),
      apply(A, 'o', spec({ size: 1 }), {
        status: 200,
        contains: { spec: { color: 'red', labels: { a: '1', b: '2' }, size: 1 }, metadata: { generation: 2 } },
        owners: { 'o Apply untimed': '.spec.size', 'm Apply': '.spec.labels.a .spec.size', 'n Apply': '.spec.labels.b .spec.size' },
      }),
    ],
  },
  {
    name: 'removes what an applier no longer applies, unless somebody else owns it',
    steps: [
      apply(A, 'm', spec({ size: 1, name: 'x', labels: { a: '1', b: '2' }, free: { a: 1, b: 2 } }), {
        status: 201,
        contains: {
          spec: { color: 'red', free: { a: 1, b: 2 }, labels: { a: '1', b: '2' }, name: 'x', size: 1 },
          metadata: { generation: 1 },
        },
        owners: { 'm Apply': '.spec.free.a .spec.free.b .spec.labels.a .spec.labels.b .spec.name .spec.size' },
      }),
      apply(A, 'n', spec({ size: 1, labels: { b: '2' } }), {
        status: 200,
        contains: {
          spec: { color: 'red', free: { a: 1, b: 2 }, labels: { a: '1', b: '2' }, name: 'x', size: 1 },
          metadata: { generation: 1 },
        },
        owners: {
          'n Apply untimed': '.spec.labels.b .spec.size',
          'm Apply': '.spec.free.a .spec.free.b .spec.labels.a .spec.labels.b .spec.name .spec.size',
        },
      }),
      apply(A, 'm', spec({ labels: { a: '1' }, free: { b: 2 } }), {
        status: 200,
        contains: { spec: { color: 'red', free: { b: 2 }, labels: { a: '1', b: '2' }, size: 1 }, metadata: { generation: 2 } },
        owners: { 'n Apply untimed': '.spec.labels.b .spec.size', 'm Apply': '.spec.free.b .spec.labels.a' },
      }),
      apply(A, 'm', gadget('a'), {
        status: 200,
        contains: { spec: { color: 'red', labels: { b: '2' }, size: 1 }, metadata: { generation: 3 } },
        owners: { 'n Apply untimed': '.spec.labels.b .spec.size' },
      }),
    ],
  },
  {
    name: 'keeps what an updater changed after it was applied',
    steps: [
      apply(A, 'm', spec({ size: 1, name: 'x' }), {
        status: 201,
        contains: { spec: { color: 'red', name: 'x', size: 1 }, metadata: { generation: 1 } },
        owners: { 'm Apply': '.spec.name .spec.size' },
      }),
      merge(
        A,
        'updater',
        { spec: { name: 'y' } },
        {
          status: 200,
          contains: { spec: { color: 'red', name: 'y', size: 1 }, metadata: { generation: 2 } },
          owners: { 'm Apply': '.spec.size', 'updater Update': '.spec.name' },
        },
      ),
      apply(A, 'm', spec({ size: 1 }), {
        status: 200,
        contains: { spec: { color: 'red', name: 'y', size: 1 }, metadata: { generation: 2 } },
        owners: { 'm Apply': '.spec.size', 'updater Update': '.spec.name' },
      }),
    ],
  },
  {
    name: 'gives a default back when its field is no longer applied',
    steps: [
      apply(A, 'm', spec({ color: 'blue', size: 1 }), {
        status: 201,
        contains: { spec: { color: 'blue', size: 1 }, metadata: { generation: 1 } },
        owners: { 'm Apply': '.spec.color .spec.size' },
      }),
      apply(A, 'm', spec({ size: 1 }), {
        status: 200,
        contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 2 } },
        owners: { 'm Apply': '.spec.size' },
      }),
    ],
  },
  {
    name: 'refuses to take a field of somebody else',
    steps: [
      createAs(GADGETS, 'maker', spec({ size: 1 }), {
        status: 201,
        contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 1 } },
        owners: { 'maker Update': '.spec .spec.color .spec.size' },
      }),
      apply(
        A,
        'm',
        spec({ size: 2 }),
        failure(409, 'Conflict', {
          message: 'Apply failed with 1 conflict: conflict with "maker" using owned.{group}/v1: .spec.size',
          details: {
            causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "maker" using owned.{group}/v1', field: '.spec.size' }],
          },
        }),
      ),
    ],
  },
  {
    name: 'names all conflicts, by manager',
    steps: [
      createAs(GADGETS, 'maker', spec({ size: 1, labels: { a: '1' }, parts: [{ id: 'x', weight: 1 }], free: { x: 1 } }), {
        status: 201,
        contains: {
          spec: { color: 'red', free: { x: 1 }, labels: { a: '1' }, parts: [{ id: 'x', weight: 1 }], size: 1 },
          metadata: { generation: 1 },
        },
        owners: {
          'maker Update':
            '.spec .spec.color .spec.free .spec.free.x .spec.labels .spec.labels.a .spec.parts .spec.parts[{"id":"x"}] .spec.parts[{"id":"x"}].id .spec.parts[{"id":"x"}].weight .spec.size',
        },
      }),
      apply(A, 'm', spec({ name: 'x', labels: { b: '2' } }), {
        status: 200,
        contains: {
          spec: { color: 'red', free: { x: 1 }, labels: { a: '1', b: '2' }, name: 'x', parts: [{ id: 'x', weight: 1 }], size: 1 },
          metadata: { generation: 2 },
        },
        owners: {
          'm Apply': '.spec.labels.b .spec.name',
          'maker Update':
            '.spec .spec.color .spec.free .spec.free.x .spec.labels .spec.labels.a .spec.parts .spec.parts[{"id":"x"}] .spec.parts[{"id":"x"}].id .spec.parts[{"id":"x"}].weight .spec.size',
        },
      }),
      apply(
        A,
        'n',
        spec({ size: 2, name: 'y', labels: { a: '2', b: '3' }, parts: [{ id: 'x', weight: 2 }], free: { x: 2 } }),
        failure(409, 'Conflict', {
          message:
            'Apply failed with 6 conflicts: conflicts with "m":\n- .spec.name\n- .spec.labels.b\nconflicts with "maker" using owned.{group}/v1:\n- .spec.size\n- .spec.free.x\n- .spec.labels.a\n- .spec.parts[id="x"].weight',
          details: {
            causes: [
              { reason: 'FieldManagerConflict', message: 'conflict with "m"', field: '.spec.labels.b' },
              { reason: 'FieldManagerConflict', message: 'conflict with "m"', field: '.spec.name' },
              { reason: 'FieldManagerConflict', message: 'conflict with "maker" using owned.{group}/v1', field: '.spec.free.x' },
              { reason: 'FieldManagerConflict', message: 'conflict with "maker" using owned.{group}/v1', field: '.spec.labels.a' },
              {
                reason: 'FieldManagerConflict',
                message: 'conflict with "maker" using owned.{group}/v1',
                field: '.spec.parts[id="x"].weight',
              },
              { reason: 'FieldManagerConflict', message: 'conflict with "maker" using owned.{group}/v1', field: '.spec.size' },
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'takes fields of others by force',
    steps: [
      createAs(GADGETS, 'maker', spec({ size: 1, name: 'x', labels: { a: '1' } }), {
        status: 201,
        contains: { spec: { color: 'red', labels: { a: '1' }, name: 'x', size: 1 }, metadata: { generation: 1 } },
        owners: { 'maker Update': '.spec .spec.color .spec.labels .spec.labels.a .spec.name .spec.size' },
      }),
      apply(A, 'm&force=true', spec({ size: 2, labels: { a: '2' } }), {
        status: 200,
        contains: { spec: { color: 'red', labels: { a: '2' }, name: 'x', size: 2 }, metadata: { generation: 2 } },
        owners: { 'm Apply': '.spec.labels.a .spec.size', 'maker Update': '.spec .spec.color .spec.labels .spec.name' },
      }),
      apply(A, 'n&force=true', spec({ size: 3 }), {
        status: 200,
        contains: { spec: { color: 'red', labels: { a: '2' }, name: 'x', size: 3 }, metadata: { generation: 3 } },
        owners: { 'm Apply': '.spec.labels.a', 'n Apply': '.spec.size', 'maker Update': '.spec .spec.color .spec.labels .spec.name' },
      }),
    ],
  },
  {
    name: 'is not in conflict with what it does not change',
    steps: [
      createAs(GADGETS, 'maker', spec({ size: 1, name: 'x' }), {
        status: 201,
        contains: { spec: { color: 'red', name: 'x', size: 1 }, metadata: { generation: 1 } },
        owners: { 'maker Update': '.spec .spec.color .spec.name .spec.size' },
      }),
      apply(A, 'm', spec({ size: 1, labels: { a: '1' } }), {
        status: 200,
        contains: { spec: { color: 'red', labels: { a: '1' }, name: 'x', size: 1 }, metadata: { generation: 2 } },
        owners: { 'm Apply': '.spec.labels.a .spec.size', 'maker Update': '.spec .spec.color .spec.name .spec.size' },
      }),
    ],
  },
];
