import type { Plugin } from '@kopfts/core';
import { createMemoryStores } from '@kopfts/core/contracts';

/** Stores in memory; of the first object, what was stored seems to be lost. */
export function forgetful(): Plugin {
  const memory = createMemoryStores();
  let isLost = true;
  return {
    name: 'forgetful',
    setup: (host) => {
      host.contribute('progressStore', { open: () => memory.progress });
      host.contribute('diffBaseStore', {
        open: () => ({
          ...memory.diffBase,
          load: async (objects, signal) => {
            const loaded = await memory.diffBase.load(objects, signal);
            return isLost ? loaded.map((one) => ({ ...one, essence: undefined, lost: { judge: () => 'adopt' as const } })) : loaded;
          },
          plan: (change, seen) => {
            isLost = false;
            return memory.diffBase.plan(change, seen);
          },
        }),
      });
    },
  };
}
