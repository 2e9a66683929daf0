import type { ConformanceCase } from './case.js';
import { CONFIG_MAPS, GADGETS, apply, configMap, createAs, gadget, merge, failure } from './case.js';

/** Entries of owners: reset, written by clients, limited in number, shown. */
export const OWNER_ENTRY_CASES: readonly ConformanceCase[] = [
  {
    name: 'forgets all owners of a config map when asked by an empty list, and keeps none until it is applied',
    steps: [
      createAs(CONFIG_MAPS, 'maker', configMap('a', { k: 'v' }), {
        status: 201,
        contains: { data: { k: 'v' } },
        owners: { 'maker Update': '.data .data.k' },
      }),
      merge(`${CONFIG_MAPS}/a`, 'other', { metadata: { managedFields: [] } }, { status: 200, contains: { data: { k: 'v' } }, owners: {} }),
      merge(`${CONFIG_MAPS}/a`, 'other', { data: { k: 'w' } }, { status: 200, contains: { data: { k: 'w' } }, owners: {} }),
      apply(`${CONFIG_MAPS}/a`, 'first', configMap('a', { n: 'w' }), {
        status: 200,
        contains: { data: { k: 'w', n: 'w' } },
        owners: { 'first Apply': '.data.n', 'before-first-apply Update': '.data .data.k' },
      }),
    ],
  },
  {
    name: 'takes from an owner that speaks a version without an endpoint also what the endpoint of the status does not change',
    steps: [
      createAs(GADGETS, 'maker', gadget('a', { spec: { size: 1, name: 'x' } }), {
        status: 201,
        owners: { 'maker Update': '.spec .spec.color .spec.name .spec.size' },
      }),
      merge(
        `${GADGETS}/a`,
        'other',
        {
          metadata: {
            managedFields: [
              {
                manager: 'old',
                operation: 'Update',
                apiVersion: 'owned.{group}/v0',
                time: '2026-01-02T03:04:05Z',
                fieldsType: 'FieldsV1',
                fieldsV1: { 'f:spec': { 'f:name': {}, 'f:size': {} } },
              },
            ],
          },
        },
        { status: 200, owners: { 'old Update in owned.{group}/v0': '.spec.name .spec.size' } },
      ),
      merge(
        `${GADGETS}/a/status`,
        'new',
        { spec: { size: 2 }, status: { n: 1 } },
        {
          status: 200,
          contains: { spec: { size: 1, name: 'x' }, status: { n: 1 } },
          owners: { 'old Update in owned.{group}/v0': '.spec.name', 'new Update/status': '.status .status.n' },
        },
      ),
    ],
  },
  {
    name: 'forgets all owners of a custom resource when the part that an endpoint ignores has another form than its type',
    steps: [
      createAs(GADGETS, 'maker', gadget('a', { spec: { size: 1 } }), {
        status: 201,
        contains: { spec: { size: 1 } },
        owners: { 'maker Update': '.spec .spec.color .spec.size' },
      }),
      merge(`${GADGETS}/a`, 'other', { spec: { size: 2 }, status: 1 }, { status: 200, contains: { spec: { size: 2 } }, owners: {} }),
    ],
  },
  {
    name: 'forgets all owners of a custom resource when asked by one empty entry, not by an empty list',
    steps: [
      createAs(GADGETS, 'maker', gadget('a', { spec: { size: 1 } }), {
        status: 201,
        contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 1 } },
        owners: { 'maker Update': '.spec .spec.color .spec.size' },
      }),
      merge(
        `${GADGETS}/a`,
        'other',
        { metadata: { managedFields: [] } },
        {
          status: 200,
          contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 1 } },
          owners: { 'maker Update': '.spec .spec.color .spec.size' },
        },
      ),
      merge(
        `${GADGETS}/a`,
        'other',
        { metadata: { managedFields: [{}] } },
        { status: 200, contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 1 } }, owners: {} },
      ),
      apply(
        `${GADGETS}/a`,
        'first',
        gadget('a', { spec: { size: 2 } }),
        failure(409, 'Conflict', {
          message: 'Apply failed with 1 conflict: conflict with "before-first-apply" using owned.{group}/v1: .spec.size',
          details: {
            causes: [
              { reason: 'FieldManagerConflict', message: 'conflict with "before-first-apply" using owned.{group}/v1', field: '.spec.size' },
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'keeps the owners when a client sends none',
    steps: [
      createAs(CONFIG_MAPS, 'maker', configMap('a', { k: 'v' }), {
        status: 201,
        contains: { data: { k: 'v' } },
        owners: { 'maker Update': '.data .data.k' },
      }),
      merge(
        `${CONFIG_MAPS}/a`,
        'other',
        { metadata: { managedFields: null } },
        { status: 200, contains: { data: { k: 'v' } }, owners: { 'maker Update': '.data .data.k' } },
      ),
    ],
  },
  {
    name: 'takes the owners that a client writes, without what it does not understand',
    steps: [
      createAs(GADGETS, 'maker', gadget('a', { spec: { size: 1, parts: [{ id: 'x' }] } }), {
        status: 201,
        contains: { spec: { color: 'red', parts: [{ id: 'x' }], size: 1 }, metadata: { generation: 1 } },
        owners: { 'maker Update': '.spec .spec.color .spec.parts .spec.parts[{"id":"x"}] .spec.parts[{"id":"x"}].id .spec.size' },
      }),
      merge(
        `${GADGETS}/a`,
        'other',
        {
          metadata: {
            managedFields: [
              {
                manager: 'written',
                operation: 'Update',
                apiVersion: 'owned.{group}/v1',
                fieldsType: 'FieldsV1',
                fieldsV1: { 'f:spec': { 'f:size': {}, 'f:parts': { 'k:{ "id": "x" }': { '.': {} } }, 'x:?': {} } },
              },
            ],
          },
        },
        {
          status: 200,
          contains: { spec: { color: 'red', parts: [{ id: 'x' }], size: 1 }, metadata: { generation: 1 } },
          owners: { 'written Update untimed': '.spec.parts[{"id":"x"}] .spec.size' },
        },
      ),
    ],
  },
  {
    name: 'keeps the owners when those that a client writes are not valid',
    steps: [
      createAs(GADGETS, 'maker', gadget('a', { spec: { size: 1 } }), {
        status: 201,
        contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 1 } },
        owners: { 'maker Update': '.spec .spec.color .spec.size' },
      }),
      merge(
        `${GADGETS}/a`,
        'other',
        {
          metadata: {
            managedFields: [{ manager: 'x', operation: 'Nope', apiVersion: 'owned.{group}/v1', fieldsType: 'FieldsV1', fieldsV1: {} }],
          },
        },
        {
          status: 200,
          contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 1 } },
          owners: { 'maker Update': '.spec .spec.color .spec.size' },
        },
      ),
    ],
  },
  {
    name: 'joins the oldest of more than ten updaters',
    steps: [
      createAs(GADGETS, 'u00', gadget('a', { spec: { size: 1 } }), {
        status: 201,
        contains: { spec: { color: 'red', size: 1 }, metadata: { generation: 1 } },
        owners: { 'u00 Update': '.spec .spec.color .spec.size' },
      }),
      ...['u01', 'u02', 'u03', 'u04', 'u05', 'u06', 'u07', 'u08', 'u09'].map((manager) =>
        merge(`${GADGETS}/a`, manager, { spec: { free: { [manager]: 1 } } }, { status: 200 }),
      ),
      merge(
        `${GADGETS}/a`,
        'u10',
        { spec: { free: { u10: 1 } } },
        {
          status: 200,
          contains: {
            spec: { color: 'red', free: { u01: 1, u02: 1, u03: 1, u04: 1, u05: 1, u06: 1, u07: 1, u08: 1, u09: 1, u10: 1 }, size: 1 },
            metadata: { generation: 11 },
          },
          owners: {
            'ancient-changes Update': '.spec .spec.color .spec.free .spec.free.u01 .spec.size',
            'u02 Update': '.spec.free.u02',
            'u03 Update': '.spec.free.u03',
            'u04 Update': '.spec.free.u04',
            'u05 Update': '.spec.free.u05',
            'u06 Update': '.spec.free.u06',
            'u07 Update': '.spec.free.u07',
            'u08 Update': '.spec.free.u08',
            'u09 Update': '.spec.free.u09',
            'u10 Update': '.spec.free.u10',
          },
        },
      ),
      merge(
        `${GADGETS}/a`,
        'u11',
        { spec: { free: { u11: 1 } } },
        {
          status: 200,
          contains: {
            spec: {
              color: 'red',
              free: { u01: 1, u02: 1, u03: 1, u04: 1, u05: 1, u06: 1, u07: 1, u08: 1, u09: 1, u10: 1, u11: 1 },
              size: 1,
            },
            metadata: { generation: 12 },
          },
          owners: {
            'ancient-changes Update': '.spec .spec.color .spec.free .spec.free.u01 .spec.free.u02 .spec.size',
            'u03 Update': '.spec.free.u03',
            'u04 Update': '.spec.free.u04',
            'u05 Update': '.spec.free.u05',
            'u06 Update': '.spec.free.u06',
            'u07 Update': '.spec.free.u07',
            'u08 Update': '.spec.free.u08',
            'u09 Update': '.spec.free.u09',
            'u10 Update': '.spec.free.u10',
            'u11 Update': '.spec.free.u11',
          },
        },
      ),
    ],
  },
  {
    name: 'keeps one entry per version that a manager speaks',
    steps: [
      createAs(GADGETS, 'maker', gadget('a', { spec: { size: 1, name: 'a' } }), {
        status: 201,
        contains: { spec: { color: 'red', name: 'a', size: 1 }, metadata: { generation: 1 } },
        owners: { 'maker Update': '.spec .spec.color .spec.name .spec.size' },
      }),
      merge(
        '/apis/owned.{group}/v3/namespaces/{ns}/gadgets/a',
        'maker',
        { spec: { size: 2 } },
        {
          status: 200,
          contains: { spec: { color: 'red', name: 'a', size: 2 }, metadata: { generation: 2 } },
          owners: { 'maker Update in owned.{group}/v1': '.spec .spec.color .spec.name', 'maker Update': '.spec.size' },
        },
      ),
      merge(
        `${GADGETS}/a`,
        'other',
        { spec: { size: 3 } },
        {
          status: 200,
          contains: { spec: { color: 'red', name: 'a', size: 3 }, metadata: { generation: 3 } },
          owners: { 'maker Update': '.spec .spec.color .spec.name', 'other Update': '.spec.size' },
        },
      ),
    ],
  },
  {
    name: 'keeps owners out of a dry run, but shows them',
    steps: [
      createAs(CONFIG_MAPS, 'maker', configMap('a', { k: 'v' }), {
        status: 201,
        contains: { data: { k: 'v' } },
        owners: { 'maker Update': '.data .data.k' },
      }),
      merge(
        `${CONFIG_MAPS}/a`,
        'other&dryRun=All',
        { data: { k: 'w' } },
        { status: 200, contains: { data: { k: 'w' } }, owners: { 'maker Update': '.data', 'other Update': '.data.k' } },
      ),
      {
        method: 'GET',
        path: `${CONFIG_MAPS}/a`,
        expect: { status: 200, contains: { data: { k: 'v' } }, owners: { 'maker Update': '.data .data.k' } },
      },
    ],
  },
  {
    name: 'shows the owners in lists, in metadata alone and in watches, too',
    steps: [
      createAs(CONFIG_MAPS, 'maker', configMap('a', { k: 'v' }), {
        status: 201,
        contains: { data: { k: 'v' } },
        owners: { 'maker Update': '.data .data.k' },
      }),
      {
        method: 'GET',
        path: `${CONFIG_MAPS}/a`,
        accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
        expect: { status: 200, owners: { 'maker Update in v1': '.data .data.k' } },
      },
    ],
  },
  {
    name: 'refuses a manager whose name is too long or not printable',
    steps: [
      createAs(
        CONFIG_MAPS,
        'x'.repeat(129),
        configMap('a', {}),
        failure(422, 'Invalid', {
          message: 'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
          details: {
            group: 'meta.k8s.io',
            kind: 'CreateOptions',
            causes: [{ reason: 'FieldValueTooLong', message: 'Too long: may not be more than 128 bytes', field: 'fieldManager' }],
          },
        }),
      ),
      createAs(
        CONFIG_MAPS,
        'a%0Ab',
        configMap('a', {}),
        failure(422, 'Invalid', {
          message:
            'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "a\\nb": invalid character U+000A (at position 1)',
          details: {
            group: 'meta.k8s.io',
            kind: 'CreateOptions',
            causes: [
              {
                reason: 'FieldValueInvalid',
                message: 'Invalid value: "a\\nb": invalid character U+000A (at position 1)',
                field: 'fieldManager',
              },
            ],
          },
        }),
      ),
    ],
  },
];
