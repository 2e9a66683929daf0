// Many timers and daemons over a long time, all of it virtual. `npm run long -- background` has the numbers of the long form.
import { describe, expect, it, onTestFinished } from 'vitest';
import { createWorld, example, patchesOf } from './world.js';

const HOUR_MS = 3_600_000;
const LONG = process.env['KOPFTS_COUNT'];
/** Objects, each with a timer and a daemon. */
const OBJECTS = Number(LONG ?? 100);
const DAYS_OF_LIFE = LONG === undefined ? 1 : 10;
const LIVES = 3;
const PATIENCE_MS = LONG === undefined ? 60_000 : 3_600_000;

/** How often it is entered while it is in use. */
function createGuard(): { enter(key: string): () => void; readonly overlaps: number; readonly inside: number } {
  const inside = new Set<string>();
  let overlaps = 0;
  return {
    enter(key) {
      if (inside.has(key)) overlaps += 1;
      inside.add(key);
      return () => inside.delete(key);
    },
    get overlaps() {
      return overlaps;
    },
    get inside() {
      return inside.size;
    },
  };
}

const gapsOf = (times: readonly number[]): readonly number[] => times.slice(1).map((time, index) => time - (times[index] ?? 0));

describe('many timers and daemons', () => {
  it('[T-13, T-19, DM-01] tick through many days and several lives, without drift, overlap or leak', { timeout: PATIENCE_MS }, async () => {
    const timers = createGuard();
    const daemons = createGuard();
    let ticks: Record<string, number[]> = {};
    const world = await createWorld((kopf) => {
      kopf.timer('KopfExample', { id: 'hourly', interval: '1h' }, async ({ name }) => {
        const leave = timers.enter(name);
        (ticks[name] ??= []).push(world.clock.monotonicMs());
        await Promise.resolve();
        leave();
      });
      kopf.daemon('KopfExample', { id: 'idle' }, async ({ name, stopped }) => {
        const leave = daemons.enter(name);
        await stopped.wait();
        leave();
      });
    });
    onTestFinished(() => world.close());
    for (let n = 0; n < OBJECTS; n += 1) await world.create(example(`a${n}`));
    const { pending } = world.clock;
    for (let life = 0; life < LIVES; life += 1) {
      ticks = {};
      await world.start();
      await world.advance(DAYS_OF_LIFE * 24 * 3600 - 60);
      expect(daemons.inside).toBe(OBJECTS);
      const all = Object.values(ticks);
      expect({ timers: all.length, ticks: new Set(all.map(({ length }) => length)) }).toEqual({
        timers: OBJECTS,
        ticks: new Set([DAYS_OF_LIFE * 24]),
      });
      for (const gap of all.flatMap(gapsOf)) expect(Math.abs(gap - HOUR_MS)).toBeLessThanOrEqual(HOUR_MS / 100);
      await world.stop();
      expect({ daemons: daemons.inside, timers: timers.inside, pending: world.clock.pending }).toEqual({ daemons: 0, timers: 0, pending });
    }
    expect([timers.overlaps, daemons.overlaps, patchesOf(world)]).toEqual([0, 0, []]);
  });

  it('[T-02, T-13] of ten seconds keep to them for an hour, however long an invocation takes', { timeout: PATIENCE_MS }, async () => {
    const guard = createGuard();
    const starts: Record<string, number[]> = {};
    const world = await createWorld((kopf) => {
      for (const sharp of [false, true])
        kopf.timer('KopfExample', { id: sharp ? 'sharp' : 'plain', interval: 10, sharp }, async ({ name, signal }) => {
          const key = `${sharp ? 'sharp' : 'plain'} ${name}`;
          const leave = guard.enter(key);
          (starts[key] ??= []).push(world.clock.monotonicMs());
          await world.clock.sleep(1000, signal);
          leave();
        });
    });
    onTestFinished(() => world.close());
    await world.start();
    for (let n = 0; n < 5; n += 1) await world.create(example(`a${n}`));
    await world.advance(3600);
    for (const [key, times] of Object.entries(starts)) {
      const wanted = key.startsWith('sharp') ? 10_000 : 11_000;
      const took = (times.at(-1) ?? 0) - (times[0] ?? 0);
      expect(Math.abs(took / (times.length - 1) - wanted)).toBeLessThanOrEqual(wanted / 100);
      expect(times.length).toBeGreaterThanOrEqual(Math.floor(3_600_000 / wanted));
    }
    expect([Object.keys(starts).length, guard.overlaps]).toEqual([10, 0]);
  });

  it('[F8, L2] that write nothing write nothing in a day', { timeout: PATIENCE_MS }, async () => {
    const objects = LONG === undefined ? 1000 : 10_000;
    let ticks = 0;
    const world = await createWorld((kopf) => {
      kopf.timer('KopfExample', { id: 'quiet', interval: '8h' }, () => {
        ticks += 1;
      });
      kopf.daemon('KopfExample', { id: 'quieter' }, async ({ stopped }) => {
        await stopped.wait();
      });
    });
    onTestFinished(() => world.close());
    for (let n = 0; n < objects; n += 1) await world.create(example(`a${n}`));
    await world.start();
    await world.advance(86_340);
    expect({ ticks, writes: world.writes().length }).toEqual({ ticks: 3 * objects, writes: 0 });
  });
});
