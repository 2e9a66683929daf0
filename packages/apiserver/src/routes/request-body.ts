// From the text of a body to a decoded object, with the refusals of kube-apiserver in their order.

import { badRequest, fieldInvalid, invalid, unsupportedMediaType } from '../errors.js';
import { fieldProblems } from '../duplicate-fields.js';
import { parseJson } from '../json-text.js';
import { BUILTIN_RESOURCES } from '../kind/builtin-resources.js';
import type { Decoded, Resource } from '../kind/resource.js';
import { apiVersionOf } from '../kind/resource.js';
import { jsonTypeName } from '../go/decode.js';
import { DecodeError } from '../go/decode-error.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isObject, objectAt, own, sortedText, stringAt, withKey } from '../store/json-value.js';
import { goText } from '../go/go-text.js';
import { checkName } from '../write/create-object.js';
import { withoutType } from '../write/write-context.js';
import { MEDIA_TYPES, mediaType } from './negotiation.js';
import { duplicatesIn, parseYaml } from './yaml.js';
import type { ResourceRequest } from './request-context.js';
import type { FieldValidation } from './write-options.js';

const SHOWN_CHARACTERS = 30;

/** The object of a POST or PUT. Warnings name the fields that were dropped. */
export function decodeBody(
  request: ResourceRequest,
  validation: FieldValidation,
): { body: JsonObject; kind: string; warnings: readonly string[] } {
  const { resource } = request;
  const sent = parseObject(request.body, resource, readerOf(request));
  checkType(request, sent, validation);
  if (resource.isCustom) checkVersionIsText(resource, sent);
  const { body, unknown } = decodeAs(resource, sent);
  if (resource.isCustom) checkCustomType(resource, sent);
  // Of another kind than its own a definition knows no fields, and so none that are unknown.
  const isOtherKind = resource.isCustom && stringAt(sent, 'kind') !== resource.kind;
  const problems = strictProblems(request, isOtherKind ? [] : unknown);
  if (problems.length > 0 && validation === 'Strict') throw unhandled(resource, `strict decoding error: ${strictText(problems)}`);
  // Kept apart from the answer, because a refusal carries them, too.
  if (validation === 'Warn') request.warnings.push(...problems);
  return { body, kind: stringAt(sent, 'kind'), warnings: [] };
}

function strictProblems({ headers, body }: ResourceRequest, unknown: readonly string[]): readonly string[] {
  if (body.trim() === '') return unknownFields(unknown);
  if (mediaType(headers['content-type']) === 'application/yaml') return [...duplicatesIn(body), ...unknownFields(unknown)];
  return fieldProblems(body, unknown).map(({ kind, path }) => `${kind} field "${path}"`);
}

/** The YAML reader reports what it found as one problem of several lines. */
function strictText(problems: readonly string[]): string {
  const ofYaml = problems.filter((problem) => problem.startsWith('line '));
  const lines = ofYaml.map((problem) => `\n  ${problem}`).join('');
  const others = problems.slice(ofYaml.length);
  return [...(ofYaml.length === 0 ? [] : [`yaml: unmarshal errors:${lines}`]), ...others].join(', ');
}

function unknownFields(unknown: readonly string[]): readonly string[] {
  return unknown.map((field) => `unknown field "${field}"`);
}

function unhandled(resource: Resource, why: string, kind = resource.kind): Error {
  return badRequest(`${kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${why}`);
}

function decodeAs(resource: Resource, sent: JsonObject): Decoded {
  try {
    return resource.rules.decode(withoutType(sent));
  } catch (error) {
    const version = stringAt(sent, 'apiVersion').split('/').at(-1) ?? '';

    if (error instanceof DecodeError) throw unhandled({ ...resource, version: version || resource.version }, error.message);
    throw error;
  }
}

export type Reader = (text: string, refuse: (why: string) => Error) => JsonValue;

export function readerOf({ headers, resource }: ResourceRequest): Reader {
  const type = mediaType(headers['content-type']);
  const options = { keepsAll: !resource.isCustom, outOfRange: (why: string) => unhandled(resource, why) };
  if (type === '' || type === 'application/json')
    return (text, refuse) => parseJson(text, (why) => refuse(`couldn't get version/kind; json parse error: ${why}`), options);
  if (type === 'application/yaml') return parseYaml;
  throw unsupportedMediaType(MEDIA_TYPES);
}

function parseObject(text: string, resource: Resource, read: Reader): JsonObject {
  const unrecognized = (why: string): Error =>
    badRequest(`the object provided is unrecognized (must be of type ${resource.kind}): ${why} (${shown(text)})`);
  const noType = (why: string): Error => unrecognized(`couldn't get version/kind; json parse error: ${why}`);
  const value = read(text, unrecognized);
  if (value === null) return {};
  if (isObject(value)) {
    for (const key of ['apiVersion', 'kind']) {
      const found = own(value, key) ?? '';
      if (typeof found !== 'string')
        throw noType(`json: cannot unmarshal ${jsonTypeName(found)} into Go struct field .${key} of type string`);
    }
    return value;
  }
  const target = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
  throw noType(`json: cannot unmarshal ${jsonTypeName(value)} into Go value of type ${target}`);
}

/** As the real server quotes a body: as text when it looks like JSON, else in hexadecimal. */
function shown(text: string): string {
  if (text === '') return '<empty>';
  if (text.startsWith('{')) return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)} ...` : text;
  const bytes = Buffer.from(text, 'utf8');
  const quoted = bytes.toString('hex');
  return bytes.byteLength > SHOWN_CHARACTERS ? `${quoted.slice(0, SHOWN_CHARACTERS)} ...` : quoted;
}

function checkType(request: ResourceRequest, sent: JsonObject, validation: FieldValidation): void {
  const { resource } = request;
  const kind = stringAt(sent, 'kind');
  const version = stringAt(sent, 'apiVersion');
  const expected = apiVersionOf(resource);
  if (resource.isCustom) {
    // Another decoder, other words.
    if (kind === '' && validation === 'Ignore') throw unhandled(resource, `Object 'Kind' is missing in '${request.body}'`);
    if (kind === '')
      throw badRequest(
        `the object provided is unrecognized (must be of type ${resource.kind}): Object 'Kind' is missing in '${request.body}' (${shown(request.body)})`,
      );
    return;
  }
  // Built-in kinds may leave both out: the endpoint says what they are.
  if ((kind !== '' && kind !== resource.kind) || (version !== '' && version !== expected))
    throw wrongType(request, kind === '' ? resource.kind : kind, version === '' ? expected : version);
}

function checkVersionIsText(resource: Resource, sent: JsonObject): void {
  if (own(sent, 'apiVersion') === null)
    throw unhandled({ ...resource, version: '' }, '.apiVersion accessor error: <nil> is of the type <nil>, expected string');
}

function checkCustomType(resource: Resource, sent: JsonObject): void {
  const version = stringAt(sent, 'apiVersion');
  const expected = apiVersionOf(resource);
  if (version !== expected)
    throw badRequest(`the API version in the data (${version}) does not match the expected API version (${expected})`);
}

/** Custom resources are told apart by their kind only when they are validated. */
export function checkSentKind({ resource }: ResourceRequest, kind: string, body: JsonObject): void {
  if (resource.isCustom) checkKind(resource, { ...body, kind });
}

function checkKind(resource: Resource, sent: JsonObject): void {
  const kind = stringAt(sent, 'kind');
  if (kind === resource.kind) return;
  const name = stringAt(isObject(own(sent, 'metadata') ?? null) ? (own(sent, 'metadata') as JsonObject) : {}, 'name');
  throw invalid({ group: resource.group, kind }, name, [fieldInvalid('kind', JSON.stringify(kind), `must be ${resource.kind}`)]);
}

function wrongType({ resource }: ResourceRequest, kind: string, apiVersion: string): Error {
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const why = otherKind(resource, kind, apiVersion);
  return badRequest(`${kind} in version "${version}" cannot be handled as a ${resource.kind}: ${why}`);
}

/** The object that a patch made; its refusals quote the whole patched text. */
export function decodePatched(
  resource: Resource,
  patched: JsonObject,
  options: { readonly validation: FieldValidation; readonly strategic?: JsonObject | undefined; readonly warnings: string[] },
): { body: JsonObject; warnings: readonly string[] } {
  const { validation, strategic } = options;
  const shownPatch = strategic === undefined ? sortedText(patched) : goText(strategic);
  const refuse = (why: string): Error => invalid({ group: '', kind: '' }, '', [fieldInvalid('patch', JSON.stringify(shownPatch), why)]);
  if (strategic === undefined && validation === 'Warn') options.warnings.push(...withoutVersionWarnings(resource, patched));
  if (strategic === undefined) checkPatchedType(resource, patched, refuse);
  else checkConvertedType(patched, refuse);
  try {
    const { body, unknown } = resource.rules.decode(withoutType(patched), strategic === undefined ? 'json' : 'unstructured');
    if (unknown.length > 0 && validation === 'Strict') throw refuse(`strict decoding error: ${unknownFields(unknown).join(', ')}`);
    return { body, warnings: validation === 'Ignore' ? [] : unknownFields(resource.isCustom ? unknown : [...unknown].sort()) };
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message);
    throw error;
  }
}

/** Of a built-in kind without its version the real server knows no field at all. */
function withoutVersionWarnings(resource: Resource, patched: JsonObject): readonly string[] {
  const version = own(patched, 'apiVersion') ?? '';
  if (resource.isCustom || version !== '' || own(patched, 'kind') !== resource.kind) return [];
  return unknownFields(
    Object.keys(patched)
      .filter((key) => key !== 'apiVersion' && key !== 'kind')
      .sort(),
  );
}

/** A strategic merge patch ends up in a Go value, whose type is what the endpoint says, whatever the texts say. */
function checkConvertedType(patched: JsonObject, refuse: (why: string) => Error): void {
  for (const key of ['apiVersion', 'kind']) {
    const value = own(patched, key) ?? '';
    if (typeof value === 'object') throw refuse('unrecognized type: string');
    if (typeof value !== 'string')
      throw refuse(`cannot convert ${typeof value === 'number' || typeof value === 'bigint' ? 'int64' : jsonTypeName(value)} to string`);
  }
}

function checkPatchedType(resource: Resource, patched: JsonObject, refuse: (why: string) => Error): void {
  for (const key of ['apiVersion', 'kind']) {
    const value = own(patched, key) ?? '';
    if (typeof value !== 'string')
      throw refuse(
        `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonTypeName(value)} into Go struct field .${key} of type string`,
      );
  }
  if (stringAt(patched, 'kind') === '') {
    if (!resource.isCustom) return;
    throw refuse(`Object 'Kind' is missing in '${sortedText(patched)}'`);
  }
  if (resource.isCustom) checkKind(resource, patched);
  else if (stringAt(patched, 'kind') !== resource.kind)
    throw refuse(otherKind(resource, stringAt(patched, 'kind'), stringAt(patched, 'apiVersion')));
  const version = stringAt(patched, 'apiVersion');
  const expected = apiVersionOf(resource);
  const name = stringAt(objectAt(patched, 'metadata'), 'name');
  // Without a version nothing can be read, not even the name.
  if (version === '' && !resource.isCustom) checkName('', name);
  if (version === expected) return;
  if (!resource.isCustom) throw refuse(otherKind(resource, resource.kind, version));
  const error = fieldInvalid('apiVersion', JSON.stringify(version), `must be ${expected}`);
  // The refusal speaks of the kind that was sent.
  const group = version.includes('/') ? (version.split('/')[0] ?? '') : '';
  throw invalid(
    { group, kind: resource.kind },
    stringAt(isObject(own(patched, 'metadata') ?? null) ? (own(patched, 'metadata') as JsonObject) : {}, 'name'),
    [error],
  );
}

/** Built-in kinds may be known without being what the endpoint is about. */
function otherKind(resource: Resource, kind: string, apiVersion: string): string {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const isKnown = BUILTIN_RESOURCES.some((other) => other.kind === kind && other.group === group && other.version === version);
  if (!isKnown) return `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:111"`;
  const into = resource.group === '' ? 'core' : (resource.group.split('.')[0] ?? '');
  return `converting (${version}.${kind}) to (${into}.${resource.kind}): unknown conversion`;
}

/** What a patch applies to: the object as this endpoint serves it. */
export function served(resource: Resource, body: JsonObject): JsonObject {
  return withKey(withKey(resource.rules.toServed(body), 'kind', resource.kind), 'apiVersion', apiVersionOf(resource));
}
