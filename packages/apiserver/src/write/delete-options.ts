import type { FieldError } from '../errors.js';
import { badRequest, fieldUnsupported, invalid } from '../errors.js';
import { parseJson } from '../json-text.js';
import type { JsonObject } from '../store/json-value.js';
import { arrayAt, isObject, objectAt, own, stringAt } from '../store/json-value.js';

/** How to delete: from the body, else from the query. */
export interface DeleteOptions {
  readonly isDryRun: boolean;
  readonly gracePeriodSeconds?: number;
  readonly preconditions: { readonly uid?: string; readonly resourceVersion?: string };
}

const POLICIES = ['Foreground', 'Background', 'Orphan'];

/** Dependents are not collected here: every policy deletes the object itself, as after the garbage collector is done. */
export function parseDeleteOptions(body: string, query: URLSearchParams): DeleteOptions {
  const sent = body === '' ? fromQuery(query) : fromBody(body);
  const errors = validate(sent);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
  const preconditions = objectAt(sent, 'preconditions');
  const uid = own(preconditions, 'uid');
  const resourceVersion = own(preconditions, 'resourceVersion');
  const grace = own(sent, 'gracePeriodSeconds');
  return {
    isDryRun: arrayAt(sent, 'dryRun').includes('All') || query.getAll('dryRun').includes('All'),
    ...(typeof grace === 'number' ? { gracePeriodSeconds: Math.max(0, grace) } : {}),
    preconditions: {
      ...(typeof uid === 'string' ? { uid } : {}),
      ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    },
  };
}

function fromBody(body: string): JsonObject {
  const value = parseJson(body, (why) => badRequest(`couldn't get version/kind; json parse error: ${why}`));
  if (!isObject(value))
    throw badRequest("couldn't get version/kind; json parse error: json: cannot unmarshal into Go value of type struct");
  const kind = stringAt(value, 'kind');
  if (kind !== '' && kind !== 'DeleteOptions') throw badRequest(`decoded object cannot be converted to DeleteOptions`);
  return value;
}

function fromQuery(query: URLSearchParams): JsonObject {
  const policy = query.get('propagationPolicy');
  const grace = query.get('gracePeriodSeconds');
  return {
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(grace === null || !/^\d+$/.test(grace) ? {} : { gracePeriodSeconds: Number(grace) }),
  };
}

function validate(options: JsonObject): readonly FieldError[] {
  const policy = own(options, 'propagationPolicy') ?? null;
  if (policy === null || (typeof policy === 'string' && POLICIES.includes(policy))) return [];
  return [fieldUnsupported('propagationPolicy', JSON.stringify(policy), [...POLICIES, 'nil'])];
}
