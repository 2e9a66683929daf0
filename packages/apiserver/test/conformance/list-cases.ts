import type { ConformanceCase, Json, RequestStep } from './case.js';
import { CONFIG_MAPS, MERGE, SAMPLES, configMap, create, failure, sample } from './case.js';

const get = (path: string, expect: RequestStep['expect'], rest: Partial<RequestStep> = {}): RequestStep => ({
  method: 'GET',
  path,
  expect,
  ...rest,
});
const three = [
  create(SAMPLES, sample('a', {}, { labels: { k: 'v' } })),
  create(SAMPLES, sample('b', {}, { labels: { k: 'w', l: '5' } })),
  create(SAMPLES, sample('c')),
];
const listOptions = (field: string, cause: { reason: string; message: string }): ReturnType<typeof failure> =>
  failure(422, 'Invalid', {
    message: `ListOptions.meta.k8s.io "" is invalid: ${field}: ${cause.message}`,
    details: { group: 'meta.k8s.io', kind: 'ListOptions', causes: [{ ...cause, field }] },
  });
const named = (...names: readonly string[]): Json => names.map((name) => ({ metadata: { name } }));
const bad = (message: string): ReturnType<typeof failure> => failure(400, 'BadRequest', { message });

/** Lists: selectors, pages, versions, options. */
export const LIST_CASES: readonly ConformanceCase[] = [
  {
    name: 'lists custom resources with their types and built-in objects without',
    steps: [
      create(SAMPLES, sample('a')),
      get(SAMPLES, {
        status: 200,
        contains: {
          apiVersion: '{group}/v1',
          kind: 'SampleList',
          metadata: { continue: '', resourceVersion: '<version>' },
          items: [{ apiVersion: '{group}/v1', kind: 'Sample' }],
        },
      }),
      create(CONFIG_MAPS, configMap('a', { k: 'v' })),
      get(CONFIG_MAPS, {
        status: 200,
        equals: {
          kind: 'ConfigMapList',
          apiVersion: 'v1',
          metadata: { resourceVersion: '<version>' },
          items: [
            {
              metadata: { name: 'a', namespace: '{ns}', uid: '<uid>', resourceVersion: '<version>', creationTimestamp: '<time>' },
              data: { k: 'v' },
            },
          ],
        },
      }),
    ],
  },
  {
    name: 'lists nothing in an unknown namespace',
    steps: [get('/apis/{group}/v1/namespaces/no-such-namespace/samples', { status: 200, contains: { items: [] } })],
  },
  {
    name: 'selects by labels',
    steps: [
      ...three,
      ...(
        [
          ['k=v', ['a']],
          ['k==v', ['a']],
          ['k!=v', ['b', 'c']],
          ['k', ['a', 'b']],
          ['!k', ['c']],
          ['k in (v,w)', ['a', 'b']],
          ['k notin (v)', ['b', 'c']],
          ['k=w,l=5', ['b']],
          ['l>4', ['b']],
          ['l<5', []],
          ['k=', []],
        ] as const
      ).map(([selector, names]) =>
        get(`${SAMPLES}?labelSelector=${encodeURIComponent(selector)}`, { status: 200, contains: { items: named(...names) } }),
      ),
    ],
  },
  {
    name: 'refuses label selectors that it cannot read',
    steps: (
      [
        ['a b c', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
        ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
        ['!!a', "unable to parse requirement: found '!', expected: identifier"],
        [',', "found ',', expected: !, identifier, or 'end of string'"],
      ] as const
    ).map(([selector, message]) => get(`${SAMPLES}?labelSelector=${encodeURIComponent(selector)}`, bad(message))),
  },
  {
    name: 'selects by name and namespace, and by nothing else in a custom resource',
    steps: [
      ...three,
      get(`${SAMPLES}?fieldSelector=metadata.name%3Db`, { status: 200, contains: { items: named('b') } }),
      get(`${SAMPLES}?fieldSelector=metadata.name!%3Db,metadata.namespace%3D{ns}`, { status: 200, contains: { items: named('a', 'c') } }),
      get(`/apis/{group}/v1/samples?fieldSelector=metadata.namespace%3D{ns}`, { status: 200, contains: { items: named('a', 'b', 'c') } }),
      get(`${SAMPLES}?fieldSelector=spec.x%3D1`, bad('field label not supported: spec.x')),
      get(
        `${CONFIG_MAPS}?fieldSelector=data.x%3D1`,
        bad('"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"'),
      ),
      get(`${SAMPLES}?fieldSelector=metadata.name`, bad("invalid selector: 'metadata.name'; can't understand 'metadata.name'")),
    ],
  },
  {
    name: 'selects events by the object they are about',
    steps: [
      create('/api/v1/namespaces/{ns}/events', {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'a' },
        involvedObject: { kind: 'Sample', name: 'x', namespace: '{ns}' },
        reason: 'R',
        message: 'm',
        type: 'Normal',
      }),
      get('/api/v1/namespaces/{ns}/events?fieldSelector=involvedObject.name%3Dx,reason%3DR,type!%3DWarning', {
        status: 200,
        contains: { items: named('a') },
      }),
      get('/api/v1/namespaces/{ns}/events?fieldSelector=involvedObject.name%3Dy', { status: 200, contains: { items: [] } }),
    ],
  },
  {
    name: 'serves events in both groups',
    steps: [
      create('/apis/events.k8s.io/v1/namespaces/{ns}/events', {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: 'a' },
        eventTime: '2026-01-01T00:00:00.000000Z',
        reportingController: 'x.y/z',
        reportingInstance: 'i',
        action: 'A',
        reason: 'R',
        regarding: { kind: 'Sample', name: 'x', namespace: '{ns}' },
        note: 'n',
        type: 'Normal',
      }),
      get('/api/v1/namespaces/{ns}/events/a', {
        status: 200,
        contains: {
          apiVersion: 'v1',
          involvedObject: { name: 'x' },
          message: 'n',
          source: {},
          firstTimestamp: null,
          reportingComponent: 'x.y/z',
          reason: 'R',
        },
      }),
      get('/apis/events.k8s.io/v1/namespaces/{ns}/events/a', {
        status: 200,
        contains: { apiVersion: 'events.k8s.io/v1', regarding: { name: 'x' }, note: 'n' },
      }),
    ],
  },
  {
    name: 'lists in pages that show one state',
    steps: [
      ...three,
      get(
        `${SAMPLES}?limit=1`,
        { status: 200, contains: { items: named('a'), metadata: { remainingItemCount: 2 } } },
        { save: { next: 'metadata.continue' } },
      ),
      { method: 'DELETE', path: `${SAMPLES}/b`, expect: { status: 200 } },
      create(SAMPLES, sample('bb')),
      get(
        `${SAMPLES}?limit=1&continue={next}`,
        { status: 200, contains: { items: named('b'), metadata: { remainingItemCount: 1 } } },
        { save: { last: 'metadata.continue' } },
      ),
      get(`${SAMPLES}?limit=1&continue={last}`, {
        status: 200,
        contains: { items: named('c'), metadata: { continue: '' } },
        absent: ['metadata.remainingItemCount'],
      }),
      get(`${SAMPLES}?limit=1&labelSelector=k`, { status: 200, contains: { items: named('a') }, absent: ['metadata.remainingItemCount'] }),
    ],
  },
  {
    name: 'lists the state of an exact version',
    steps: [
      create(SAMPLES, sample('a', { spec: { size: 1 } }), { version: 'metadata.resourceVersion' }),
      { method: 'PATCH', path: `${SAMPLES}/a`, body: { spec: { size: 2 } }, contentType: MERGE, expect: { status: 200 } },
      create(SAMPLES, sample('b')),
      get(`${SAMPLES}?resourceVersion={version}&resourceVersionMatch=Exact`, {
        status: 200,
        contains: { items: [{ metadata: { name: 'a' }, spec: { size: 1 } }] },
      }),
      get(`${SAMPLES}?resourceVersion={version}&resourceVersionMatch=NotOlderThan`, { status: 200, contains: { items: named('a', 'b') } }),
      get(`${SAMPLES}?resourceVersion={version}&limit=1`, { status: 200, contains: { items: [{ spec: { size: 1 } }] } }),
      get(`${SAMPLES}?resourceVersion=0`, { status: 200, contains: { kind: 'SampleList' } }),
    ],
  },
  {
    name: '[B12] refuses versions from the future',
    steps: [
      get(`${SAMPLES}?resourceVersion=999999999`, {
        status: 504,
        contains: {
          reason: 'Timeout',
          details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
          code: 504,
        },
      }),
    ],
  },
  {
    name: 'refuses list options that contradict each other',
    steps: [
      get(
        `${SAMPLES}?resourceVersionMatch=Exact`,
        listOptions('resourceVersionMatch', {
          reason: 'FieldValueForbidden',
          message: 'Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
        }),
      ),
      get(
        `${SAMPLES}?resourceVersion=0&resourceVersionMatch=Exact`,
        listOptions('resourceVersionMatch', {
          reason: 'FieldValueForbidden',
          message: 'Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
        }),
      ),
      get(
        `${SAMPLES}?resourceVersion=1&resourceVersionMatch=Foo`,
        listOptions('resourceVersionMatch', {
          reason: 'FieldValueNotSupported',
          message: 'Unsupported value: "Foo": supported values: "Exact", "NotOlderThan", ""',
        }),
      ),
      get(
        `${SAMPLES}?sendInitialEvents=true`,
        listOptions('sendInitialEvents', { reason: 'FieldValueForbidden', message: 'Forbidden: sendInitialEvents is forbidden for list' }),
      ),
      get(`${SAMPLES}?limit=abc`, bad('strconv.ParseInt: parsing "abc": invalid syntax')),
      get(
        `${SAMPLES}?resourceVersion=abc`,
        bad('invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax'),
      ),
      get(
        `${SAMPLES}?continue=abc`,
        bad("invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value"),
      ),
    ],
  },
  {
    name: 'refuses watch options that contradict each other',
    steps: [
      get(
        `${SAMPLES}?watch=1&sendInitialEvents=true`,
        listOptions('resourceVersionMatch', {
          reason: 'FieldValueForbidden',
          message: 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
        }),
      ),
      get(
        `${SAMPLES}?watch=1&resourceVersionMatch=NotOlderThan`,
        listOptions('resourceVersionMatch', {
          reason: 'FieldValueForbidden',
          message: 'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
        }),
      ),
      get(`${SAMPLES}?watch=1&resourceVersion=abc`, {
        status: 500,
        contains: { message: 'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax' },
      }),
      get(`${SAMPLES}?watch=1&timeoutSeconds=abc`, bad('strconv.ParseInt: parsing "abc": invalid syntax')),
    ],
  },
];
