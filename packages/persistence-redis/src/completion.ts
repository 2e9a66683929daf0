// When an index says that it is complete: not before this life has looked at every object that there was when it began. Until then whoever
// comes next cannot tell what is new from what nobody has looked at since Redis was wiped.
import type { ObjectUid } from '@kopfts/core';
import { bucketOf } from './key.js';
import type { RestorerOptions } from './restorer.js';

export interface CompletionOptions extends Omit<RestorerOptions, 'isComplete'> {
  /** Writes down all that is known of the index, and that it is complete. */
  readonly restore: (index: string) => void;
}

export interface Completion {
  /** These are all objects that there are. */
  listed(uids: Iterable<ObjectUid>): void;
  /** It was looked at, or is gone. */
  looked(uid: ObjectUid): void;
  /** These indexes do not say that they are complete. */
  unfinished(indexes: readonly string[]): void;
  /** Whether this life has looked at all that was to be looked at. */
  isComplete(index: string): boolean;
}

/** What fails is tried again when the index is read the next time and still does not say that it is complete. */
export function createCompletion(options: CompletionOptions): Completion {
  const { memory, keysNow, restore } = options;
  /** By bucket, what is still to be looked at; `undefined`: it is not known yet what there is. */
  let ahead: Map<number, Set<ObjectUid>> | undefined;
  const unfinished = new Set<string>();
  const underWay = new Set<string>();
  /** They have said that they are complete: one that does not any more is an older one, and something else may be missing. */
  const said = new Set<string>();
  const isComplete = (index: string): boolean => ahead !== undefined && !ahead.has(keysNow().known.indexOf(index));
  const finish = (index: string): void => {
    if (!isComplete(index) || underWay.has(index)) return;
    unfinished.delete(index);
    if (said.has(index)) return restore(index);
    underWay.add(index);
    const ended = (): void => {
      underWay.delete(index);
    };
    complete(options, index).then((isDone) => {
      ended();
      if (isDone) said.add(index);
      else restore(index);
    }, ended);
  };
  return {
    listed(uids) {
      ahead = new Map();
      for (const uid of uids) if (!memory.has(uid)) setIn(ahead, bucketOf(uid)).add(uid);
      for (const index of [...unfinished]) finish(index);
    },
    looked(uid) {
      const bucket = bucketOf(uid);
      const left = ahead?.get(bucket);
      if (!left?.delete(uid) || left.size > 0) return;
      ahead?.delete(bucket);
      const index = keysNow().known[bucket];
      if (index !== undefined && unfinished.has(index)) finish(index);
    },
    unfinished(indexes) {
      for (const index of indexes) {
        unfinished.add(index);
        finish(index);
      }
    },
    isComplete,
  };
}

function setIn(sets: Map<number, Set<ObjectUid>>, bucket: number): Set<ObjectUid> {
  const known = sets.get(bucket);
  if (known !== undefined) return known;
  const made = new Set<ObjectUid>();
  sets.set(bucket, made);
  return made;
}

/** Whether it is the index that this life has filled. */
async function complete({ connection, writer }: CompletionOptions, index: string): Promise<boolean> {
  return (await connection.run('kopfComplete', [index], [writer])) === 1;
}
