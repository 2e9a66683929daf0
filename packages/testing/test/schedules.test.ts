import { cron } from '@kopfts/cron';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Harness } from '../src/index.js';
import { createWorld, example } from './world.js';

/** Worlds begin at midnight, 2024-01-01 in UTC. */
const at = (world: Harness): string => new Date(world.clock.now()).toISOString().slice(0, 19);

async function worldWith(options: object, run: (world: Harness, name: string) => unknown): Promise<Harness> {
  const made: Harness = await createWorld((kopf) => void kopf.timer('KopfExample', options, ({ name }) => run(made, name) as undefined));
  onTestFinished(() => made.close());
  await made.start();
  return made;
}

describe('timers with a schedule', () => {
  it('run at the moments of the schedule, whenever the object came', async () => {
    const runs: string[] = [];
    const world = await worldWith({ schedule: cron('0 3 * * *') }, (now) => runs.push(at(now)));
    await world.advance('90m');
    await world.create(example());
    await world.advance('3d');
    expect(runs).toEqual(['2024-01-01T03:00:00', '2024-01-02T03:00:00', '2024-01-03T03:00:00']);
  });

  it('make up for no moment that passed while they ran', async () => {
    const runs: string[] = [];
    const world = await worldWith({ schedule: cron('0 * * * *') }, async (now) => {
      runs.push(at(now));
      await now.clock.sleep(runs.length === 1 ? 9_000_000 : 0, new AbortController().signal);
    });
    await world.create(example());
    await world.advance('5h');
    expect(runs).toEqual(['2024-01-01T01:00:00', '2024-01-01T04:00:00', '2024-01-01T05:00:00']);
  });

  it('spread over the jitter after each moment', async () => {
    const runs: string[] = [];
    const world = await worldWith({ schedule: cron('0 0 * * *'), jitter: '10m' }, (now) => runs.push(at(now)));
    for (let index = 0; index < 20; index += 1) await world.create(example(`o${String(index)}`));
    await world.advance('36h');
    expect(runs).toHaveLength(20);
    expect(runs.filter((moment) => moment >= '2024-01-02T00:00:00' && moment < '2024-01-02T00:10:00')).toHaveLength(20);
    expect(new Set(runs).size).toBeGreaterThan(10);
  });

  it('do not run again for a moment that a clock set back brings again', async () => {
    const runs: string[] = [];
    const world = await worldWith({ schedule: cron('0 3 * * *') }, (now) => {
      runs.push(at(now));
      now.clock.jumpWall(-7_200_000);
    });
    await world.create(example());
    await world.advance('10h');
    expect(runs).toEqual(['2024-01-01T03:00:00']);
  });

  it('notice within ten minutes that the clock was set forward', async () => {
    const runs: string[] = [];
    const world = await worldWith({ schedule: cron('0 3 * * *') }, (now) => runs.push(at(now)));
    await world.create(example());
    await world.settle();
    world.clock.jumpWall(2 * 3_600_000);
    await world.advance('65m');
    expect(runs).toEqual(['2024-01-01T03:00:00']);
  });

  it('end when the schedule does', async () => {
    const runs: string[] = [];
    const world = await worldWith({ schedule: cron('2024-01-01T00:01:00') }, (now) => runs.push(at(now)));
    await world.create(example());
    await world.advance('1h');
    expect(runs).toEqual(['2024-01-01T00:01:00']);
    expect(world.factsOf('timer-ended')).toHaveLength(1);
  });

  it('report a schedule that does not go on, and do not run without end', async () => {
    const runs: string[] = [];
    const world = await worldWith({ schedule: { next: (after: number) => after } }, (now) => runs.push(at(now)));
    await world.create(example());
    await world.advance('1m');
    expect(runs).toEqual([]);
    expect(world.factsOf('object-failed').map(({ error }) => error.message)).toContainEqual(
      expect.stringContaining("What `schedule` of 'timer' said to be next after 1704067200000 is 1704067200000"),
    );
  });

  it.each<[what: string, options: object, message: string]>([
    ['no schedule', { schedule: '0 3 * * *' }, '`schedule` of timer'],
    ['an interval beside it', { schedule: cron('@daily'), interval: 5 }, '`interval` of timer'],
    ['an idle time beside it', { schedule: cron('@daily'), idle: 5 }, '`idle` of timer'],
  ])('are refused with %s', async (_, options, message) => {
    await expect(worldWith(options, () => undefined)).rejects.toMatchObject({
      code: 'KOPF_INVALID_OPTION',
      message: expect.stringContaining(message) as string,
    });
  });
});
