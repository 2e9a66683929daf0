// From the text of a body to a decoded object, with the refusals of kube-apiserver in their order.

import { badRequest, fieldInvalid, internal, invalid, unsupportedMediaType } from '../errors.js';
import { fieldProblems } from '../duplicate-fields.js';
import { parseJson } from '../json-text.js';
import { BUILTIN_RESOURCES } from '../kind/builtin-resources.js';
import type { Decoded, Resource } from '../kind/resource.js';
import { apiVersionOf } from '../kind/resource.js';
import type { SentForm } from '../kind/sent-form.js';
import { jsonTypeName } from '../go/decode.js';
import { DecodeError } from '../go/decode-error.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isObject, objectAt, own, sortedText, stringAt } from '../store/json-value.js';
import { goText } from '../go/go-text.js';
import { checkName } from '../write/create-object.js';
import type { Mistyped } from '../write/update-object.js';
import { withoutType } from '../write/write-context.js';
import { MEDIA_TYPES, mediaType } from './negotiation.js';
import { duplicatesIn, parseYaml } from './yaml.js';
import type { ResourceRequest } from './request-context.js';
import type { FieldValidation } from './write-options.js';

const SHOWN_CHARACTERS = 30;
const WITHOUT_VERSION = "Object 'apiVersion' is missing in 'object has no apiVersion field'";

/** The object of a POST or PUT. Warnings name the fields that were dropped. */
export function decodeBody(
  request: ResourceRequest,
  validation: FieldValidation,
): { body: JsonObject; form: SentForm | undefined; kind: string; warnings: readonly string[] } {
  const { resource } = request;
  const sent = parseObject(request.body, resource, readerOf(request));
  checkType(request, sent, validation);
  if (resource.isCustom) checkVersionIsText(resource, sent);
  const { body, unknown, form } = decodeAs(resource, sent);
  const problems = strictProblems(request, resource.isCustom ? unknownOf(resource, sent, unknown) : unknown, sent);
  if (problems.length > 0 && validation === 'Strict') {
    if (resource.isCustom && isMissing(own(sent, 'apiVersion'))) throw badRequest(WITHOUT_VERSION);
    const version = stringAt(sent, 'apiVersion').split('/').at(-1) ?? '';
    const read = resource.isCustom ? { ...resource, version, kind: stringAt(sent, 'kind') } : resource;
    throw unhandled(read, `strict decoding error: ${strictText(problems)}`);
  }
  // Kept apart from the answer, because a refusal carries them, too.
  if (validation === 'Warn') request.warnings.push(...problems);
  if (resource.isCustom) checkCustomType(resource, sent);
  return { body, form, kind: stringAt(sent, 'kind'), warnings: [] };
}

/** Of another kind or group than its own a definition knows only the fields of the metadata; of a version that it does not have, no other field. */
function unknownOf(resource: Resource, sent: JsonObject, unknown: readonly string[]): readonly string[] {
  const [group, version] = [groupOf(sent), stringAt(sent, 'apiVersion').split('/').at(-1) ?? ''];
  const isOurs = group === resource.group && stringAt(sent, 'kind') === resource.kind;
  if (isOurs && resource.versions?.has(version) === true) return unknown;
  const ofMetadata = unknown.filter((path) => path.startsWith('metadata.'));
  return isOurs ? [...ofMetadata, ...Object.keys(withoutType(sent)).filter((key) => key !== 'metadata')] : ofMetadata;
}

function strictProblems({ headers, body, resource }: ResourceRequest, unknown: readonly string[], sent: JsonObject): readonly string[] {
  if (body.trim() === '') return unknownFields(unknown);
  if (mediaType(headers['content-type']) === 'application/yaml') return [...duplicatesIn(body), ...unknownFields(unknown)];
  const problems = fieldProblems(body, unknown, sent);
  const repeated = problems.filter(({ kind }) => kind === 'duplicate');
  // What a custom resource does not know is only found once its text was read.
  const inOrder = resource.isCustom ? [...repeated, ...unknown.map((path) => ({ kind: 'unknown', path }))] : problems;
  return inOrder.map(({ kind, path }) => `${kind} field "${path}"`);
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
    if (!(error instanceof DecodeError)) throw error;
    const version = stringAt(sent, 'apiVersion').split('/').at(-1) ?? '';
    // The type of a custom resource is what it says that it is, even nothing.
    if (resource.isCustom) throw unhandled({ ...resource, version }, error.message, stringAt(sent, 'kind'));
    throw unhandled({ ...resource, version: version || resource.version }, error.message);
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
  throw noType(`json: cannot unmarshal ${jsonTypeName(value)} into Go value of type ${TYPE_META}`);
}

const TYPE_META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** The refusal of a patch that made a list of the object. */
export function patchedList(list: JsonValue): Error {
  const why = `couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type ${TYPE_META}`;
  return patchRefusal(() => sortedText(list))(why);
}

/** Nearly no patch is refused, so its text is only written for one that is. */
function patchRefusal(shownPatch: () => string): (why: string) => Error {
  return (why) => invalid({ group: '', kind: '' }, '', [fieldInvalid('patch', JSON.stringify(shownPatch()), why)]);
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
    if (version.split('/').length > 2)
      throw badRequest(
        `the object provided is unrecognized (must be of type ${resource.kind}): unexpected GroupVersion string: ${version} (${shown(request.body)})`,
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

function groupOf(sent: JsonObject): string {
  const version = stringAt(sent, 'apiVersion');
  return version.includes('/') ? (version.split('/')[0] ?? '') : '';
}

function checkCustomType(resource: Resource, sent: JsonObject): void {
  const version = stringAt(sent, 'apiVersion').replace(/^\//, '');
  const expected = apiVersionOf(resource);
  if (version !== expected)
    throw badRequest(`the API version in the data (${version}) does not match the expected API version (${expected})`);
}

/** Custom resources are told apart by their kind only when they are validated. */
export function checkSentKind({ resource }: ResourceRequest, kind: string, body: JsonObject): void {
  const mistyped = otherCustomKind(resource, kind);
  if (mistyped !== undefined) throw invalid(mistyped, stringAt(objectAt(body, 'metadata'), 'name'), [mistyped.error]);
}

/** Undefined for the kind that the endpoint is about. */
export function otherCustomKind({ isCustom, group, kind: wanted }: Resource, kind: string): Mistyped | undefined {
  if (!isCustom || kind === wanted) return undefined;
  return { group, kind, error: fieldInvalid('kind', JSON.stringify(kind), `must be ${wanted}`) };
}

/** The same for the version, of which the refusal shows the group. */
function otherCustomType(resource: Resource, patched: JsonObject): Mistyped | undefined {
  const [version, expected] = [stringAt(patched, 'apiVersion'), apiVersionOf(resource)];
  const ofKind = otherCustomKind(resource, stringAt(patched, 'kind'));
  if (ofKind !== undefined || !resource.isCustom || version === expected) return ofKind;
  const group = groupOf(patched);
  return { group, kind: resource.kind, error: fieldInvalid('apiVersion', JSON.stringify(version), `must be ${expected}`) };
}

function wrongType({ resource }: ResourceRequest, kind: string, apiVersion: string): Error {
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const why = otherKind(resource, kind, apiVersion);
  return badRequest(`${kind} in version "${version}" cannot be handled as a ${resource.kind}: ${why}`);
}

/** How a patched object is decoded. */
export interface PatchDecoding {
  /** Of the object, on the URL. */
  readonly name: string;
  readonly validation: FieldValidation;
  /** The patch as merging left it, where its refusals quote it and not the object. */
  readonly strategic?: JsonObject | undefined;
  readonly warnings: string[];
  /** What the patch itself has that strict validation refuses. */
  readonly strict: readonly string[];
  /** What the patch itself has that is only warned of. Default: nothing. */
  readonly tolerated?: readonly string[];
}

/** The object that a patch made; its refusals quote the whole patched text. */
export function decodePatched(
  resource: Resource,
  patched: JsonObject,
  options: PatchDecoding,
): { body: JsonObject; form: SentForm | undefined; warnings: readonly string[]; mistyped: Mistyped | undefined } {
  const { validation, strategic } = options;
  const refuse = patchRefusal(() => (strategic === undefined ? sortedText(patched) : goText(strategic)));
  const unread = strategic === undefined && validation === 'Warn' ? withoutVersionWarnings(resource, patched) : [];
  if (unread.length > 0) options.warnings.push(...(options.tolerated ?? []), ...unread);
  if (strategic === undefined) checkPatchedType(resource, patched, { refuse, validation, name: options.name });
  else checkConvertedType(patched, refuse);
  try {
    // Without a version only the metadata of a custom resource can be read, and is.
    const isUnreadable = resource.isCustom && isMissing(own(patched, 'apiVersion'));
    const readable = isUnreadable ? { metadata: own(patched, 'metadata') ?? null } : withoutType(patched);
    const { body, unknown, form } = resource.rules.decode(readable, strategic === undefined ? 'json' : 'unstructured');
    const fields = unknownFields(resource.isCustom ? unknown : [...unknown].sort());
    const strict = [...options.strict, ...fields];
    if (strict.length > 0 && validation === 'Strict') throw refuse(`strict decoding error: ${strict.join(', ')}`);
    if (isUnreadable) throw internal(WITHOUT_VERSION);
    return { body, form, warnings: validation === 'Ignore' ? [] : fields, mistyped: otherCustomType(resource, patched) };
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(strategic === undefined ? firstProblem(resource, patched, error) : error.message);
    throw error;
  }
}

/** A number, or null, is there, and is refused in other words than nothing. */
function isMissing(version: JsonValue | undefined): boolean {
  return version === undefined || version === '';
}

/** The real server reads the patched object as a text with sorted keys, and reports what it meets first there. */
function firstProblem({ rules }: Resource, patched: JsonObject, { message }: DecodeError): string {
  try {
    rules.decode(withoutType(inKeyOrder(patched)));
    return message;
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}

function inKeyOrder(object: JsonObject): JsonObject {
  const entries = Object.keys(object).sort();
  return Object.fromEntries(
    entries.map((key) => {
      const value = own(object, key) ?? null;
      return [key, isObject(value) ? inKeyOrder(value) : value];
    }),
  );
}

/** Of a built-in kind without its version the real server knows no field at all. */
function withoutVersionWarnings(resource: Resource, patched: JsonObject): readonly string[] {
  const version = own(patched, 'apiVersion') ?? '';
  const kind = own(patched, 'kind') ?? '';
  if (resource.isCustom || version !== '' || (kind !== '' && kind !== resource.kind)) return [];
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

interface PatchCheck {
  readonly name: string;
  readonly validation: FieldValidation;
  readonly refuse: (why: string) => Error;
}

function checkPatchedType(resource: Resource, patched: JsonObject, { refuse, validation, name }: PatchCheck): void {
  for (const key of ['apiVersion', 'kind']) {
    const value = own(patched, key) ?? '';
    if (typeof value !== 'string')
      throw refuse(
        `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonTypeName(value)} into Go struct field .${key} of type string`,
      );
  }
  const [kind, version] = [stringAt(patched, 'kind'), stringAt(patched, 'apiVersion')];
  if (kind === '' && resource.isCustom) throw refuse(`Object 'Kind' is missing in '${sortedText(patched)}'`);
  if (resource.isCustom && own(patched, 'apiVersion') === null)
    throw refuse('.apiVersion accessor error: <nil> is of the type <nil>, expected string');
  if (resource.isCustom) return;
  if (kind !== '' && kind !== resource.kind) throw refuse(otherKind(resource, kind, version));
  // Without a version nothing can be read, not even the name.
  if (version === '') {
    const unknown = withoutVersionWarnings(resource, patched);
    if (validation === 'Strict' && unknown.length > 0) throw refuse(`strict decoding error: ${unknown.join(', ')}`);
    checkName('', name);
  }
  // What is left out is what the endpoint says.
  if (version !== apiVersionOf(resource) && (kind !== '' || version !== '')) throw refuse(otherKind(resource, resource.kind, version));
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
  return { ...resource.rules.toServed(body), kind: resource.kind, apiVersion: apiVersionOf(resource) };
}
