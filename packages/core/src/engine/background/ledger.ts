// What the operator knows of handlers beyond their objects: who is still coming to an end, and who was given up.
import type { AbandonedTask } from '../../model/inspection.js';
import type { HandlerId, ObjectUid } from '../../model/ids.js';

export interface BackgroundLedger {
  /** One that was told to stop; until `ended` no other of the same object and handler starts, whatever became of the object's slot. */
  leaving(uid: ObjectUid, handler: HandlerId, ended: Promise<void>): void;
  /** Resolves when a predecessor has ended; `undefined` if there is none. */
  predecessor(uid: ObjectUid, handler: HandlerId): Promise<void> | undefined;
  /** A handler of changes of an object that is not served any more, and may be again, by another version of its kind. */
  leftBehind(uid: ObjectUid, ended: Promise<void>): void;
  /** Resolves when the last one that was left behind has ended; `undefined` if there is none. */
  stillChanging(uid: ObjectUid): Promise<void> | undefined;
  /** Nobody waits for it any more. Returns what takes it off the list. */
  abandon(task: AbandonedTask): () => void;
  /** Given up and still running. */
  abandoned(): readonly AbandonedTask[];
}

export function createBackgroundLedger(): BackgroundLedger {
  const leavingTasks = new Map<string, Promise<void>>();
  const abandonedTasks = new Set<AbandonedTask>();
  const changes = new Map<ObjectUid, Promise<void>>();
  const keyOf = (uid: ObjectUid, handler: HandlerId): string => `${uid} ${handler}`;
  return {
    leaving(uid, handler, ended) {
      const key = keyOf(uid, handler);
      leavingTasks.set(key, ended);
      const forget = (): void => {
        if (leavingTasks.get(key) === ended) leavingTasks.delete(key);
      };
      ended.then(forget, forget);
    },
    predecessor: (uid, handler) => leavingTasks.get(keyOf(uid, handler)),
    leftBehind(uid, ended) {
      changes.set(uid, ended);
      const forget = (): void => {
        if (changes.get(uid) === ended) changes.delete(uid);
      };
      ended.then(forget, forget);
    },
    stillChanging: (uid) => changes.get(uid),
    abandon(task) {
      abandonedTasks.add(task);
      return () => abandonedTasks.delete(task);
    },
    abandoned: () => [...abandonedTasks],
  };
}
