import type { ConformanceCase } from './case.js';
import { APPLY, CONFIG_MAPS, GADGETS, MERGE, apply, configMap, createAs, gadget, failure } from './case.js';

const MAP = `${CONFIG_MAPS}/a`;
const spec = (fields: NonNullable<Parameters<typeof gadget>[1]>) => gadget('a', { spec: fields });

/** What server-side apply refuses, and in which words. */
export const APPLY_REFUSAL_CASES: readonly ConformanceCase[] = [
  {
    name: 'refuses to apply without a manager, and force without apply',
    steps: [
      {
        method: 'PATCH',
        path: MAP,
        contentType: APPLY,
        body: configMap('a', {}),
        expect: failure(422, 'Invalid', {
          message: 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
          details: {
            group: 'meta.k8s.io',
            kind: 'PatchOptions',
            causes: [{ reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' }],
          },
        }),
      },
      {
        method: 'PATCH',
        path: `${MAP}?force=true`,
        contentType: MERGE,
        body: {},
        expect: failure(422, 'Invalid', {
          message: 'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
          details: {
            group: 'meta.k8s.io',
            kind: 'PatchOptions',
            causes: [{ reason: 'FieldValueForbidden', message: 'Forbidden: may not be specified for non-apply patch', field: 'force' }],
          },
        }),
      },
    ],
  },
  {
    name: 'refuses a configuration with owners in it',
    steps: [
      apply(
        MAP,
        'm',
        configMap('a', {}, { managedFields: [] }),
        failure(400, 'BadRequest', { message: 'metadata.managedFields must be nil' }),
      ),
      apply(
        `${GADGETS}/a`,
        'm',
        gadget('a', {}, { managedFields: [{}] }),
        failure(400, 'BadRequest', { message: 'metadata.managedFields must be nil' }),
      ),
    ],
  },
  {
    name: 'refuses what is not an object, or not YAML',
    steps: [
      apply(
        MAP,
        'm',
        '[1]',
        failure(400, 'BadRequest', {
          message:
            'error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}',
        }),
      ),
      apply(
        MAP,
        'm',
        'text',
        failure(400, 'BadRequest', {
          message:
            'error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go value of type map[string]interface {}',
        }),
      ),
      apply(MAP, 'm', '', failure(400, 'BadRequest', { message: 'invalid object type: /, Kind=' })),
      apply(
        MAP,
        'm',
        'a: [b',
        failure(400, 'BadRequest', {
          message: "error decoding YAML: error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'",
        }),
      ),
      apply(
        MAP,
        'm',
        'a: b: c',
        failure(400, 'BadRequest', {
          message: 'error decoding YAML: error converting YAML to JSON: yaml: mapping values are not allowed in this context',
        }),
      ),
      apply(
        MAP,
        'm',
        'a: *x',
        failure(400, 'BadRequest', { message: "error decoding YAML: error converting YAML to JSON: yaml: unknown anchor 'x' referenced" }),
      ),
    ],
  },
  {
    name: 'refuses to apply another kind or version than the endpoint serves',
    steps: [
      apply(MAP, 'm', { metadata: { name: 'a' } }, failure(400, 'BadRequest', { message: 'invalid object type: /, Kind=' })),
      apply(
        MAP,
        'm',
        { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } },
        failure(400, 'BadRequest', { message: 'invalid object type: /v1, Kind=Secret' }),
      ),
      apply(
        MAP,
        'm',
        { apiVersion: 'apps/v1', kind: 'ConfigMap', metadata: { name: 'a' } },
        failure(400, 'BadRequest', { message: 'invalid object type: apps/v1, Kind=ConfigMap' }),
      ),
    ],
  },
  {
    name: 'refuses another name or namespace than that of the URL, and a new object without a name',
    steps: [
      apply(
        MAP,
        'm',
        configMap('b', {}),
        failure(400, 'BadRequest', { message: 'the name of the object (b) does not match the name on the URL (a)' }),
      ),
      apply(
        MAP,
        'm',
        configMap('a', {}, { namespace: 'other' }),
        failure(400, 'BadRequest', { message: 'the namespace of the provided object does not match the namespace sent on the request' }),
      ),
      apply(
        MAP,
        'm',
        { apiVersion: 'v1', kind: 'ConfigMap', data: { k: 'v' } },
        failure(400, 'BadRequest', { message: 'the name of the object (a based on URL) was undeterminable: name must be provided' }),
      ),
      createAs(CONFIG_MAPS, 'maker', configMap('a', { k: 'v' }), {
        status: 201,
        contains: { data: { k: 'v' } },
        owners: { 'maker Update': '.data .data.k' },
      }),
      apply(
        MAP,
        'm',
        { apiVersion: 'v1', kind: 'ConfigMap', data: { k: 'v' } },
        { status: 200, contains: { data: { k: 'v' } }, owners: { 'm Apply untimed': '.data.k', 'maker Update': '.data .data.k' } },
      ),
    ],
  },
  {
    name: 'binds an apply to a uid',
    steps: [
      apply(
        MAP,
        'm',
        configMap('a', { k: 'v' }, { uid: 'x' }),
        failure(409, 'Conflict', {
          message:
            'Operation cannot be fulfilled on configmaps "a": uid mismatch: the provided object specified uid x, and no existing object was found',
          details: { name: 'a', kind: 'configmaps' },
        }),
      ),
      createAs(GADGETS, 'maker', gadget('a'), { status: 201, contains: { metadata: { generation: 1 } }, owners: {} }),
      apply(
        `${GADGETS}/a`,
        'm',
        gadget('a', {}, { uid: '11111111-1111-4111-8111-111111111111' }),
        failure(422, 'Invalid', {
          message: 'Gadget.owned.{group} "a" is invalid: metadata.uid: Invalid value: "<uid>": field is immutable',
          details: {
            name: 'a',
            group: 'owned.{group}',
            kind: 'Gadget',
            causes: [
              { reason: 'FieldValueInvalid', message: 'Invalid value: "<uid>": field is immutable', field: 'metadata.uid' },
              { reason: 'FieldValueInvalid', message: 'Invalid value: "<uid>": field is immutable', field: 'metadata.uid' },
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'binds an apply to a version, except for a new object',
    steps: [
      apply(MAP, 'm', configMap('a', { k: 'v' }, { resourceVersion: '1' }), {
        status: 201,
        contains: { data: { k: 'v' } },
        owners: { 'm Apply': '.data.k' },
      }),
      apply(
        MAP,
        'm',
        configMap('a', { k: 'w' }, { resourceVersion: '1' }),
        failure(409, 'Conflict', {
          message:
            'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
          details: { name: 'a', kind: 'configmaps' },
        }),
      ),
      apply(`${CONFIG_MAPS}/b`, 'm', configMap('b', {}, { resourceVersion: 'x' }), {
        status: 500,
        equals: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'strconv.ParseUint: parsing "x": invalid syntax',
          code: 500,
        },
      }),
    ],
  },
  {
    name: 'does not create through the status endpoint',
    steps: [
      apply(
        `${GADGETS}/a/status`,
        'm',
        gadget('a', { status: { x: 1 } }),
        failure(404, 'NotFound', {
          message: 'gadgets.owned.{group} "a" not found',
          details: { name: 'a', group: 'owned.{group}', kind: 'gadgets' },
        }),
      ),
    ],
  },
  {
    name: 'refuses fields that the schema does not know',
    steps: [
      apply(
        MAP,
        'm',
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, nope: 1 },
        {
          status: 500,
          equals: {
            kind: 'Status',
            apiVersion: 'v1',
            metadata: {},
            status: 'Failure',
            message: 'failed to create typed patch object (/a; /v1, Kind=ConfigMap): .nope: field not declared in schema',
            code: 500,
          },
        },
      ),
      apply(`${GADGETS}/a`, 'm', spec({ nope: 1 }), {
        status: 500,
        equals: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'failed to create typed patch object (/a; owned.{group}/v1, Kind=Gadget): .spec.nope: field not declared in schema',
          code: 500,
        },
      }),
      apply(`${GADGETS}/a`, 'm', gadget('a', {}, { nope: 1 }), {
        status: 500,
        equals: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'failed to create typed patch object (/a; owned.{group}/v1, Kind=Gadget): .metadata.nope: field not declared in schema',
          code: 500,
        },
      }),
    ],
  },
  {
    name: 'refuses values of another type',
    steps: [
      apply(MAP, 'm', configMap('a', { k: 1 }), {
        status: 500,
        equals: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message:
            'failed to create typed patch object (/a; /v1, Kind=ConfigMap): .data.k: expected string, got &value.valueUnstructured{Value:1}',
          code: 500,
        },
      }),
      apply(`${GADGETS}/a`, 'm', spec({ size: 'x' }), {
        status: 500,
        equals: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message:
            'failed to create typed patch object (/a; owned.{group}/v1, Kind=Gadget): .spec.size: expected numeric (int or float), got string',
          code: 500,
        },
      }),
      apply(`${GADGETS}/a`, 'm', spec({ name: { a: 1 } }), {
        status: 500,
        equals: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message:
            'failed to create typed patch object (/a; owned.{group}/v1, Kind=Gadget): .spec.name: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"a":1}}',
          code: 500,
        },
      }),
      apply(`${GADGETS}/a`, 'm', spec({ labels: 'x' }), {
        status: 500,
        equals: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'failed to create typed patch object (/a; owned.{group}/v1, Kind=Gadget): .spec.labels: expected map, got &{x}',
          code: 500,
        },
      }),
      apply(`${GADGETS}/a`, 'm', spec({ parts: { a: 1 } }), {
        status: 500,
        equals: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'failed to create typed patch object (/a; owned.{group}/v1, Kind=Gadget): .spec.parts: expected list, got &{map[a:1]}',
          code: 500,
        },
      }),
    ],
  },
  {
    name: 'refuses lists whose members cannot be told apart',
    steps: [
      apply(`${GADGETS}/a`, 'm', spec({ parts: [{ id: 'x' }, { id: 'x', weight: 1 }] }), {
        status: 500,
        equals: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message:
            'failed to create typed patch object (/a; owned.{group}/v1, Kind=Gadget): .spec.parts: duplicate entries for key [id="x"]',
          code: 500,
        },
      }),
      apply(`${GADGETS}/a`, 'm', spec({ parts: [{ weight: 1 }] }), {
        status: 500,
        equals: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message:
            'failed to create typed patch object (/a; owned.{group}/v1, Kind=Gadget): .spec.parts: element 0: associative list with keys has an element that omits all key fields ["id"] (and doesn\'t have default values for any key fields)',
          code: 500,
        },
      }),
      apply(`${GADGETS}/a`, 'm', spec({ parts: ['x'] }), {
        status: 500,
        equals: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message:
            'failed to create typed patch object (/a; owned.{group}/v1, Kind=Gadget): .spec.parts: element 0: associative list with keys may not have non-map elements',
          code: 500,
        },
      }),
      apply(`${GADGETS}/a`, 'm', spec({ tags: ['a', 'a'] }), {
        status: 500,
        equals: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'failed to create typed patch object (/a; owned.{group}/v1, Kind=Gadget): .spec.tags: duplicate entries for key [="a"]',
          code: 500,
        },
      }),
      apply(`${GADGETS}/a`, 'm', spec({ tags: [null] }), {
        status: 500,
        equals: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message:
            "failed to create typed patch object (/a; owned.{group}/v1, Kind=Gadget): .spec.tags: element 0: associative list without keys has an element that's an explicit null",
          code: 500,
        },
      }),
    ],
  },
  {
    name: 'checks the merged object as any other write',
    steps: [
      createAs(GADGETS, 'maker', spec({ labels: { a: '1' } }), {
        status: 201,
        contains: { spec: { color: 'red', labels: { a: '1' } }, metadata: { generation: 1 } },
        owners: { 'maker Update': '.spec .spec.color .spec.labels .spec.labels.a' },
      }),
      apply(`${GADGETS}/a`, 'm&force=true', spec({ labels: { a: '2' } }), {
        status: 200,
        contains: { spec: { color: 'red', labels: { a: '2' } }, metadata: { generation: 2 } },
        owners: { 'm Apply': '.spec.labels.a', 'maker Update': '.spec .spec.color .spec.labels' },
      }),
      apply(
        `${GADGETS}/a`,
        'm',
        gadget('a'),
        failure(422, 'Invalid', {
          message:
            'Gadget.owned.{group} "a" is invalid: spec.labels: Invalid value: "null": spec.labels in body must be of type object: "null"',
          details: {
            name: 'a',
            group: 'owned.{group}',
            kind: 'Gadget',
            causes: [
              {
                reason: 'FieldValueTypeInvalid',
                message: 'Invalid value: "null": spec.labels in body must be of type object: "null"',
                field: 'spec.labels',
              },
            ],
          },
        }),
      ),
      apply(
        `${GADGETS}/a`,
        'm',
        gadget('a', { spec: { name: null } }),
        failure(422, 'Invalid', {
          message:
            'Gadget.owned.{group} "a" is invalid: [spec.labels: Invalid value: "null": spec.labels in body must be of type object: "null", spec.name: Invalid value: "null": spec.name in body must be of type string: "null"]',
          details: {
            name: 'a',
            group: 'owned.{group}',
            kind: 'Gadget',
            causes: [
              {
                reason: 'FieldValueTypeInvalid',
                message: 'Invalid value: "null": spec.labels in body must be of type object: "null"',
                field: 'spec.labels',
              },
              {
                reason: 'FieldValueTypeInvalid',
                message: 'Invalid value: "null": spec.name in body must be of type string: "null"',
                field: 'spec.name',
              },
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'needs the namespace to be there',
    steps: [
      apply(
        '/api/v1/namespaces/missing-{ns}/configmaps/a',
        'm',
        configMap('a', {}),
        failure(404, 'NotFound', { message: 'namespaces "missing-{ns}" not found', details: { name: 'missing-{ns}', kind: 'namespaces' } }),
      ),
    ],
  },
];
