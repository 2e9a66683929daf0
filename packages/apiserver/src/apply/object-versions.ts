// The versions of a resource that its owners speak: the types of each, and the object in each.

import type { DefinedVersion, Resource } from '../kind/resource.js';
import { apiVersionOf } from '../kind/resource.js';
import type { JsonObject } from '../store/json-value.js';
import { BuiltinTypes } from './builtin-types.js';
import { configurationProblems, shownProblems } from './check-configuration.js';
import { NOTHING } from './field-set.js';
import type { FieldType } from './field-type.js';
import { DEDUCED } from './field-type.js';
import type { OwnedWrite } from './owned-write.js';
import { resetFields } from './reset-fields.js';
import { typeOfSchema } from './schema-type.js';
import type { VersionView, ViewsOf } from './transfer.js';
import { NoSuchFormError } from './transfer.js';
import { withZeroForm } from './zero-form.js';

export class ObjectVersions {
  readonly #resources: () => readonly Resource[];
  readonly #builtin = new BuiltinTypes();
  readonly #types = new WeakMap<Resource, FieldType>();
  readonly #definedTypes = new WeakMap<DefinedVersion, FieldType>();
  readonly #keyedLists = new WeakMap<Resource, readonly (readonly [string, FieldType])[]>();

  constructor(resources: () => readonly Resource[]) {
    this.#resources = resources;
  }

  typeOf(resource: Resource): FieldType {
    let type = this.#types.get(resource);
    if (type === undefined) {
      type = resource.isCustom
        ? typeOfSchema(resource.openApiSchema, this.#builtin.metadata)
        : (this.#builtin.ofKind(apiVersionOf(resource), resource.kind) ?? DEDUCED);
      this.#types.set(resource, type);
    }
    return type;
  }

  /** The fields of a built-in kind, with its type, that hold lists whose members may lack their keys. */
  keyedLists(resource: Resource): readonly (readonly [string, FieldType])[] {
    let found = this.#keyedLists.get(resource);
    if (found === undefined) {
      const type = this.typeOf(resource);
      const isKeyed = ({ list }: FieldType): boolean =>
        list?.relation === 'keyed' && list.keys.every((key) => list.element.map?.keyDefaults[key] === undefined);
      found = [...(type.map?.fields ?? [])].filter(([, field]) => isKeyed(field)).map(([key]) => [key, type] as const);
      this.#keyedLists.set(resource, found);
    }
    return found;
  }

  /** The type in another version whose objects have the same fields: those of definitions, whose conversion changes nothing. */
  typeIn(resource: Resource, apiVersion: string): FieldType | undefined {
    const other = this.#find(resource, apiVersion);
    if (other === undefined) return this.#unserved(resource, apiVersion)?.type;
    return other !== resource && !resource.isCustom ? undefined : this.typeOf(other);
  }

  /** How an object and its change look in a version. Throws a {@link NoSuchFormError} when they cannot be shown in it. */
  views({ resource, subresource }: OwnedWrite): ViewsOf {
    return (live, next) => (apiVersion) => {
      const other = this.#find(resource, apiVersion);
      if (other !== undefined) return this.#view({ resource, other, subresource }, { live, next });
      const unserved = this.#unserved(resource, apiVersion);
      if (unserved !== undefined) return viewOfUnserved({ resource, unserved, subresource }, { live, next });
      if (resource.isCustom) throw new NoSuchFormError(`request to convert CR to an invalid group/version: ${apiVersion}`);
      return undefined;
    };
  }

  #view(
    { resource, other, subresource }: { resource: Resource; other: Resource; subresource: string },
    { live, next }: { live: JsonObject; next: JsonObject },
  ): VersionView {
    const type = this.typeOf(other);
    const isHere = other === resource;
    const { zero } = other.rules;
    if (!isHere && resource.isCustom) checkForms(live, next, type);
    const shown = (body: JsonObject): JsonObject => withZeroForm(isHere ? body : other.rules.toServed(resource.rules.toStored(body)), zero);
    return {
      type,
      live: shown(live),
      next: shown(next),
      ignored: isHere || subresource !== '' ? resetFields(other, subresource) : NOTHING,
    };
  }

  #find(resource: Resource, apiVersion: string): Resource | undefined {
    if (apiVersion === apiVersionOf(resource)) return resource;
    const served = this.#resources().find((other) => other.collection === resource.collection && apiVersionOf(other) === apiVersion);
    // Events are served by two groups, and an owner that speaks the one is unknown in the other.
    return served?.group === resource.group ? served : undefined;
  }

  /** A version without an endpoint has a schema, too. */
  #unserved({ group, versions }: Resource, apiVersion: string): Unserved | undefined {
    for (const [version, defined] of versions ?? []) {
      if (apiVersionOf({ group, version }) !== apiVersion) continue;
      let type = this.#definedTypes.get(defined);
      if (type === undefined) {
        type = typeOfSchema(defined.schema, this.#builtin.metadata);
        this.#definedTypes.set(defined, type);
      }
      return { defined, type };
    }
    return undefined;
  }
}

interface Unserved {
  readonly defined: DefinedVersion;
  readonly type: FieldType;
}

/** Conversion changes nothing in objects of definitions. Only the versions in use have fields that their status endpoint does not let change. */
function viewOfUnserved(
  { resource, unserved, subresource }: { resource: Resource; unserved: Unserved; subresource: string },
  { live, next }: { live: JsonObject; next: JsonObject },
): VersionView {
  const { type, defined } = unserved;
  checkForms(live, next, type);
  const hasStatus = defined.hasStatus && (subresource !== 'status' || defined.isInUse);
  const ignored = subresource === '' ? NOTHING : resetFields({ ...resource, hasStatus }, subresource);
  const { zero } = resource.rules;
  return { type, live: withZeroForm(live, zero), next: withZeroForm(next, zero), ignored };
}

function checkForms(live: JsonObject, next: JsonObject, type: FieldType): void {
  checkForm(live, type, '');
  checkForm(next, type, 'failed to convert new object: ');
}

function checkForm(object: JsonObject, type: FieldType, prefix: string): void {
  const problems = configurationProblems(object, type);
  if (problems.length > 0) throw new NoSuchFormError(prefix + shownProblems(problems));
}
