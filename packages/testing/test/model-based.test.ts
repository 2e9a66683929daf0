import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands } from './support/model/commands.js';
import { createRealWorld } from './support/model/real-world.js';
import { createModel } from './support/model/reference-model.js';

/** Another run: `KOPFTS_SEED=7`; a longer one: `KOPFTS_COUNT=20000`; 1000 are about 100,000 commands in both forms. A failure prints its seed and the shortest story that fails. */
const seed = Number(process.env['KOPFTS_SEED'] ?? 1);
const RUNS = Number(process.env['KOPFTS_COUNT'] ?? (process.env['CI'] ? 1000 : 100));
const LONGEST = 100;

describe('an operator does what the rules say, whatever happens to its objects and to itself', () => {
  it.each([true, false])('[S7, S8, L1] through every story (with event and resume handlers: %s)', { timeout: 600_000 }, async (rich) => {
    let executed = 0;
    const property = fc.asyncProperty(fc.commands(commands, { maxCommands: LONGEST, size: 'max' }), async (story) => {
      await fc.asyncModelRun(async () => {
        const real = await createRealWorld(rich);
        return { model: createModel(real.clock.now(), rich), real };
      }, story);
      executed += [...story].length;
    });
    await fc.assert(property, { seed, numRuns: RUNS });
    console.log(`${String(executed)} commands, seed ${String(seed)}`);
    expect(executed).toBeGreaterThan(RUNS * 10);
  });
});
