import type { FieldError } from '../errors.js';
import type { DecodeStyle } from '../go/decode.js';
import type { NameRule } from '../meta/names.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import type { StoredObject } from '../store/stored-object.js';
import type { SentForm } from './sent-form.js';

/** A column of `kubectl get`. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description: string;
  readonly priority?: number;
  cell(object: JsonObject, nowMs: number): JsonValue;
}

/** What a request body became: fields that are unknown are gone from `body` and named in `unknown`. */
export interface Decoded {
  readonly body: JsonObject;
  readonly unknown: readonly string[];
  /** What of the sent form is gone from `body` and still counts. Default: nothing. */
  readonly form?: SentForm;
}

/** What differs from kind to kind. Bodies have no `apiVersion` and `kind`; every function returns a new body. */
export interface KindRules {
  readonly nameRule: NameRule;
  /** The Go type, as the table of types names it; undefined for custom resources. */
  readonly goType: string | undefined;
  /** A PUT of a missing object creates it. */
  readonly createsOnUpdate: boolean;
  /** An update may come without a resourceVersion. */
  readonly updatesUnconditionally: boolean;
  /** A deletion answers with the object and not with a Status. */
  readonly deletionAnswersObject: boolean;
  /** How often kube-apiserver repeats the rules of metadata in an update: visible in the causes. */
  readonly metaRulesOnUpdate: number;
  /** Metadata is looked at only when the rest is valid, and its name may be any step of a path. */
  readonly checksMetaLast: boolean;
  /** What the type writes of an object without any content: bookmarks are such objects. */
  readonly zero: JsonObject;
  /** What of a body is stored: another version prunes it by its schema, the same one keeps it as it is. Default: all. */
  toStorage?(body: JsonObject): JsonObject;
  /** What of the sent form the stored text has, and reading loses. Default: nothing. */
  storedForm?(form: SentForm): SentForm;
  /** What reading makes of a stored object: the schema of the version in which it was written prunes and fills it. Default: its body. */
  read?(stored: StoredObject): JsonObject;
  /** What a bookmark shows beside its metadata. Default: `zero`. */
  readonly bookmark?: JsonObject;
  readonly selectableFields: readonly string[];
  /** Where a selectable field is in the stored form, when it is elsewhere there. */
  storedField?(field: string): string;
  /** The error for a field that is not in `selectableFields`. */
  refuseField(field: string): Error;
  /** @param style `merged` is what server-side apply made of several bodies. Default: `json`. */
  decode(body: JsonObject, style?: DecodeStyle | 'merged'): Decoded;
  /** Defaults of any object that is written. They count as sent: whoever writes the object owns them. */
  withDefaults(body: JsonObject): JsonObject;
  /** What the server itself puts into a new object; metadata is done already. Nobody owns it. */
  prepareCreate(body: JsonObject): JsonObject;
  /** Carries over what the main endpoint must not change, and counts the generation. */
  prepareUpdate(next: JsonObject, old: JsonObject): JsonObject;
  /** Takes only what the `status` endpoint may change. */
  prepareStatusUpdate(next: JsonObject, old: JsonObject): JsonObject;
  /** Why something that an object needs cannot be had; then nothing else is looked at. `old` is the object that changes, if one does. */
  refusesAllocation?(body: JsonObject, options: { readonly isDryRun: boolean; readonly old?: JsonObject }): readonly FieldError[];
  validate(body: JsonObject): readonly FieldError[];
  /** @param form what of the sent form is gone from `next`. Default: nothing. */
  validateUpdate(next: JsonObject, old: JsonObject, form?: SentForm): readonly FieldError[];
  validateStatusUpdate(next: JsonObject, old: JsonObject): readonly FieldError[];
  /** What is allowed but not wise; told once the write is done. */
  warnings?(next: JsonObject, old: JsonObject | undefined): readonly string[];
  /** What an update leaves wrong that was so before; told also when the update is refused. */
  tolerated?(next: JsonObject, old: JsonObject): readonly string[];
  /** Why a PUT of the status of a missing object is not simply "not found". */
  refusesStatusOfNone?(body: JsonObject): readonly FieldError[];
  /** What an answer shows of an object that goes instead of being stored. Default: the object as it would have been stored. */
  unstored?(next: JsonObject, sent: JsonObject): JsonObject;
  /** Between the stored form and the form that this endpoint serves; identity for nearly all kinds. */
  toServed(body: JsonObject): JsonObject;
  toStored(body: JsonObject): JsonObject;
}

/** Field paths like `.spec.replicas`. */
export interface ScalePaths {
  readonly specReplicas: string;
  readonly statusReplicas: string;
  /** Empty: none. */
  readonly labelSelector: string;
}

/** A version of a definition, whether it has an endpoint or not. */
export interface DefinedVersion {
  readonly schema: JsonObject;
  readonly hasStatus: boolean;
  /** Served, or the one that is stored: for others the real server makes no endpoint at all. */
  readonly isInUse: boolean;
}

/** One resource as one endpoint serves it. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly isNamespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** The warning that every request to a deprecated version gets. */
  readonly deprecation?: string | undefined;
  readonly hasStatus: boolean;
  /** Where the replicas of the `scale` endpoint are; undefined without that endpoint. */
  readonly scale: ScalePaths | undefined;
  readonly verbs: readonly string[];
  /** The version in which objects are stored. */
  readonly storageVersion: string;
  /** The real server keeps a watch cache for it: all kinds but Events. */
  readonly isCached: boolean;
  /** The group that refusals of invalid objects name; differs where one kind is served in two groups. */
  readonly errorGroup: string;
  /** The package that refusals name before the kind, where it is not called like the group. */
  readonly goPackage?: string | undefined;
  /** Nothing is stored: a POST is a question, and its answer comes back. */
  readonly isReview: boolean;
  /** Defined by a CustomResourceDefinition: some answers differ from those of built-in kinds. */
  readonly isCustom: boolean;
  /** The versions that the definition knows, by name, also those that are not served. */
  readonly versions?: ReadonlyMap<string, DefinedVersion>;
  /** Objects are stored under this name; versions of one resource share it. */
  readonly collection: string;
  readonly columns: readonly Column[];
  /** Set while the definition is being deleted: nothing new may be created. */
  readonly isTerminating: boolean;
  /** What OpenAPI says about the kind. */
  readonly openApiSchema: JsonObject;
  readonly rules: KindRules;
}

export function apiVersionOf(resource: { readonly group: string; readonly version: string }): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** The verbs of a stored resource, as discovery lists them. */
export const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const;

/** The real server lists the verbs of custom resources in this order. */
export const CUSTOM_VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'] as const;

/** While its definition is going, nothing of a kind is created or changed; its objects may still lose their finalizers. */
export const TERMINATING_VERBS = ['delete', 'deletecollection', 'get', 'list', 'watch'] as const;
