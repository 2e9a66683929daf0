// Which objects are meant, and who their owner is. Raw objects and the classes of API clients look alike here.
import { InvalidOptionError, NoHandlerScopeError } from '../errors.js';
import type { ObjectBody } from '../model/object.js';

/** Metadata of an object on its way to the cluster; whatever a client library makes of it. */
export interface ChildMeta {
  name?: string | undefined;
  generateName?: string | undefined;
  namespace?: string | undefined;
  labels?: Record<string, string> | undefined;
  annotations?: Record<string, string> | undefined;
  ownerReferences?: OwnerReference[] | undefined;
}

/** An object on its way to the cluster: plain, or of a class of `@kubernetes/client-node`. It is changed in place. */
export interface Child {
  metadata?: ChildMeta | undefined;
}

/** One object, none, or lists of them, nested as deep as you like. */
export type Children = Child | null | undefined | Iterable<Children>;

/** As the API server understands it. */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean | undefined;
  blockOwnerDeletion?: boolean | undefined;
}

/** The argument of a handler, whole, or the body of any object that exists. */
export type Owner = ObjectBody | { readonly body: ObjectBody };

/** The objects that are meant, empty places left out (spec HI-01). @throws InvalidOptionError for what is no object. */
export function childrenOf(children: Children): readonly Child[] {
  if (children === null || children === undefined) return [];
  if (typeof children === 'object' && Symbol.iterator in children) return [...children].flatMap(childrenOf);
  if (typeof children === 'object') return [children];
  throw new InvalidOptionError('The child', children, 'an object, or a list of objects');
}

/** The body of the owner (spec HI-02). @throws NoHandlerScopeError if it is neither the argument of a handler nor an object. */
export function bodyOfOwner(owner: Owner): ObjectBody {
  const body: unknown = 'body' in owner ? owner.body : owner;
  if (typeof body === 'object' && body !== null && 'metadata' in body) return body as ObjectBody;
  throw new NoHandlerScopeError('The owner');
}

/** Null counts as absent: templates in YAML leave it where nothing was filled in. */
export function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

/** The metadata, made if there are none. */
export function metaOf(child: Child): ChildMeta {
  return (child.metadata ??= {});
}
