import type { JsonObject } from './store/json-value.js';

// Every refusal of the server is a Kubernetes `Status`. The texts are those of kube-apiserver, because clients show them to people
// and some clients match on them.

/** One reason of a refused object: which field, why. */
export interface StatusCause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

/** The `details` of a Status; `kind` is the plural resource name except where kube-apiserver puts the Kind. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** A Kubernetes `Status` object. */
export interface StatusBody {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: { readonly continue?: string };
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

/** A request is refused; `status` is the body of the answer. Recognise it by `name === 'ApiStatusError'`, not by `instanceof`. */
export class ApiStatusError extends Error {
  override readonly name = 'ApiStatusError';
  readonly status: StatusBody & { readonly code: number };

  constructor(code: number, message: string, rest: { reason?: string; details?: StatusDetails; continueToken?: string } = {}) {
    super(message);
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: rest.continueToken === undefined ? {} : { continue: rest.continueToken },
      status: 'Failure',
      message,
      ...(rest.reason === undefined ? {} : { reason: rest.reason }),
      ...(rest.details === undefined ? {} : { details: rest.details }),
      code,
    };
  }
}

/** What a Status names: the resource by group and plural. */
export interface ResourceName {
  readonly group: string;
  readonly plural: string;
}

/** What an invalid object is called: its kind and group. */
export interface KindName {
  readonly group: string;
  readonly kind: string;
}

const qualified = (name: string, group: string): string => (group === '' ? name : `${name}.${group}`);
const groupOf = (group: string): { group?: string } => (group === '' ? {} : { group });

const of = (resource: ResourceName, name: string): StatusDetails => ({
  ...(name === '' ? {} : { name }),
  ...groupOf(resource.group),
  kind: resource.plural,
});

export function notFound(resource: ResourceName, name: string): ApiStatusError {
  const message = `${qualified(resource.plural, resource.group)} "${name}" not found`;
  return new ApiStatusError(404, message, { reason: 'NotFound', details: of(resource, name) });
}

export function unknownResource(): ApiStatusError {
  return new ApiStatusError(404, 'the server could not find the requested resource', { reason: 'NotFound', details: {} });
}

/** @param what `isGenerated`: the new object says how to generate a name, also if it has one already */
export function alreadyExists(
  resource: ResourceName,
  name: string,
  what: { readonly isDeleting: boolean; readonly isGenerated: boolean },
): ApiStatusError {
  const why = what.isGenerated ? ', the server was not able to generate a unique name for the object' : '';
  const exists = `${qualified(resource.plural, resource.group)} "${name}" already exists${why}`;
  const message = `${what.isDeleting ? 'object is being deleted: ' : ''}${exists}`;
  const details = { ...of(resource, name), ...(what.isGenerated ? { retryAfterSeconds: 1 } : {}) };
  return new ApiStatusError(409, message, { reason: 'AlreadyExists', details });
}

export function conflict(resource: ResourceName, name: string, why: string): ApiStatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource.plural, resource.group)} "${name}": ${why}`;
  return new ApiStatusError(409, message, { reason: 'Conflict', details: of(resource, name) });
}

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

export function forbidden(resource: ResourceName, name: string, why: { message: string; causes?: readonly StatusCause[] }): ApiStatusError {
  const message = `${qualified(resource.plural, resource.group)} "${name}" is forbidden: ${why.message}`;
  const causes = why.causes === undefined ? {} : { causes: why.causes };
  return new ApiStatusError(403, message, { reason: 'Forbidden', details: { ...of(resource, name), ...causes } });
}

/** The refusal of a request that its user may not make; a path that is no resource has no details. */
export function forbiddenRequest(of: ResourceName, name: string, why: string): ApiStatusError {
  const what = of.plural === '' ? '' : `${qualified(of.plural, of.group)}${name === '' ? '' : ` "${name}"`} is `;
  const kind = of.plural === '' ? {} : { kind: of.plural };
  const details = { ...(name === '' ? {} : { name }), ...groupOf(of.group), ...kind };
  return new ApiStatusError(403, `${what}forbidden: ${why}`, { reason: 'Forbidden', details });
}

/** One violated rule of an object or of request options. */
export interface FieldError {
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

export function fieldInvalid(field: string, shown: string, why: string): FieldError {
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: ${shown}${why === '' ? '' : `: ${why}`}` };
}

export function fieldRequired(field: string, why = ''): FieldError {
  return { reason: 'FieldValueRequired', field, message: why === '' ? 'Required value' : `Required value: ${why}` };
}

export function fieldForbidden(field: string, why: string): FieldError {
  return { reason: 'FieldValueForbidden', field, message: `Forbidden: ${why}` };
}

export function fieldUnsupported(field: string, shown: string, supported: readonly string[]): FieldError {
  const list = supported.map((value) => JSON.stringify(value)).join(', ');
  return { reason: 'FieldValueNotSupported', field, message: `Unsupported value: ${shown}: supported values: ${list}` };
}

/** 422: the message names each distinct problem once, the causes repeat them as often as the rules that refused did. */
export function invalid(kind: KindName, name: string, errors: readonly FieldError[]): ApiStatusError {
  const texts = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  const [first] = texts;
  const summary = texts.length === 1 && first !== undefined ? first : `[${texts.join(', ')}]`;
  const causes = errors.map(({ reason, message, field }) => ({ reason, message, field }));
  return new ApiStatusError(422, `${qualified(kind.kind, kind.group)} "${name}" is invalid: ${summary}`, {
    reason: 'Invalid',
    details: { ...(name === '' ? {} : { name }), ...groupOf(kind.group), ...(kind.kind === '' ? {} : { kind: kind.kind }), causes },
  });
}

/** 422 without causes: what a JSON patch answers whose test or path failed. */
export function patchNotApplicable(): ApiStatusError {
  return new ApiStatusError(422, 'the server rejected our request due to an error in our request', { reason: 'Invalid', details: {} });
}

export function badRequest(message: string): ApiStatusError {
  return new ApiStatusError(400, message, { reason: 'BadRequest' });
}

/** 500 without a reason: an error that kube-apiserver passes through untyped. */
export function untyped(message: string): ApiStatusError {
  return new ApiStatusError(500, message);
}

export function internal(message: string): ApiStatusError {
  return new ApiStatusError(500, `Internal error occurred: ${message}`, { reason: 'InternalError', details: { causes: [{ message }] } });
}

export function unauthorized(): ApiStatusError {
  return new ApiStatusError(401, 'Unauthorized', { reason: 'Unauthorized' });
}

export function methodNotAllowed(): ApiStatusError {
  return new ApiStatusError(405, 'the server does not allow this method on the requested resource', {
    reason: 'MethodNotAllowed',
    details: {},
  });
}

/** The words for custom resources, which name the verb. */
export function verbNotSupported(resource: ResourceName, verb: string): ApiStatusError {
  const message = `${verb} is not supported on resources of kind "${qualified(resource.plural, resource.group)}"`;
  return new ApiStatusError(405, message, { reason: 'MethodNotAllowed', details: of(resource, '') });
}

const inKnownFormats = (types: readonly string[]): string => types.join(', ');

export function unsupportedMediaType(types: readonly string[]): ApiStatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${inKnownFormats(types)}`;
  return new ApiStatusError(415, message, { reason: 'UnsupportedMediaType' });
}

export function notAcceptable(types: readonly string[]): ApiStatusError {
  return new ApiStatusError(406, `only the following media types are accepted: ${inKnownFormats(types)}`, { reason: 'NotAcceptable' });
}

export function entityTooLarge(message: string): ApiStatusError {
  return new ApiStatusError(413, message, { reason: 'RequestEntityTooLarge' });
}

export function expired(message: string, continueToken?: string): ApiStatusError {
  return new ApiStatusError(410, message, { reason: 'Expired', ...(continueToken === undefined ? {} : { continueToken }) });
}

/** A read asks for a version that is not visible yet; it may be tried again once it is. Without a watch cache nobody says when. */
export class FutureVersionError extends ApiStatusError {
  readonly asked: number;

  constructor(asked: number, current: number, { isCached }: { readonly isCached: boolean }) {
    super(504, `Timeout: Too large resource version: ${asked}, current: ${current}`, {
      reason: 'Timeout',
      details: {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        ...(isCached ? { retryAfterSeconds: 1 } : {}),
      },
    });
    this.asked = asked;
  }
}

export function isApiStatusError(error: unknown): error is ApiStatusError {
  return error instanceof Error && error.name === 'ApiStatusError' && 'status' in error;
}

/** The body of a successful deletion. */
export function deletedStatus(resource: ResourceName, name: string, uid: string): JsonObject {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...groupOf(resource.group), kind: resource.plural, uid },
  };
}
