import type { FieldError } from '../errors.js';
import { badRequest, fieldInvalid, fieldUnsupported, invalid } from '../errors.js';
import { DecodeError } from '../go/decode-error.js';
import { decodeStruct, jsonTypeName } from '../go/decode.js';
import { integerParameter, isTrue } from '../query-parameter.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { arrayAt, isObject, objectAt, own, stringAt, stringsAt, withoutKey } from '../store/json-value.js';

/** What becomes of the dependents: a finalizer tells the garbage collector. */
export type PropagationPolicy = 'Foreground' | 'Background' | 'Orphan';

/** How to delete: from the body, else from the query. */
export interface DeleteOptions {
  readonly isDryRun: boolean;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: PropagationPolicy;
  readonly orphanDependents?: boolean;
  readonly preconditions: { readonly uid?: string; readonly resourceVersion?: string };
}

const POLICIES: readonly PropagationPolicy[] = ['Foreground', 'Background', 'Orphan'];

export function parseDeleteOptions(body: string, query: URLSearchParams, readers: DeleteReaders): DeleteOptions {
  const sent = body === '' ? fromQuery(query) : fromBody(body, readers);
  const errors = validate(sent);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
  const preconditions = objectAt(sent, 'preconditions');
  const uid = own(preconditions, 'uid');
  const resourceVersion = own(preconditions, 'resourceVersion');
  const grace = own(sent, 'gracePeriodSeconds');
  const orphan = own(sent, 'orphanDependents');
  const policy = own(sent, 'propagationPolicy');
  return {
    isDryRun: arrayAt(sent, 'dryRun').includes('All'),
    ...(typeof grace === 'number' ? { gracePeriodSeconds: grace } : {}),
    ...(typeof orphan === 'boolean' ? { orphanDependents: orphan } : {}),
    ...(typeof policy === 'string' && isPolicy(policy) ? { propagationPolicy: policy } : {}),
    preconditions: {
      ...(typeof uid === 'string' ? { uid } : {}),
      ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    },
  };
}

/** How a body is read. */
export interface DeleteReaders {
  read(text: string, refuse: (why: string) => Error): JsonValue;
}

const isPolicy = (text: string): text is PropagationPolicy => POLICIES.some((policy) => policy === text);

function fromBody(body: string, readers: DeleteReaders): JsonObject {
  const value = readers.read(body, badRequest) ?? {};
  const noType = (why: string): Error => badRequest(`couldn't get version/kind; json parse error: ${why}`);
  if (!isObject(value)) throw noType(`json: cannot unmarshal ${jsonTypeName(value)} into Go value of type ${TYPE_META}`);
  for (const key of ['apiVersion', 'kind']) {
    const found = own(value, key) ?? '';
    if (typeof found !== 'string')
      throw noType(`json: cannot unmarshal ${jsonTypeName(found)} into Go struct field .${key} of type string`);
  }
  const kind = stringAt(value, 'kind') || 'DeleteOptions';
  const apiVersion = stringAt(value, 'apiVersion') || 'meta.k8s.io/v1';
  if (kind !== 'DeleteOptions')
    throw badRequest(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`,
    );
  try {
    return decodeStruct(withoutKey(withoutKey(value, 'kind'), 'apiVersion'), 'meta.v1.DeleteOptions', { path: '', unknown: [] });
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(error.message);
    throw error;
  }
}

const TYPE_META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function fromQuery(query: URLSearchParams): JsonObject {
  const policy = query.get('propagationPolicy');
  const grace = integerParameter(query, 'gracePeriodSeconds');
  const orphan = query.get('orphanDependents');
  const dryRun = query.getAll('dryRun');
  return {
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(orphan === null ? {} : { orphanDependents: isTrue(orphan) }),
    ...(dryRun.length === 0 ? {} : { dryRun }),
  };
}

function validate(options: JsonObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  const policy = own(options, 'propagationPolicy');
  const isOrphaning = own(options, 'orphanDependents') !== undefined;
  if (policy !== undefined && isOrphaning)
    errors.push(fieldInvalid('propagationPolicy', JSON.stringify(policy), 'orphanDependents and deletionPropagation cannot be both set'));
  if (policy !== undefined && !(typeof policy === 'string' && isPolicy(policy)))
    errors.push(fieldUnsupported('propagationPolicy', JSON.stringify(policy), [...POLICIES, 'nil']));
  const dryRun = stringsAt(options, 'dryRun');
  if (dryRun.some((value) => value !== 'All')) errors.push(fieldUnsupported('dryRun', JSON.stringify(dryRun), ['All']));
  return errors;
}
