import type { ConformanceCase, Expectation, Json, RequestStep } from './case.js';
import { CONFIG_MAPS, JSON_PATCH, MERGE, NOT_APPLICABLE, PLAINS, SAMPLES, STRATEGIC, configMap, create, failure, sample } from './case.js';

const merge = (path: string, body: Json, expect: Expectation): RequestStep => ({ method: 'PATCH', path, body, contentType: MERGE, expect });
const operations = (path: string, body: Json, expect: Expectation): RequestStep => ({
  method: 'PATCH',
  path,
  body,
  contentType: JSON_PATCH,
  expect,
});
const A = `${SAMPLES}/a`;
const immutableUid = { reason: 'FieldValueInvalid', message: 'Invalid value: "wrong": field is immutable', field: 'metadata.uid' };
const stale = failure(409, 'Conflict', {
  message:
    'Operation cannot be fulfilled on samples.{group} "a": the object has been modified; please apply your changes to the latest version and try again',
  details: { name: 'a', group: '{group}', kind: 'samples' },
});
const gone = failure(404, 'NotFound', {
  message: 'samples.{group} "none" not found',
  details: { name: 'none', group: '{group}', kind: 'samples' },
});

/** The table of answers that writers of patches rely on. */
export const PATCH_CASES: readonly ConformanceCase[] = [
  {
    name: '[D1] refuses a merge patch with another uid by a cause that names it',
    steps: [
      create(SAMPLES, sample('a')),
      merge(
        A,
        { metadata: { uid: 'wrong' } },
        failure(422, 'Invalid', {
          message: 'Sample.{group} "a" is invalid: metadata.uid: Invalid value: "wrong": field is immutable',
          details: { name: 'a', group: '{group}', kind: 'Sample', causes: [immutableUid, immutableUid] },
        }),
      ),
      create(CONFIG_MAPS, configMap('a', {})),
      merge(
        `${CONFIG_MAPS}/a`,
        { metadata: { uid: 'wrong' } },
        failure(422, 'Invalid', {
          message: 'ConfigMap "a" is invalid: metadata.uid: Invalid value: "wrong": field is immutable',
          details: { name: 'a', kind: 'ConfigMap', causes: [immutableUid, immutableUid] },
        }),
      ),
    ],
  },
  {
    name: 'does not write when a merge patch changes nothing',
    steps: [
      create(SAMPLES, sample('a', { spec: { size: 1 } }), { version: 'metadata.resourceVersion' }),
      merge(A, {}, { status: 200 }),
      merge(A, { spec: { size: 1 } }, { status: 200 }),
      merge(
        A,
        { metadata: { resourceVersion: '{version}' }, spec: { size: 2 } },
        { status: 200, contains: { metadata: { generation: 2 } } },
      ),
    ],
  },
  {
    name: 'refuses a stale version in a merge patch',
    steps: [
      create(SAMPLES, sample('a')),
      merge(A, { metadata: { resourceVersion: '1' } }, stale),
      merge(`${A}/status`, { metadata: { resourceVersion: '1' }, status: { x: 1 } }, stale),
    ],
  },
  {
    name: 'answers 500 to a version that is no number',
    steps: [
      create(SAMPLES, sample('a')),
      merge(
        A,
        { metadata: { resourceVersion: 'abc' } },
        { status: 500, contains: { message: 'strconv.ParseUint: parsing "abc": invalid syntax', code: 500 }, absent: ['reason'] },
      ),
    ],
  },
  {
    name: 'refuses another name or namespace in a patch',
    steps: [
      create(SAMPLES, sample('a')),
      merge(
        A,
        { metadata: { name: 'b' } },
        failure(400, 'BadRequest', { message: 'the name of the object (b) does not match the name on the URL (a)' }),
      ),
      merge(
        A,
        { metadata: { namespace: 'b' } },
        failure(400, 'BadRequest', { message: 'the namespace of the provided object does not match the namespace sent on the request' }),
      ),
      merge(
        A,
        { metadata: null },
        failure(400, 'BadRequest', { message: 'the name of the object (a based on URL) was undeterminable: name must be provided' }),
      ),
    ],
  },
  {
    name: 'ignores a changed creationTimestamp and generation, refuses a new deletionTimestamp',
    steps: [
      create(SAMPLES, sample('a')),
      merge(
        A,
        { metadata: { creationTimestamp: '2020-01-01T00:00:00Z', generation: 77 } },
        { status: 200, contains: { metadata: { generation: 1 } } },
      ),
      merge(A, { metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' } }, { status: 422, contains: { reason: 'Invalid' } }),
    ],
  },
  {
    name: 'removes by null, replaces lists, adds objects',
    steps: [
      create(SAMPLES, sample('a', { spec: { size: 1, parts: [{ id: 'a' }, { id: 'b' }], free: { x: 1, y: { z: 1 } } } })),
      merge(
        A,
        { spec: { size: null, parts: [{ id: 'c' }], free: { y: { w: 2, n: null }, new: { n: null, list: [null] } } } },
        {
          status: 200,
          contains: { spec: { parts: [{ id: 'c' }], free: { x: 1, y: { z: 1, w: 2 }, new: { list: [null] } } } },
          absent: ['spec.size', 'spec.free.y.n', 'spec.free.new.n'],
        },
      ),
    ],
  },
  {
    name: 'drops unknown fields of a patch and fills in defaults',
    steps: [
      create(SAMPLES, sample('a')),
      merge(
        A,
        { spec: { unknown: 1 } },
        { status: 200, contains: { spec: { color: 'red' }, metadata: { generation: 2 } }, absent: ['spec.unknown'] },
      ),
    ],
  },
  {
    name: '[C5] names the fields that the schema refuses',
    steps: [
      create(SAMPLES, sample('a')),
      merge(
        A,
        { spec: { size: 9 } },
        failure(422, 'Invalid', {
          message: 'Sample.{group} "a" is invalid: spec.size: Invalid value: 9: spec.size in body should be less than or equal to 5',
          details: {
            name: 'a',
            group: '{group}',
            kind: 'Sample',
            causes: [
              {
                reason: 'FieldValueInvalid',
                message: 'Invalid value: 9: spec.size in body should be less than or equal to 5',
                field: 'spec.size',
              },
            ],
          },
        }),
      ),
      merge(
        `${A}/status`,
        { status: 5 },
        failure(422, 'Invalid', {
          message: 'Sample.{group} "a" is invalid: status: Invalid value: "integer":  in body must be of type object: "integer"',
          details: {
            name: 'a',
            group: '{group}',
            kind: 'Sample',
            causes: [
              {
                reason: 'FieldValueTypeInvalid',
                message: 'Invalid value: "integer":  in body must be of type object: "integer"',
                field: 'status',
              },
            ],
          },
        }),
      ),
    ],
  },
  {
    name: 'does not change the status through the main endpoint',
    steps: [
      create(SAMPLES, sample('a')),
      merge(`${A}/status`, { status: { x: 1 } }, { status: 200, contains: { status: { x: 1 }, metadata: { generation: 1 } } }),
      merge(
        A,
        { status: { x: 2 }, spec: { size: 1 } },
        { status: 200, contains: { status: { x: 1 }, spec: { size: 1 }, metadata: { generation: 2 } } },
      ),
      merge(A, { status: null }, { status: 200, contains: { status: { x: 1 } } }),
    ],
  },
  {
    name: '[D1] takes only the status on the status endpoint of a custom resource, whatever the metadata says',
    steps: [
      create(SAMPLES, sample('a', { spec: { size: 1 } })),
      merge(
        `${A}/status`,
        { metadata: { uid: 'wrong', labels: { k: 'v' }, finalizers: ['x.y/z'] }, spec: { size: 3 }, status: { x: 1 } },
        {
          status: 200,
          contains: { status: { x: 1 }, spec: { size: 1 }, metadata: { uid: '<uid>', generation: 1 } },
          absent: ['metadata.labels', 'metadata.finalizers'],
        },
      ),
      merge(`${A}/status`, { status: null }, { status: 200, absent: ['status'] }),
    ],
  },
  {
    name: 'answers 404 on the status of a missing object and of a kind without status',
    steps: [
      merge(`${SAMPLES}/none/status`, { status: {} }, gone),
      merge(`${SAMPLES}/none`, { spec: {} }, gone),
      create(PLAINS, { apiVersion: '{group}/v1', kind: 'Plain', metadata: { name: '{ns}' } }),
      merge(
        `${PLAINS}/{ns}/status`,
        { status: {} },
        failure(404, 'NotFound', {
          message: 'plains.{group} "{ns}" not found',
          details: { name: '{ns}', group: '{group}', kind: 'plains' },
        }),
      ),
      { method: 'DELETE', path: `${PLAINS}/{ns}`, expect: { status: 200 } },
      merge(
        `${CONFIG_MAPS}/a/status`,
        {},
        failure(404, 'NotFound', { message: 'the server could not find the requested resource', details: {} }),
      ),
    ],
  },
  {
    name: 'answers a failed test of a JSON patch without causes',
    steps: [
      create(SAMPLES, sample('a', { spec: { size: 1 } }), { uid: 'metadata.uid' }),
      operations(A, [{ op: 'test', path: '/metadata/uid', value: 'wrong' }], NOT_APPLICABLE),
      operations(
        `${A}/status`,
        [
          { op: 'test', path: '/metadata/uid', value: 'wrong' },
          { op: 'add', path: '/status', value: {} },
        ],
        NOT_APPLICABLE,
      ),
      operations(
        A,
        [
          { op: 'test', path: '/metadata/uid', value: '{uid}' },
          { op: 'replace', path: '/spec/size', value: 2 },
        ],
        { status: 200, contains: { spec: { size: 2 } } },
      ),
    ],
  },
  {
    name: 'finds an absent member equal to null',
    steps: [
      create(SAMPLES, sample('a'), { uid: 'metadata.uid' }),
      operations(`${A}/status`, [{ op: 'add', path: '/status/x', value: 1 }], NOT_APPLICABLE),
      operations(
        `${A}/status`,
        [
          { op: 'test', path: '/metadata/uid', value: '{uid}' },
          { op: 'test', path: '/status', value: null },
          { op: 'add', path: '/status', value: { x: 1 } },
        ],
        {
          status: 200,
          contains: { status: { x: 1 } },
        },
      ),
      operations(
        `${A}/status`,
        [
          { op: 'test', path: '/status', value: null },
          { op: 'add', path: '/status', value: { x: 2 } },
        ],
        NOT_APPLICABLE,
      ),
    ],
  },
  {
    name: 'refuses paths that lead nowhere',
    steps: [
      create(SAMPLES, sample('a', { spec: { size: 1 } })),
      ...[
        { op: 'remove', path: '/spec/none' },
        { op: 'remove', path: '/none/none' },
        { op: 'add', path: '/none/none', value: 1 },
        { op: 'add', path: 'none', value: 1 },
        { op: 'add', path: '', value: {} },
        { op: 'move', from: '/spec/none', path: '/spec/free' },
        { op: 'add', path: '/metadata/finalizers/-', value: 'x.y/z' },
        { op: 'frob', path: '/spec', value: 1 },
      ].map((operation) => operations(A, [operation], NOT_APPLICABLE)),
    ],
  },
  {
    name: 'edits lists by index',
    steps: [
      create(SAMPLES, sample('a', {}, { finalizers: ['x.y/a'] })),
      operations(A, [{ op: 'add', path: '/metadata/finalizers/0', value: 'x.y/b' }], {
        status: 200,
        contains: { metadata: { finalizers: ['x.y/b', 'x.y/a'] } },
      }),
      operations(A, [{ op: 'add', path: '/metadata/finalizers/-', value: 'x.y/c' }], {
        status: 200,
        contains: { metadata: { finalizers: ['x.y/b', 'x.y/a', 'x.y/c'] } },
      }),
      operations(
        A,
        [
          { op: 'test', path: '/metadata/finalizers/1', value: 'x.y/b' },
          { op: 'remove', path: '/metadata/finalizers/1' },
        ],
        NOT_APPLICABLE,
      ),
      operations(
        A,
        [
          { op: 'test', path: '/metadata/finalizers/1', value: 'x.y/a' },
          { op: 'remove', path: '/metadata/finalizers/1' },
        ],
        {
          status: 200,
          contains: { metadata: { finalizers: ['x.y/b', 'x.y/c'] } },
        },
      ),
      operations(A, [{ op: 'add', path: '/metadata/finalizers/5', value: 'x.y/d' }], NOT_APPLICABLE),
      operations(A, [{ op: 'remove', path: '/metadata/finalizers/7' }], NOT_APPLICABLE),
      operations(A, [{ op: 'remove', path: '/metadata/finalizers/x' }], NOT_APPLICABLE),
      merge(A, { metadata: { finalizers: null } }, { status: 200 }),
    ],
  },
  {
    name: 'copies and moves values, escaping slashes and tildes',
    steps: [
      create(SAMPLES, sample('a', { spec: { size: 4, free: { 'a/b': 1, 'c~d': 2 } } })),
      operations(A, [{ op: 'copy', from: '/spec/size', path: '/spec/free/size' }], {
        status: 200,
        contains: { spec: { free: { size: 4 } } },
      }),
      operations(A, [{ op: 'move', from: '/spec/free/a~1b', path: '/spec/free/moved' }], {
        status: 200,
        contains: { spec: { free: { moved: 1 } } },
        absent: ['spec.free.a/b'],
      }),
      operations(A, [{ op: 'replace', path: '/spec/free/c~0d', value: 3 }], { status: 200, contains: { spec: { free: { 'c~d': 3 } } } }),
      operations(A, [{ op: 'copy', from: '/spec/free/none', path: '/spec/free/empty' }], {
        status: 200,
        contains: { spec: { free: { empty: null } } },
      }),
    ],
  },
  {
    name: 'refuses patches that cannot be read',
    steps: [
      create(SAMPLES, sample('a')),
      operations(
        A,
        { op: 'add' },
        failure(400, 'BadRequest', {
          message: 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
        }),
      ),
      {
        method: 'PATCH',
        path: A,
        text: '{',
        contentType: JSON_PATCH,
        expect: failure(400, 'BadRequest', { message: 'error decoding patch: unexpected end of JSON input' }),
      },
      merge(
        A,
        [],
        failure(400, 'BadRequest', {
          message: 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
        }),
      ),
      { method: 'PATCH', path: A, text: 'null', contentType: MERGE, expect: failure(400, 'BadRequest', { message: 'Invalid JSON Patch' }) },
    ],
  },
  {
    name: 'refuses a strategic merge patch for custom resources and merges with it elsewhere',
    steps: [
      create(SAMPLES, sample('a')),
      {
        method: 'PATCH',
        path: A,
        body: {},
        contentType: STRATEGIC,
        expect: failure(415, 'UnsupportedMediaType', {
          message:
            'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
        }),
      },
      create(CONFIG_MAPS, configMap('a', { k: 'v' }, { finalizers: ['x.y/a'] })),
      {
        method: 'PATCH',
        path: `${CONFIG_MAPS}/a`,
        body: { data: { l: 'w' }, metadata: { finalizers: ['x.y/b'] } },
        contentType: STRATEGIC,
        expect: { status: 200, contains: { data: { k: 'v', l: 'w' }, metadata: { finalizers: ['x.y/b', 'x.y/a'] } } },
      },
      {
        method: 'PATCH',
        path: `${CONFIG_MAPS}/a`,
        body: { metadata: { '$deleteFromPrimitiveList/finalizers': ['x.y/a', 'x.y/b'] } },
        contentType: STRATEGIC,
        expect: { status: 200, absent: ['metadata.finalizers'] },
      },
    ],
  },
  {
    name: 'applies a whole JSON patch or nothing',
    steps: [
      create(SAMPLES, sample('a', { spec: { size: 1 } })),
      operations(
        A,
        [
          { op: 'replace', path: '/spec/size', value: 2 },
          { op: 'test', path: '/spec/size', value: 1 },
        ],
        NOT_APPLICABLE,
      ),
      { method: 'GET', path: A, expect: { status: 200, contains: { spec: { size: 1 }, metadata: { generation: 1 } } } },
    ],
  },
  {
    name: 'writes nothing in a dry run of a patch',
    steps: [
      create(SAMPLES, sample('a', { spec: { size: 1 } })),
      merge(`${A}?dryRun=All`, { spec: { size: 2 } }, { status: 200, contains: { spec: { size: 2 }, metadata: { generation: 2 } } }),
      { method: 'GET', path: A, expect: { status: 200, contains: { spec: { size: 1 }, metadata: { generation: 1 } } } },
    ],
  },
];
