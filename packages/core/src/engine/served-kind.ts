import type { EssenceRules } from '../cause/essence.js';
import type { AnyHandler, ChangeHandler, EventHandler, TimerHandler } from '../handlers/handler-spec.js';
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
  readonly timers: readonly TimerHandler[];
  /** Ids of all change handlers, whose progress is ours. */
  readonly changeIds: readonly HandlerId[];
  /** Some handler wants to hear of objects that were there before this process. */
  readonly resumes: boolean;
  readonly rules: EssenceRules;
  readonly hasStatusEndpoint: boolean;
}

/** Sorts the handlers of a kind by family, in the order of their declaration. */
export function serveKind(
  resource: Resource,
  handlers: readonly AnyHandler[],
  stores: { progress: ProgressStore; diffBase: DiffBaseStore },
): ServedKind {
  const change = handlers.filter((handler) => handler.family === 'change');
  return {
    resource,
    change,
    events: handlers.filter((handler) => handler.family === 'event'),
    timers: handlers.filter((handler) => handler.family === 'timer'),
    changeIds: [...new Set(change.map((handler) => handler.id))],
    resumes: change.some((handler) => handler.reason === 'resume'),
    rules: {
      extraFields: extraFields(handlers),
      ownsAnnotation: (key) => stores.progress.ownsAnnotation(key) || stores.diffBase.ownsAnnotation(key),
      ...(stores.progress.ownsField === undefined ? {} : { ownsField: stores.progress.ownsField }),
    },
    hasStatusEndpoint: resource.subresources.includes('status'),
  };
}
