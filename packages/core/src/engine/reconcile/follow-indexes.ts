// A reconcile handler reads indexes: it runs again when what it reads there has changed, and only then.
import { InvalidOptionError } from '../../errors.js';
import type { IndexDependency } from '../../model/index-dependency.js';
import type { IndexKey } from '../../model/object-index.js';
import type { TaskRun } from '../background/task.js';
import { sharedArgs } from '../handler-args.js';
import type { IndexListener } from '../index-listeners.js';
import { ANY_KEY, type IndexStore } from '../index-store.js';

/** The keys that count now, until others do. */
export interface FollowedIndexes {
  /** Listens to the keys that the object asks for as it is now. @throws what the user's function throws. */
  follow(): void;
  close(): void;
}

/** Calls `changed` for what is different under those keys, not for objects that were merely seen again. */
export function followIndexes(run: TaskRun, dependencies: readonly IndexDependency<never>[], changed: () => void): FollowedIndexes {
  const { ctx, handler } = run;
  let stops: readonly (() => void)[] = [];
  const close = (): void => {
    for (const stop of stops) stop();
    stops = [];
  };
  return {
    close,
    follow() {
      if (dependencies.length === 0) return;
      const keys = dependencies.flatMap(({ index, keys: ask }) => {
        // Whether there is such an index.
        ctx.indexes.args.index(index);
        return keysOf(run, ask, handler.id).map((key): Followed => ({ store: ctx.indexes.store(index.id), key }));
      });
      close();
      const heard: IndexListener = (change) => (change === 'changed' ? changed() : undefined);
      stops = keys.map(({ store, key }) => store.listen(key, heard));
    },
  };
}

type FollowedKey = IndexKey | typeof ANY_KEY;

interface Followed {
  readonly store: IndexStore;
  readonly key: FollowedKey;
}

function keysOf(run: TaskRun, ask: IndexDependency<never>['keys'], id: string): readonly FollowedKey[] {
  if (ask === undefined) return [ANY_KEY];
  const { ctx, slot, live } = run;
  const args = sharedArgs(ctx, slot, { body: live() });
  const keys: unknown = (ask as (args: unknown) => unknown)(args);
  if (!Array.isArray(keys)) throw new InvalidOptionError(`What \`keys\` of '${id}' returned`, keys, 'a list of keys');
  return keys as readonly IndexKey[];
}
