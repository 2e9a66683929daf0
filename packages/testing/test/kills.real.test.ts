import { writeFileSync } from 'node:fs';
import { describe, expect, inject, it } from 'vitest';
import { runKills } from './support/kills-run.js';

const plane = inject('controlPlane');
const seed = Number(process.env['KOPFTS_SEED'] ?? Date.now() % 100_000);
const kills = Number(process.env['KOPFTS_KILLS'] ?? 200);
const objects = Number(process.env['KOPFTS_OBJECTS'] ?? 300);

describe('x', () => {
  it('runs', async () => {
    console.log({ seed, kills, objects });
    const begin = performance.now();
    const result = await runKills({ seed, kills, objects, server: plane });
    console.log('took', performance.now() - begin, result.exit, result.history.length);
    writeFileSync('/tmp/kills-history.json', result.history.map((entry) => JSON.stringify(entry)).join('\n'));
    writeFileSync('/tmp/kills-left.json', JSON.stringify(result.left));
    expect(result.exit).toBe(0);
  }, 300_000);
});
