import type { KopfError } from '../errors.js';
import type { ResourceVersion } from './ids.js';
import type { SeenObject } from './object.js';

/** What event handlers get as `type`: null for objects found by a list (spec H-10). */
export type EventType = null | 'ADDED' | 'MODIFIED' | 'DELETED';

/** Whether the stream of a collection can be trusted right now. */
export type WatchHealth = 'connecting' | 'live' | 'retrying' | 'denied';

/**
 * What a watch of a collection says. Between `sync-begin` and `sync-end` come the objects that exist,
 * the first time all, later those that changed meanwhile, then the deletions of those that were known and exist no more (`inferred`); afterwards changes as they happen. It ends only by its signal.
 */
export type WatchSignal =
  /** `newEpoch`: a consistent list is older than what we knew, e.g. a restored backup (design 6.4). */
  | { readonly kind: 'sync-begin'; readonly newEpoch: boolean }
  | {
      readonly kind: 'change';
      readonly type: 'listed' | 'added' | 'modified' | 'deleted';
      readonly object: SeenObject;
      /** Nobody saw it happen: a list no longer had the object. Its body may hold nothing but the identity. */
      readonly inferred: boolean;
    }
  | { readonly kind: 'bookmark'; readonly resourceVersion: ResourceVersion }
  | { readonly kind: 'sync-end'; readonly resourceVersion: ResourceVersion }
  | { readonly kind: 'health'; readonly state: WatchHealth; readonly error?: KopfError };

export type WatchChange = Extract<WatchSignal, { kind: 'change' }>;
