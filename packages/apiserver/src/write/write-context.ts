import type { OwnedWrite } from '../apply/owned-write.js';
import type { Ownership } from '../apply/ownership.js';
import type { Catalogue } from '../kind/catalogue.js';
import type { Resource } from '../kind/resource.js';
import type { SentForm } from '../kind/sent-form.js';
import { metaOf, withMeta } from '../meta/object-meta.js';
import type { Random } from '../random.js';
import type { JsonObject } from '../store/json-value.js';
import { withoutKey } from '../store/json-value.js';
import type { ObjectStore } from '../store/object-store.js';
import type { StoredObject } from '../store/stored-object.js';

/** What writing needs beside the request. */
export interface WriteContext {
  readonly store: ObjectStore;
  readonly catalogue: Catalogue;
  readonly random: Random;
  now(): number;
  /** Keeps `managedFields`; undefined when the server was told not to. */
  readonly ownership?: Ownership | undefined;
}

/** One object that a request is about. */
export interface WriteTarget {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly isStatus: boolean;
  /** The change came through the `scale` endpoint, for `managedFields`. Default: it did not. */
  readonly isScale?: boolean | undefined;
  readonly isDryRun: boolean;
  /** Who writes, for `managedFields`. Default: nobody known. */
  readonly manager?: string | undefined;
  /** The body has its owners already: it comes from server-side apply. */
  readonly isOwned?: boolean | undefined;
  /** What of the sent form decoding lost. Default: nothing. */
  readonly form?: SentForm | undefined;
  /** Hears of what is wrong but was so before. Default: nobody does. */
  readonly warn?: ((text: string) => void) | undefined;
}

/** What a write answers with: a stored version, or a body that is not stored (dry run, or the last words of a deleted object). */
export type Written = { readonly kind: 'stored'; readonly object: StoredObject } | { readonly kind: 'body'; readonly body: JsonObject };

/** A write as ownership sees it. */
export function ownedWrite({ resource, isStatus, isScale = false, manager = '' }: WriteTarget): OwnedWrite {
  return { resource, manager, subresource: isStatus ? 'status' : isScale ? 'scale' : '' };
}

/** What a server that keeps no owners stores. */
export function withoutOwners(body: JsonObject): JsonObject {
  return Object.hasOwn(metaOf(body), 'managedFields') ? withMeta(body, { managedFields: undefined }) : body;
}

/** The object without what its endpoint adds. */
export function withoutType(object: JsonObject): JsonObject {
  return withoutKey(withoutKey(object, 'apiVersion'), 'kind');
}
