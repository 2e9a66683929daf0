import { compareApiVersions } from './api-version-order.js';
import type { JsonObject } from '../store/json-value.js';
import { arrayAt, isObject, objectAt, own, stringAt, stringsAt } from '../store/json-value.js';
import { customColumns } from '../table/columns.js';
import { BUILTIN_RESOURCES } from './builtin-resources.js';
import { customRules } from './custom-resource.js';
import { conditionStatus, storageVersion, versionsOf } from './definition.js';
import type { DefinedVersion, Resource, ScalePaths } from './resource.js';
import { CUSTOM_VERBS, TERMINATING_VERBS } from './resource.js';

/** What is served at the moment: the built-in resources and those of established definitions. */
export class Catalogue {
  readonly #custom = new Map<string, readonly Resource[]>();
  #all: readonly Resource[] = BUILTIN_RESOURCES;
  #byPlural = indexed(BUILTIN_RESOURCES);

  get(group: string, version: string, plural: string): Resource | undefined {
    // Few resources share a plural, and every request asks: looking at them is cheaper than making a key.
    return this.#byPlural.get(plural)?.find((resource) => resource.group === group && resource.version === version);
  }

  all(): readonly Resource[] {
    return this.#all;
  }

  /** Whether answers for unknown resources of the group are those of the built-in API. */
  isBuiltinGroup(group: string): boolean {
    return BUILTIN_RESOURCES.some((resource) => resource.group === group);
  }

  /** The resources of one definition, in all served versions; replaces what it defined before. */
  define(name: string, resources: readonly Resource[]): void {
    this.#custom.set(name, resources);
    this.#reindex();
  }

  forget(name: string): void {
    if (this.#custom.delete(name)) this.#reindex();
  }

  forgetAll(): void {
    this.#custom.clear();
    this.#reindex();
  }

  #reindex(): void {
    this.#all = [...BUILTIN_RESOURCES, ...[...this.#custom.values()].flat()];
    this.#byPlural = indexed(this.#all);
  }
}

/** The latest first: whoever defines a resource anew wins. */
function indexed(resources: readonly Resource[]): Map<string, readonly Resource[]> {
  const byPlural = new Map<string, readonly Resource[]>();
  for (const resource of resources) byPlural.set(resource.plural, [resource, ...(byPlural.get(resource.plural) ?? [])]);
  return byPlural;
}

/** The collection of the instances of a definition. */
export function collectionOf(definition: JsonObject): string {
  const spec = objectAt(definition, 'spec');
  return `${stringAt(spec, 'group')}/${stringAt(objectAt(spec, 'names'), 'plural')}`;
}

/** What a definition serves; nothing until it is established. */
export function resourcesOf(definition: JsonObject): readonly Resource[] {
  if (conditionStatus(definition, 'Established') !== 'True') return [];
  return versionsOf(definition)
    .filter((version) => own(version, 'served') === true)
    .map((version) => customResource(definition, version));
}

function customResource(definition: JsonObject, version: JsonObject): Resource {
  const spec = objectAt(definition, 'spec');
  const names = objectAt(objectAt(definition, 'status'), 'acceptedNames');
  const schema = objectAt(objectAt(version, 'schema'), 'openAPIV3Schema');
  const type = { apiVersion: `${stringAt(spec, 'group')}/${stringAt(version, 'name')}`, kind: stringAt(names, 'kind') };
  const isTerminating = conditionStatus(definition, 'Terminating') === 'True';
  const hasStatus = hasStatusEndpoint(version);
  const scale = scaleOf(objectAt(version, 'subresources'));
  const selectableFields = arrayAt(version, 'selectableFields')
    .filter(isObject)
    .map((field) => stringAt(field, 'jsonPath').replace(/^\./, ''));
  const isNamespaced = stringAt(spec, 'scope') === 'Namespaced';
  const versions = definedVersions(definition);
  return {
    group: stringAt(spec, 'group'),
    version: stringAt(version, 'name'),
    plural: stringAt(names, 'plural'),
    singular: stringAt(names, 'singular'),
    kind: stringAt(names, 'kind'),
    listKind: stringAt(names, 'listKind'),
    isNamespaced,
    shortNames: stringsAt(names, 'shortNames'),
    categories: stringsAt(names, 'categories'),
    deprecation: deprecationOf(definition, version),
    hasStatus,
    scale,
    verbs: isTerminating ? TERMINATING_VERBS : CUSTOM_VERBS,
    isCached: true,
    storageVersion: storageVersion(definition),
    errorGroup: stringAt(spec, 'group'),
    isReview: false,
    isCustom: true,
    versions,
    collection: collectionOf(definition),
    columns: customColumns(arrayAt(version, 'additionalPrinterColumns').filter(isObject)),
    isTerminating,
    openApiSchema: schema,
    rules: customRules({
      schema,
      type,
      hasStatus,
      isNamespaced,
      selectableFields,
      scale,
      versions,
      ...versionNames(definition, version),
    }),
  };
}

function deprecationOf(definition: JsonObject, version: JsonObject): string | undefined {
  if (own(version, 'deprecated') !== true) return undefined;
  const spec = objectAt(definition, 'spec');
  const usual = `${stringAt(spec, 'group')}/${stringAt(version, 'name')} ${stringAt(objectAt(spec, 'names'), 'kind')} is deprecated`;
  return stringAt(version, 'deprecationWarning') || usual + successor(definition, version);
}

/** The newest other version that is served and not deprecated itself. */
function successor(definition: JsonObject, version: JsonObject): string {
  const spec = objectAt(definition, 'spec');
  const other = versionsOf(definition)
    .filter((one) => own(one, 'served') === true && own(one, 'deprecated') !== true)
    .map((one) => stringAt(one, 'name'))
    .sort(compareApiVersions)
    .find((name) => compareApiVersions(name, stringAt(version, 'name')) < 0);
  return other === undefined ? '' : `; use ${stringAt(spec, 'group')}/${other} ${stringAt(objectAt(spec, 'names'), 'kind')}`;
}

function definedVersions(definition: JsonObject): ReadonlyMap<string, DefinedVersion> {
  return new Map(
    versionsOf(definition).map((version) => [
      stringAt(version, 'name'),
      {
        schema: objectAt(objectAt(version, 'schema'), 'openAPIV3Schema'),
        hasStatus: hasStatusEndpoint(version),
        isInUse: own(version, 'served') === true || own(version, 'storage') === true,
      },
    ]),
  );
}

function hasStatusEndpoint(version: JsonObject): boolean {
  return own(objectAt(version, 'subresources'), 'status') !== undefined;
}

function versionNames(definition: JsonObject, version: JsonObject): { readonly version: string; readonly storageVersion: string } {
  return { version: stringAt(version, 'name'), storageVersion: storageVersion(definition) };
}

function scaleOf(subresources: JsonObject): ScalePaths | undefined {
  const scale = own(subresources, 'scale');
  if (!isObject(scale)) return undefined;
  return {
    specReplicas: stringAt(scale, 'specReplicasPath'),
    statusReplicas: stringAt(scale, 'statusReplicasPath'),
    labelSelector: stringAt(scale, 'labelSelectorPath'),
  };
}
