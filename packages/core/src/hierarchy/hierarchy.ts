// Objects that belong to others: references to the owner, names, labels (parity spec section 23). Nothing here talks to the cluster.
import { ChildElsewhereError, InvalidOptionError } from '../errors.js';
import type { ObjectBody } from '../model/object.js';
import {
  bodyOfOwner,
  childrenOf,
  isGiven,
  metaOf,
  type Child,
  type ChildMeta,
  type Children,
  type Owner,
  type OwnerReference,
} from './child.js';

export interface ReferenceOptions {
  /** The owner controls the child; default true. */
  readonly controller?: boolean | undefined;
  /** A foreground deletion of the owner waits for the child; default true. */
  readonly blockOwnerDeletion?: boolean | undefined;
}

export interface MarkOptions {
  /** Overwrite what is there; default false. */
  readonly forced?: boolean | undefined;
  /**
   * Places inside of the child that have metadata of their own, such as `spec.template`: they are marked, too, where they exist;
   * nothing is created there.
   */
  readonly nested?: string | readonly string[] | undefined;
}

export interface NamingOptions {
  /** Default: that of the owner. */
  readonly name?: string | undefined;
  /** Replace a name that is there; default false. */
  readonly forced?: boolean | undefined;
  /** The very name, instead of the beginning of a generated one; default false. */
  readonly strict?: boolean | undefined;
}

export interface AdoptOptions extends ReferenceOptions, MarkOptions, Pick<NamingOptions, 'strict'> {}

/**
 * Makes objects the children of an owner: a reference, a name that begins with the owner's, its namespace and labels. Existing
 * names, namespaces and labels stay, unless `forced`. The objects are changed in place.
 *
 * @param owner the argument of a handler, or the body of any object.
 * @throws InvalidOptionError if the owner lacks what is needed of it, or a child is no object; ChildElsewhereError if one is in another namespace and not `forced`.
 * @example kopf.on.create('KopfExample', (ctx) => { const pod = …; adopt(ctx, pod); });
 */
export function adopt(owner: Owner, children: Children, options: AdoptOptions = {}): void {
  const { forced, strict, nested } = options;
  const body = bodyOfOwner(owner);
  const all = childrenOf(children);
  adjustNamespace(owner, all, { forced });
  appendOwnerReference(owner, all, options);
  harmonizeNaming(owner, all, { forced, strict });
  label(all, body.metadata.labels ?? {}, { forced, nested });
}

/**
 * Adds a reference to the owner, unless the child has one with its uid (spec HI-03).
 *
 * @throws ChildElsewhereError `KOPF_CHILD_ELSEWHERE` for a child in another namespace than the owner's: it would be taken for an orphan, and removed.
 */
export function appendOwnerReference(owner: Owner, children: Children, options: ReferenceOptions = {}): void {
  const body = bodyOfOwner(owner);
  const reference = buildOwnerReference(body, options);
  const { namespace } = body.metadata;
  for (const child of childrenOf(children)) {
    const meta = metaOf(child);
    if (isGiven(namespace) && isGiven(meta.namespace) && meta.namespace !== namespace) {
      throw new ChildElsewhereError(
        `${meta.namespace}/${meta.name ?? meta.generateName ?? ''}`,
        `${body.kind} ${namespace}/${body.metadata.name}`,
      );
    }
    const references = (meta.ownerReferences ??= []);
    if (!references.some(({ uid }) => uid === reference.uid)) references.push({ ...reference });
  }
}

/** Takes all references to the owner away (spec HI-04). */
export function removeOwnerReference(owner: Owner, children: Children): void {
  const { uid } = bodyOfOwner(owner).metadata;
  for (const child of childrenOf(children)) {
    const meta = metaOf(child);
    meta.ownerReferences = (meta.ownerReferences ?? []).filter((reference) => reference.uid !== uid);
  }
}

/** Puts labels on objects; those that are there win, unless `forced` (spec HI-05..HI-07). */
export function label(children: Children, labels: Readonly<Record<string, string>>, options: MarkOptions = {}): void {
  mark(children, 'labels', { marks: labels, options });
}

/** Puts annotations on objects; those that are there win, unless `forced`. */
export function annotate(children: Children, annotations: Readonly<Record<string, string>>, options: MarkOptions = {}): void {
  mark(children, 'annotations', { marks: annotations, options });
}

/** Names objects after their owner: a generated name, or with `strict` the very same (spec HI-08, HI-09). */
export function harmonizeNaming(owner: Owner, children: Children, { name, forced = false, strict = false }: NamingOptions = {}): void {
  const own = name ?? bodyOfOwner(owner).metadata.name;
  if (!own) throw new InvalidOptionError('`name`', own, 'given where the owner has none');
  for (const child of childrenOf(children)) {
    const meta = metaOf(child);
    if (!forced && (isGiven(meta.name) || isGiven(meta.generateName))) continue;
    delete meta.name;
    delete meta.generateName;
    if (strict) meta.name = own;
    else meta.generateName = `${own}-`;
  }
}

/** Puts objects into a namespace, by default the owner's; one that is there stays, unless `forced` (spec HI-10). */
export function adjustNamespace(
  owner: Owner,
  children: Children,
  options: { readonly namespace?: string | undefined; readonly forced?: boolean | undefined } = {},
): void {
  const namespace = 'namespace' in options ? options.namespace : bodyOfOwner(owner).metadata.namespace;
  for (const child of childrenOf(children)) {
    const meta = metaOf(child);
    if (!options.forced && isGiven(meta.namespace)) continue;
    if (!isGiven(namespace)) delete meta.namespace;
    else meta.namespace = namespace;
  }
}

/** What points at an object as an owner; what it does not have is left out. */
export function buildOwnerReference(body: ObjectBody, options: ReferenceOptions = {}): OwnerReference {
  const { controller = true, blockOwnerDeletion = true } = options;
  const { apiVersion, kind, metadata } = body;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller, blockOwnerDeletion };
}

/** What names an object: in Events, or in fields of others; what it does not have is left out. */
export function buildObjectReference({ apiVersion, kind, metadata }: ObjectBody): Readonly<Record<string, string>> {
  const parts = { apiVersion, kind, name: metadata.name, uid: metadata.uid, namespace: metadata.namespace };
  return Object.fromEntries(Object.entries(parts).filter((part): part is [string, string] => Boolean(part[1])));
}

interface Marking {
  readonly marks: Readonly<Record<string, string>>;
  readonly options: MarkOptions;
}

function mark(children: Children, stanza: 'labels' | 'annotations', { marks, options }: Marking): void {
  const { forced = false, nested = [] } = options;
  const places = typeof nested === 'string' ? [nested] : nested;
  for (const child of childrenOf(children)) {
    const inside = places.map((place) => placeIn(child, place)).filter((found) => found !== undefined);
    for (const marked of [child, ...inside]) {
      const meta: ChildMeta = metaOf(marked);
      meta[stanza] = forced ? { ...meta[stanza], ...marks } : { ...marks, ...meta[stanza] };
    }
  }
}

/** What is at a dotted path, if it is a mapping. */
function placeIn(child: Child, path: string): Child | undefined {
  let found: unknown = child;
  for (const key of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : undefined;
}
