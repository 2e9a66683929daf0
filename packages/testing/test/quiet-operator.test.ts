// An operator that watches much and has nothing to do. `npm run long -- quiet-operator` has a day of it.
import { customResourceDefinition, type Harness, type NewObject } from '@kopfts/testing';
import { expect, it } from 'vitest';
import { heapBytes } from './support/heap-bytes.js';
import { createWorld } from './world.js';

const LONG = process.env['KOPFTS_COUNT'];
const HOURS = Number(LONG ?? 1);
const KINDS = Array.from({ length: 60 }, (_, index) => `Kind${String(index).padStart(2, '0')}`);
/** And the definitions themselves. */
const WATCHES = KINDS.length + 1;
/** The world itself writes down each request, and each fact. */
const MOST_BYTES_PER_REQUEST = 8192;

/** How many there are of what must not become more. */
const heldBy = (world: Harness): { readonly timers: number; readonly listeners: number } => ({
  timers: world.clock.pending,
  listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
});
/** A watch that is just being opened again has one more, or one less. */
const NOISE = 10;

it(
  '[L2] a quiet operator with 60 kinds asks for each at most once a minute, and nothing of it grows',
  { timeout: 60_000 + HOURS * 120_000 },
  async () => {
    const warnings: string[] = [];
    const listen = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', listen);
    const world = await createWorld(
      (kopf) => {
        for (const kind of KINDS) kopf.on.event(kind, { id: 'heard' }, () => undefined);
      },
      { objects: KINDS.map((kind) => customResourceDefinition({ group: 'many.dev', kind }) as NewObject) },
    );
    await world.start();
    await world.advance('20m');
    const before = { calls: world.calls.length, held: heldBy(world), heap: await heapBytes(4) };
    for (let hour = 0; hour < HOURS; hour += 1) {
      await world.advance('1h');
      const { timers, listeners } = heldBy(world);
      expect(timers).toBeLessThanOrEqual(before.held.timers + NOISE);
      expect(listeners).toBe(before.held.listeners);
    }
    const asked = world.calls.slice(before.calls);
    expect(asked.every(({ method, path }) => method === 'GET' && path.includes('watch=true'))).toBe(true);
    // A watch lives five to ten minutes.
    expect(asked.length).toBeLessThanOrEqual(WATCHES * HOURS * 12);
    expect(asked.length).toBeGreaterThanOrEqual(WATCHES * HOURS * 5);
    const grown = (await heapBytes(4)) - before.heap;
    if (LONG !== undefined) console.log(`${String(asked.length)} requests in ${String(HOURS)} hours, heap ${String(grown)} bytes more`);
    expect(grown).toBeLessThan(asked.length * MOST_BYTES_PER_REQUEST + 2 ** 22);
    expect(warnings).toEqual([]);
    await world.close();
    process.off('warning', listen);
  },
);
