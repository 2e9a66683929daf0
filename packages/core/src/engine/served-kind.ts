import type { EssenceRules } from '../cause/essence.js';
import type { AnyHandler, BackgroundHandler, ChangeHandler, EventHandler, IndexHandler } from '../handlers/handler-spec.js';
import { extraFields } from '../handlers/select.js';
import type { HandlerId } from '../model/ids.js';
import type { Resource } from '../model/resource.js';
import type { DiffBaseStore } from '../ports/diff-base-store.js';
import type { ProgressStore } from '../ports/progress-store.js';

/** A kind of the cluster and everything declared for it. */
export interface ServedKind {
  readonly resource: Resource;
  readonly change: readonly ChangeHandler[];
  readonly events: readonly EventHandler[];
  /** Timers and daemons. */
  readonly background: readonly BackgroundHandler[];
  /** Some timer waits for its object to be idle, or a reconcile handler for it to change. */
  readonly tellsChanges: boolean;
  readonly indexes: readonly IndexHandler[];
  /** Ids of all change handlers, whose progress is ours. */
  readonly changeIds: readonly HandlerId[];
  /** Some handler wants to hear of objects that were there before this process. */
  readonly resumes: boolean;
  readonly rules: EssenceRules;
  readonly hasStatusEndpoint: boolean;
  /** Bodies stay at rest, too, for handlers that are not known yet. */
  readonly keepsBodies: boolean;
  /** What was reported about it, once each: see {@link isFirstTime}. It goes with the kind. */
  readonly told: Set<string>;
}

/** Names of fields may be anybody's: beyond that many, nothing more is told. */
const MOST_TOLD = 1000;

/** True once per text, for what is the same for all objects of a kind. */
export function isFirstTime({ told }: ServedKind, text: string): boolean {
  if (told.has(text) || told.size >= MOST_TOLD) return false;
  told.add(text);
  return true;
}

/** Sorts the handlers of a kind by family, in the order of their declaration. */
export function serveKind(
  resource: Resource,
  handlers: readonly AnyHandler[],
  { keepsBodies = false, ...stores }: { progress: ProgressStore; diffBase: DiffBaseStore; keepsBodies?: boolean | undefined },
): ServedKind {
  const change = handlers.filter((handler) => handler.family === 'change');
  return {
    resource,
    change,
    events: handlers.filter((handler) => handler.family === 'event'),
    background: handlers.filter((handler) => handler.family === 'timer' || handler.family === 'daemon'),
    tellsChanges: handlers.some((handler) => handler.family === 'timer' && (handler.idleMs !== undefined || handler.reconciles)),
    indexes: handlers.filter((handler) => handler.family === 'index'),
    changeIds: [...new Set(change.map((handler) => handler.id))],
    resumes: change.some((handler) => handler.reason === 'resume'),
    rules: {
      extraFields: extraFields(handlers),
      ownsAnnotation: (key) => stores.progress.ownsAnnotation(key) || stores.diffBase.ownsAnnotation(key),
      ownsFields: [stores.progress, stores.diffBase].flatMap(({ ownsField, ownsFields = [] }) =>
        ownsField === undefined ? ownsFields : [ownsField, ...ownsFields],
      ),
      ignoredFields: stores.diffBase.ignoredFields ?? [],
    },
    hasStatusEndpoint: resource.subresources.includes('status'),
    keepsBodies,
    told: new Set(),
  };
}
