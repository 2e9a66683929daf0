// What a conformance case is. Cases are data: they name requests and expected answers and know nothing of a server or a test runner, so
// the same list runs against this server and against a real kube-apiserver.
//
// Texts in paths and bodies may contain `{ns}` (a fresh namespace of the case), `{group}` (the group of the custom kinds below) and
// `{NAME}` for what an earlier step saved. Answers are masked before they are compared: uids become `<uid>`, versions `<version>`,
// times `<time>`, values inside error texts likewise; `managedFields` are only compared by `owners`, the causes of a Status are sorted.

export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json };

export interface RequestStep {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  readonly path: string;
  readonly body?: Json;
  /** Sent as it is, instead of `body`. */
  readonly text?: string;
  /** Default: none is sent. */
  readonly userAgent?: string;
  /** Default: `application/json`. */
  readonly contentType?: string;
  readonly accept?: string;
  /** Who asks: a user of the servers (`admin`, `limited`, `operator`), `nobody`, or a token, for example `{token}`. Default: `admin`. */
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expect: Expectation;
  /** Keeps values of the unmasked answer under a name: `{ uid: 'metadata.uid' }`. */
  readonly save?: Readonly<Record<string, string>>;
}

export interface Expectation {
  readonly status: number;
  /** Everything named here is there and equal; arrays are compared as a whole. */
  readonly contains?: Json;
  /** The whole masked answer. */
  readonly equals?: Json;
  /** The whole answer as text. */
  readonly text?: string;
  /**
   * All of `managedFields`, without the times: the paths that each owner owns, separated by spaces. An owner is named
   * `MANAGER OPERATION`, with `/SUBRESOURCE`, with ` in VERSION` when that is not the one of the answer, and with ` untimed` when its entry
   * has no time.
   */
  readonly owners?: Readonly<Record<string, string>>;
  /** Paths that must not be there. */
  readonly absent?: readonly string[];
  readonly contentType?: string;
  /** The whole Warning header; empty: there is none. */
  readonly warning?: string;
}

/** Opens a watch, does something meanwhile, and expects the first events. */
export interface WatchStep {
  readonly method: 'WATCH';
  readonly path: string;
  readonly accept?: string;
  readonly meanwhile?: readonly RequestStep[];
  /** The first events, each compared as in `contains`; bookmarks count as events. */
  readonly events: readonly Json[];
}

export type Step = RequestStep | WatchStep;

export interface ConformanceCase {
  readonly name: string;
  readonly steps: readonly Step[];
  /** Why the real server must not be asked: it would need a controller, or change something it shares. */
  readonly notOnRealServer?: string;
}

export const MERGE = 'application/merge-patch+json';
export const JSON_PATCH = 'application/json-patch+json';
export const STRATEGIC = 'application/strategic-merge-patch+json';
export const APPLY = 'application/apply-patch+yaml';

const VAST = 9007199254740993n;

/** A kind that is all about numbers. */
function countVersion(): Json {
  const spec = {
    i: { type: 'integer' },
    small: { type: 'integer', format: 'int32' },
    wide: { type: 'integer', format: 'int64' },
    real: { type: 'number', format: 'float' },
    most: { type: 'integer', maximum: VAST },
    below: { type: 'integer', maximum: VAST, exclusiveMaximum: true },
    three: { type: 'integer', multipleOf: 3 },
    one: { type: 'integer', enum: [VAST] },
    half: { type: 'number', enum: [1.5, 1e21] },
    either: { 'x-kubernetes-int-or-string': true },
    usual: { type: 'integer', default: VAST },
    replicas: { type: 'integer' },
  };
  const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' };
  const status = { replicas: { type: 'integer' }, selector: { type: 'string' } };
  const properties = { spec: { type: 'object', properties: spec }, status: { type: 'object', properties: status } };
  return {
    name: 'v1',
    served: true,
    storage: true,
    subresources: { status: {}, scale },
    schema: { openAPIV3Schema: { type: 'object', properties } },
  };
}

/** The custom kinds that every run creates first, with the group filled in by the runner. */
export function definitions(group: string): readonly Json[] {
  const named = (plural: string, kind: string, spec: { readonly [key: string]: Json }): Json => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: { group, names: { plural, kind, singular: kind.toLowerCase() }, ...spec },
  });
  const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const sampleSpec = {
    type: 'object',
    properties: {
      size: { type: 'integer', minimum: 1, maximum: 5 },
      name: { type: 'string', pattern: '^[a-z]+$', maxLength: 8 },
      mode: { type: 'string', enum: ['slow', 'fast'] },
      color: { type: 'string', default: 'red' },
      parts: {
        type: 'array',
        maxItems: 3,
        items: { type: 'object', required: ['id'], properties: { id: { type: 'string' }, weight: { type: 'number' } } },
      },
      port: { 'x-kubernetes-int-or-string': true },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      maybe: { type: 'string', nullable: true },
      free,
    },
  };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: sampleSpec, status: free } } };
  const columns = [
    { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ];
  return [
    named('samples', 'Sample', {
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true, subresources: { status: {} }, schema, additionalPrinterColumns: columns }],
    }),
    named('plains', 'Plain', {
      scope: 'Cluster',
      versions: [
        { name: 'v1', served: true, storage: false, schema: { openAPIV3Schema: free } },
        { name: 'v2', served: true, storage: true, schema: { openAPIV3Schema: free } },
      ],
    }),
    named('counts', 'Count', { scope: 'Namespaced', versions: [countVersion()] }),
    gadgets(`owned.${group}`),
  ];
}

/** A kind with every way to own things. */
function gadgets(group: string): Json {
  const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const number = { type: 'integer' };
  const keyed = (keys: readonly string[], properties: { readonly [key: string]: Json }): Json => ({
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': keys,
    items: { type: 'object', required: [keys[0] ?? ''], properties },
  });
  const spec = {
    type: 'object',
    properties: {
      size: number,
      name: { type: 'string' },
      color: { type: 'string', default: 'red' },
      parts: keyed(['id'], { id: { type: 'string' }, weight: number, tags: { type: 'object', additionalProperties: { type: 'string' } } }),
      ports: keyed(['port', 'protocol'], { port: number, protocol: { type: 'string', default: 'TCP' }, target: number }),
      tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
      plain: { type: 'array', items: { type: 'object', properties: { a: number } } },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      whole: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { a: number, b: number } },
      free,
      port: { 'x-kubernetes-int-or-string': true },
    },
  };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec, status: free } } };
  const versions = [
    { name: 'v1', served: true, storage: true, subresources: { status: {} }, schema },
    // Has no endpoint, but an owner may speak it.
    { name: 'v0', served: false, storage: false, subresources: { status: {} }, schema },
    { name: 'v3', served: true, storage: false, subresources: { status: {} }, schema: { openAPIV3Schema: free } },
  ];
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `gadgets.${group}` },
    spec: { group, scope: 'Namespaced', names: { plural: 'gadgets', kind: 'Gadget', singular: 'gadget' }, versions },
  };
}

export const GADGETS = '/apis/owned.{group}/v1/namespaces/{ns}/gadgets';

export function gadget(name: string, rest: { readonly [key: string]: Json } = {}, metadata: { readonly [key: string]: Json } = {}): Json {
  return { apiVersion: 'owned.{group}/v1', kind: 'Gadget', metadata: { name, ...metadata }, ...rest };
}

/** A server-side apply. The manager may be followed by more of the query. */
export function apply(path: string, manager: string, body: Json | string, expect: Expectation): RequestStep {
  const sent = typeof body === 'string' ? { text: body } : { body };
  return { method: 'PATCH', path: `${path}?fieldManager=${manager}`, contentType: APPLY, ...sent, expect };
}

/** A patch by a manager. */
export function merge(path: string, manager: string, body: Json, expect: Expectation): RequestStep {
  return { method: 'PATCH', path: `${path}?fieldManager=${manager}`, contentType: MERGE, body, expect };
}

/** A creation by a manager. */
export function createAs(path: string, manager: string, body: Json, expect: Expectation): RequestStep {
  return { method: 'POST', path: `${path}?fieldManager=${manager}`, body, expect };
}

export const SAMPLES = '/apis/{group}/v1/namespaces/{ns}/samples';
export const PLAINS = '/apis/{group}/v1/plains';
export const CONFIG_MAPS = '/api/v1/namespaces/{ns}/configmaps';

export function sample(name: string, rest: { readonly [key: string]: Json } = {}, metadata: { readonly [key: string]: Json } = {}): Json {
  return { apiVersion: '{group}/v1', kind: 'Sample', metadata: { name, ...metadata }, ...rest };
}

export function configMap(name: string, data: Json, metadata: { readonly [key: string]: Json } = {}): Json {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

export function create(path: string, body: Json, save?: Readonly<Record<string, string>>): RequestStep {
  return { method: 'POST', path, body, expect: { status: 201 }, ...(save === undefined ? {} : { save }) };
}

/** A Status as failures have it. */
export function failure(code: number, reason: string, rest: { readonly message: string; readonly details?: Json }): Expectation {
  return { status: code, equals: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, code, ...rest } };
}

/** 422 without causes, as a JSON patch gets it. */
export const NOT_APPLICABLE: Expectation = failure(422, 'Invalid', {
  message: 'the server rejected our request due to an error in our request',
  details: {},
});

export const PAGE_NOT_FOUND: Expectation = { status: 404, text: '404 page not found\n', contentType: 'text/plain' };

export const SAMPLE_DETAILS = { group: '{group}', kind: 'samples' } as const;

/** The refusal of a sample by one rule of its schema or metadata. */
export const invalidSample = (name: string, field: string, cause: { reason: string; message: string }): Expectation =>
  failure(422, 'Invalid', {
    message: `Sample.{group} "${name}" is invalid: ${field}: ${cause.message}`,
    details: { name, group: '{group}', kind: 'Sample', causes: [{ ...cause, field }] },
  });
