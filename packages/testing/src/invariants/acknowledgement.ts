// Which commit durably says that a handler is done with a change, so that it must not run for it again.
import type { ObjectBody } from '@kopfts/core';
import type { CommitEntry, HandledReason } from '../history/history.js';
import type { OperatorModel } from './invariant.js';
import { progressKey, recordedProgress } from './progress-annotation.js';
import { diffBaseKey, essenceText, storedEssence } from './stored-essence.js';

/** What a commit acknowledges, of one object. */
export type Acknowledgement =
  /** The progress annotation of one handler says success or failure; without a purpose for whatever it ran for. */
  | { readonly kind: 'progress'; readonly handler: string; readonly purpose: string | undefined }
  /** The diff base moved on: all handlers of creations, updates and resumptions are done. Texts of essences. */
  | { readonly kind: 'diff-base'; readonly from: string; readonly to: string }
  /** Our finalizer, or the object, is gone: all handlers of the deletion are done. */
  | { readonly kind: 'release' };

/**
 * What this commit acknowledges. Progress and diff base count only in commits of the operator itself: what somebody else puts
 * there is no word of ours. The disappearance of object or finalizer counts whoever caused it.
 */
export function acknowledgementsOf(commit: CommitEntry, model: OperatorModel): readonly Acknowledgement[] {
  if (commit.collection !== model.collection) return [];
  const found: Acknowledgement[] = releases(commit, model) ? [{ kind: 'release' }] : [];
  const { before, after } = commit;
  if (after === undefined || !model.isOwnActor(commit.actor)) return found;
  for (const { id } of model.handlers) {
    if (!hasChanged(commit, progressKey(model.annotationPrefix, id))) continue;
    const now = recordedProgress(after, model.annotationPrefix, id);
    const then = recordedProgress(before, model.annotationPrefix, id);
    if (now?.finished === true && !(then?.finished === true && then.purpose === now.purpose)) {
      found.push({ kind: 'progress', handler: id, purpose: now.purpose });
    }
  }
  if (!hasChanged(commit, diffBaseKey(model))) return found;
  const from = essenceText(storedEssence(before, model), model);
  const to = essenceText(storedEssence(after, model), model);
  if (from !== to) found.push({ kind: 'diff-base', from, to });
  return found;
}

/** Whether an acknowledgement is one for this handler running for this reason. */
export function acknowledges(ack: Acknowledgement, handler: string, reason: HandledReason): boolean {
  switch (ack.kind) {
    case 'progress':
      return ack.handler === handler && (ack.purpose === undefined || ack.purpose === reason);
    case 'diff-base':
      return reason === 'create' || reason === 'update' || reason === 'resume';
    case 'release':
      return reason === 'delete';
  }
}

/** Whether our finalizer is on an object. */
export function holdsFinalizer(body: ObjectBody | undefined, { finalizer }: Pick<OperatorModel, 'finalizer'>): boolean {
  return body?.metadata.finalizers?.includes(finalizer) ?? false;
}

/** Most commits leave most annotations as they are: then there is nothing to be read. */
function hasChanged({ before, after }: CommitEntry, annotation: string): boolean {
  return before?.metadata.annotations?.[annotation] !== after?.metadata.annotations?.[annotation];
}

function releases({ type, before, after }: CommitEntry, model: OperatorModel): boolean {
  if (type === 'DELETED') return true;
  return before?.metadata.deletionTimestamp !== undefined && holdsFinalizer(before, model) && !holdsFinalizer(after, model);
}

/** Whether a commit of somebody else changed what we keep in annotations: then what was acknowledged is unknown again. */
export function tampersWithAnnotations({ actor, before, after, collection }: CommitEntry, model: OperatorModel): boolean {
  if (collection !== model.collection || model.isOwnActor(actor) || before === undefined || after === undefined) return false;
  const own = (body: ObjectBody): string =>
    Object.entries(body.metadata.annotations ?? {})
      .filter(([key]) => key.startsWith(`${model.annotationPrefix}/`))
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join('\n');
  return own(before) !== own(after);
}
