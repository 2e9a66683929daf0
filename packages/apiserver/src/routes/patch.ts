import { ApiStatusError, badRequest, entityTooLarge, patchNotApplicable, unsupportedMediaType } from '../errors.js';
import { fieldProblems } from '../duplicate-fields.js';
import { parseJson } from '../json-text.js';
import { readStored } from '../kind/stored-form.js';
import type { Resource } from '../kind/resource.js';
import { applyJsonPatch } from '../patch/json-patch.js';
import { applyMergePatch, withoutNullFields } from '../patch/merge-patch.js';
import { PatchNotApplicableError } from '../patch/patch-error.js';
import { applyStrategicMerge } from '../patch/strategic-merge.js';
import type { JsonArray, JsonDraft, JsonObject, JsonValue } from '../store/json-value.js';
import { EMPTY, isArray, isObject } from '../store/json-value.js';
import { updateObject } from '../write/update-object.js';
import { APPLY, apply } from './apply.js';
import { checkGrants } from './check-grants.js';
import { mediaType } from './negotiation.js';
import type { Reply } from './reply.js';
import { decodePatched, patchedList, served } from './request-body.js';
import type { ResourceRequest } from './request-context.js';
import { currentObject, replyWritten, targetOf } from './target.js';
import type { FieldValidation } from './write-options.js';
import { parseWriteOptions } from './write-options.js';

const MERGE = 'application/merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const CUSTOM_TYPES = [JSON_PATCH, MERGE, APPLY];
const MOST_OPERATIONS = 10_000;

/** PATCH of an object or of its status. */
export function patch(request: ResourceRequest): Reply {
  const { ownership } = request.parts.write;
  if (ownership !== undefined && mediaType(request.headers['content-type']) === APPLY) return apply(request, ownership);
  const change = patchReader(request);
  const options = parseWriteOptions(request.query, 'PatchOptions');
  const current = currentObject(request);
  const { object: patched, rest } = change(served(request.resource, readStored(request.resource, current)));
  const tolerated = patchProblems(request, options.fieldValidation, 'Warn');
  const { body, form, warnings, mistyped } = decodePatched(request.resource, patched, {
    name: request.name,
    validation: options.fieldValidation,
    strategic: rest,
    warnings: request.warnings,
    strict: patchProblems(request, options.fieldValidation, 'Strict'),
    tolerated,
  });
  request.warnings.push(...tolerated, ...warnings);
  checkGrants(request, body, current.body);
  const written = updateObject(request.parts.write, { ...targetOf(request, options), form }, { current, decoded: body, mistyped });
  if (request.subresource === '') request.warnings.push(...(request.resource.rules.warnings?.(body, current.body) ?? []));
  return replyWritten(request, written, { status: 200, warnings });
}

/** What a patch itself should not have: members that are named twice, operations with parts that none has. Nothing for another validation. */
export function patchProblems({ headers, body }: ResourceRequest, validation: FieldValidation, wanted: FieldValidation): readonly string[] {
  if (validation !== wanted) return [];
  if (mediaType(headers['content-type']) === JSON_PATCH) return operationProblems(body);
  return fieldProblems(body, []).map(({ path }) => `duplicate field "${path}"`);
}

const PARTS = new Set(['op', 'path', 'from', 'value']);

/** What operations of a JSON patch name twice, and what they do not have. */
function operationProblems(body: string): readonly string[] {
  const unknown = parseOperations(body).flatMap((operation, index) =>
    Object.keys(isObject(operation) ? operation : {})
      .filter((part) => !PARTS.has(part))
      .map((part) => `[${index}].${part}`),
  );
  return fieldProblems(body, unknown).map(({ kind, path }) => `json patch ${kind} field "${path}"`);
}

interface Patched {
  readonly object: JsonObject;
  /** What a strategic merge left of the patch, which is what refusals of the object quote. */
  readonly rest?: JsonObject;
}

type Apply = (document: JsonObject) => Patched;

/** Chooses how to apply by the type; the text is read when it is applied, since a missing object is reported before a broken patch. */
export function patchReader(request: ResourceRequest): Apply {
  const type = mediaType(request.headers['content-type']);
  // Who wants no fields checked leaves the reading to the library that applies the patch.
  const isUnchecked = request.query.get('fieldValidation') === 'Ignore';
  if (type === JSON_PATCH) return jsonPatch(request.body, isUnchecked);
  if (type === MERGE) return isUnchecked ? uncheckedMergePatch(request.body) : mergePatch(request.body);
  if (type === STRATEGIC && !request.resource.isCustom) return strategicPatch(request.body, request.resource);
  throw refusedType(request.resource);
}

/** The type of a patch is looked at before what its sender would like to get. */
export function checkPatchType(resource: Resource, contentType: string | undefined, { takesApply }: { takesApply: boolean }): void {
  const type = mediaType(contentType);
  const isKnown = type === JSON_PATCH || type === MERGE || (type === STRATEGIC && !resource.isCustom) || (type === APPLY && takesApply);
  if (!isKnown) throw refusedType(resource);
}

function refusedType(resource: Resource): Error {
  if (resource.isCustom) return unsupportedMediaType(CUSTOM_TYPES);
  return new ApiStatusError(415, '415: Unsupported Media Type', { reason: 'UnsupportedMediaType', details: {} });
}

const undecodable = (why: string): Error => badRequest(`error decoding patch: ${why}`);

const jsonPatch =
  (text: string, isUnchecked: boolean): Apply =>
  (document) => {
    const operations = parseOperations(text, isUnchecked);
    try {
      const result = applyJsonPatch(document, operations);
      if (isObject(result)) return { object: result };
      if (isArray(result)) throw patchedList(result);
    } catch (error) {
      if (!(error instanceof PatchNotApplicableError)) throw error;
    }
    throw patchNotApplicable();
  };

function parseOperations(text: string, isUnchecked = false): JsonArray {
  const refuse = isUnchecked ? badRequest : undecodable;
  const [list, one] = isUnchecked ? ['jsonpatch.Patch', 'jsonpatch.Operation'] : ['[]handlers.jsonPatchOp', 'handlers.jsonPatchOp'];
  const operations = parseJson(text, refuse) ?? [];
  if (!isArray(operations)) throw refuse(`json: cannot unmarshal ${nameOf(operations)} into Go value of type ${list}`);
  if (operations.length > MOST_OPERATIONS) {
    throw entityTooLarge(`The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${operations.length}`);
  }
  // Null is an operation without any part, and cannot be applied.
  const wrong = operations.find((operation) => !isObject(operation) && operation !== null);
  if (wrong !== undefined) throw refuse(`json: cannot unmarshal ${nameOf(wrong)} into Go value of type ${one}`);
  return operations;
}

const mergePatch =
  (text: string): Apply =>
  (document) => ({ object: applyMergePatch(document, parseMap(text)) });
const uncheckedMergePatch =
  (text: string): Apply =>
  (document) => {
    const refusal = badRequest('Invalid JSON Patch');
    const change = parseJson(text, () => refusal);
    // A list takes the place of the object, as the library does it.
    if (isArray(change)) throw patchedList(withoutNullFields(change));
    if (!isObject(change)) throw refusal;
    return { object: applyMergePatch(document, change) };
  };
const strategicPatch =
  (text: string, { rules }: Resource): Apply =>
  (document) => {
    const rest: JsonDraft = { ...parseMap(text, badRequest) };
    return { object: applyStrategicMerge(document, rest, rules.goType ?? ''), rest };
  };

/** Only for a strategic merge patch null is one that changes nothing. */
function parseMap(text: string, refuse = undecodable): JsonObject {
  const change = parseJson(text, refuse);
  if (change === null && refuse === badRequest) return EMPTY;
  if (change === null) throw badRequest('Invalid JSON Patch');
  if (!isObject(change)) throw refuse(`json: cannot unmarshal ${nameOf(change)} into Go value of type map[string]interface {}`);
  return change;
}

function nameOf(value: JsonValue): string {
  if (isArray(value)) return 'array';
  if (isObject(value)) return 'object';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value;
}
