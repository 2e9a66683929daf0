// What is to be applied for a child: where it is, what it is called, and whose it is.
import { ChildElsewhereError, ChildOfOthersError, InvalidOptionError } from '../errors.js';
import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import { OWNER_ANNOTATION, OWNER_LABEL } from '../model/owner-mark.js';
import type { Resource } from '../model/resource.js';
import { childName } from './child-name.js';
import { buildOwnerReference, type ReferenceOptions } from './hierarchy.js';

export interface ApplyChildOptions extends ReferenceOptions {
  /**
   * The child of an object with a namespace may be in another one, or in none; default false: where a field of the object decides it, whoever may write
   * the object decides where the operator acts.
   */
  readonly elsewhere?: boolean | undefined;
  /**
   * The child may refer to other owners, too; default false: whoever writes a template of metadata into the handled object could else put its children
   * under objects of others, which are woken by them, and may have them collected.
   */
  readonly otherOwners?: boolean | undefined;
  /** Tells children without names apart that have one kind and one owner; default: empty. */
  readonly key?: string | undefined;
}

/** A child as it is to be. */
export interface DescribedChild {
  readonly namespace: string | undefined;
  readonly name: string;
  readonly body: JsonObject;
}

export interface ChildOfOwner {
  readonly owner: ObjectBody;
  /** Plain JSON. */
  readonly child: JsonObject;
  /** What the child's kind is. */
  readonly resource: Pick<Resource, 'kind' | 'group' | 'namespaced'>;
  readonly options: ApplyChildOptions;
}

/**
 * Pure. A child without a name gets one that follows from its owner, its kind and `key`; a namespaced one without a namespace goes to the owner's.
 *
 * @throws InvalidOptionError `KOPF_INVALID_OPTION` if nobody says in which namespace it is to be; ChildElsewhereError `KOPF_CHILD_ELSEWHERE`;
 *   ChildOfOthersError `KOPF_CHILD_OF_OTHERS`.
 */
export function describeChild({ owner, child, resource, options }: ChildOfOwner): DescribedChild {
  const { generateName, name: given, namespace: place, ...rest } = isJsonObject(child['metadata']) ? child['metadata'] : {};
  const namespace = resource.namespaced ? namespaceOf(place, owner) : undefined;
  const prefix = typeof generateName === 'string' && generateName !== '' ? generateName : owner.metadata.name;
  const words = [owner.metadata.uid, resource.group, resource.kind, options.key ?? ''];
  const name = typeof given === 'string' && given !== '' ? given : childName(prefix, words);
  const others = referencesToOthers(rest['ownerReferences'], owner);
  const bare = { ...withoutMarks(rest), ownerReferences: others };
  const isBeside = mayRefer(owner, namespace);
  if (!isBeside && options.elsewhere !== true) throw new ChildElsewhereError(`${resource.kind} ${name}`, titleOf(owner));
  if (others !== undefined && options.otherOwners !== true) throw new ChildOfOthersError(`${resource.kind} ${name}`, titleOf(owner));
  const metadata = isBeside ? referring(bare, rest['ownerReferences'], { owner, options }) : marked(bare, owner);
  return { namespace, name, body: { ...child, metadata: { ...metadata, name, ...(namespace === undefined ? {} : { namespace }) } } };
}

function namespaceOf(place: Json | undefined, owner: ObjectBody): string {
  if (typeof place === 'string' && place !== '') return place;
  if (owner.metadata.namespace !== undefined) return owner.metadata.namespace;
  throw new InvalidOptionError('`metadata.namespace` of the child', place, 'given, because the owner is in none');
}

function titleOf({ kind, metadata: { namespace, name } }: ObjectBody): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** An owner is in the same namespace, or in none: all others are taken for gone, and their children are collected as garbage. */
function mayRefer({ metadata: { namespace } }: ObjectBody, ofChild: string | undefined): boolean {
  return namespace === undefined || namespace === ofChild;
}

type Metadata = Readonly<Record<string, Json | undefined>>;

/** Absent if there are none: an empty list would be applied, too. */
function referencesToOthers(references: Json | undefined, owner: ObjectBody): readonly Json[] | undefined {
  const others = listOf(references).filter((reference) => !isReferenceTo(owner, reference));
  return others.length === 0 ? undefined : others;
}

function listOf(references: Json | undefined): readonly Json[] {
  return Array.isArray(references) ? (references as readonly Json[]) : [];
}

function isReferenceTo({ metadata }: ObjectBody, reference: Json): boolean {
  return isJsonObject(reference) && reference['uid'] === metadata.uid;
}

/** Whose child it is says its reference, or the mark that is put on it here: never what somebody wrote into a template. */
function withoutMarks(metadata: Metadata): Metadata {
  const { labels, annotations, ...rest } = metadata;
  return { ...rest, ...unmarked('labels', labels, OWNER_LABEL), ...unmarked('annotations', annotations, OWNER_ANNOTATION) };
}

function unmarked(field: 'labels' | 'annotations', given: Json | undefined, mark: string): Metadata {
  if (given === undefined) return {};
  if (!isJsonObject(given) || !Object.hasOwn(given, mark)) return { [field]: given };
  return { [field]: Object.fromEntries(Object.entries(given).filter(([key]) => key !== mark)) };
}

/** A reference that the child has already, say by `adopt`, is kept as it is. */
function referring(
  bare: Metadata,
  references: Json | undefined,
  { owner, options }: { readonly owner: ObjectBody; readonly options: ReferenceOptions },
): Metadata {
  const kept = listOf(references).find((reference) => isReferenceTo(owner, reference));
  const own = kept ?? { ...buildOwnerReference(owner, options) };
  return { ...bare, ownerReferences: [...listOf(bare['ownerReferences']), own] };
}

function marked(bare: Metadata, { apiVersion, kind, metadata: { namespace, name, uid } }: ObjectBody): Metadata {
  const { labels, annotations } = bare;
  const mark = JSON.stringify({ apiVersion, kind, namespace, name, uid });
  return {
    ...bare,
    labels: { ...(isJsonObject(labels) ? labels : {}), [OWNER_LABEL]: uid },
    annotations: { ...(isJsonObject(annotations) ? annotations : {}), [OWNER_ANNOTATION]: mark },
  };
}
