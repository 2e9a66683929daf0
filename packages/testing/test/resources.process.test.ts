// Operators that run out of something that the system gives: file descriptors, memory, time.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createOperatorWorld, EXAMPLES, type OperatorLife, type OperatorWorld } from './support/operator-process.js';
import { LHC } from './world.js';

/** Without HTTP: thousands of them would take the time of the test. */
async function createMany(
  world: OperatorWorld,
  count: number,
  { spec, prefix = 'o', annotations = {} }: { readonly spec: object; readonly prefix?: string; readonly annotations?: object },
) {
  for (let nth = 0; nth < count; nth += 1) {
    const metadata = { name: `${prefix}${String(nth)}`, annotations };
    const body = JSON.stringify({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata, spec });
    const { status } = await world.server.handle({ method: 'POST', path: EXAMPLES, headers: { 'content-type': 'application/json' }, body });
    expect(status).toBe(201);
  }
}

const made = (life: OperatorLife): readonly string[] => life.lines.filter((line) => line.startsWith('made '));

/** How many descriptors the process may have: fewer than it has is no matter for those, but it gets no new one. */
const limitDescriptors = ({ child }: OperatorLife, count: number): void => {
  execFileSync('prlimit', ['--pid', String(child.pid), `--nofile=${String(count)}:`]);
};

describe('an operator without file descriptors', () => {
  it('[M9] cannot connect, says so, tries again with pauses, and goes on when there are some', async () => {
    const world = await createOperatorWorld(`kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => say('made ' + name));`);
    const life = world.run({ shell: 'ulimit -S -n 1000' });
    await life.hear('ready');
    await world.create('before');
    await life.hear('made before');
    limitDescriptors(life, 3);
    world.cut();
    await world.create('waiting');
    await life.hear(/^watch retrying: /);
    const refused = (): number => life.lines.filter((line) => line === 'request: <error>').length;
    await expect.poll(refused, { timeout: 120_000 }).toBeGreaterThanOrEqual(3);
    limitDescriptors(life, 1000);
    await life.hear('made waiting');
    expect(refused()).toBeLessThanOrEqual(100);
    await expect
      .poll(() => world.ask('GET', `${EXAMPLES}/waiting`), { timeout: 60_000 })
      .toMatchObject({
        metadata: { annotations: { [LHC]: expect.any(String) as unknown } },
      });
    life.stop();
    expect(await life.over).toBe(0);
    expect(made(life)).toEqual(['made before', 'made waiting']);
  });
});

describe('an operator with little memory', () => {
  it('[M10] knows ten thousand objects, three thousand of them new, and handles what is new and what changes, within 128 MiB', async () => {
    const world = await createOperatorWorld(`
kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => say('made ' + name));
kopf.on.update('KopfExample', { id: 'changed' }, ({ name }) => say('changed ' + name));
`);
    const spec = { size: 1, text: 'x'.repeat(500) };
    await createMany(world, 7000, { spec, annotations: { [LHC]: `${JSON.stringify({ spec })}\n` } });
    await createMany(world, 3000, { spec, prefix: 'new' });
    const life = world.run({ node: ['--max-old-space-size=64', '--max-semi-space-size=2'] });
    await life.hear('ready');
    for (let nth = 0; nth < 7000; nth += 500) await world.ask('PATCH', `${EXAMPLES}/o${String(nth)}`, { spec: { size: 2 } });
    for (let nth = 0; nth < 7000; nth += 500) await life.hear(`changed o${String(nth)}`);
    await expect.poll(() => made(life).length, { timeout: 120_000 }).toBe(3000);
    life.stop();
    expect(await life.over).toBe(0);
    expect(made(life).every((line) => line.startsWith('made new'))).toBe(true);
    expect(Number(/^peak (\d+) MiB$/m.exec(life.lines.join('\n'))?.[1])).toBeLessThanOrEqual(128);
  });

  it('[M10, A11] that finds six thousand objects, all of them new, handles them all within the same limits: those that wait cost next to nothing', async () => {
    const world = await createOperatorWorld(`kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => say('made ' + name));`);
    await createMany(world, 6000, { spec: { size: 1, text: 'x'.repeat(500) } });
    const life = world.run({ node: ['--max-old-space-size=64', '--max-semi-space-size=2'] });
    await life.hear('ready');
    await Promise.race([life.over, expect.poll(() => made(life).length, { timeout: 280_000 }).toBe(6000)]);
    expect(life.child.signalCode).toBeNull();
    life.stop();
    expect(await life.over).toBe(0);
    expect(new Set(made(life)).size).toBe(6000);
    expect(Number(/^peak (\d+) MiB$/m.exec(life.lines.join('\n'))?.[1])).toBeLessThanOrEqual(128);
  });

  it('[A11] that dies for lack of it gets on with each life: what is handled stays handled, until all is', async () => {
    const world = await createOperatorWorld(`
const kept = [];
settings = { queueing: { workerLimit: 1 } };
kopf.on.create('KopfExample', { id: 'made' }, async ({ name }) => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  kept.push(new Array(125_000).fill(kept.length));
  say('made ' + name);
});
`);
    const objects = 100;
    await createMany(world, objects, { spec: { size: 1 } });
    const handled = new Map<string, number>();
    let deaths = 0;
    for (let isOver = false; !isOver;) {
      const life = world.run({ node: ['--max-old-space-size=48', '--max-semi-space-size=1'] });
      const end = await Promise.race([life.over, allHandled(world, { objects, life })]);
      isOver = end === 'all handled';
      if (isOver) {
        life.stop();
        expect(await life.over).toBe(0);
      } else {
        expect(end).toBe('SIGABRT');
        deaths += 1;
        // It got on: no life is like the one before.
        expect(made(life).length).toBeGreaterThan(0);
        expect(deaths).toBeLessThan(10);
      }
      for (const line of made(life)) handled.set(line, (handled.get(line) ?? 0) + 1);
    }
    expect(deaths).toBeGreaterThan(0);
    expect(handled.size).toBe(objects);
    // Only who was at work at a death is handled once more.
    const calls = [...handled.values()].reduce((sum, count) => sum + count, 0);
    expect(Math.max(...handled.values())).toBeLessThanOrEqual(1 + deaths);
    expect(calls - objects).toBeLessThan(objects);
  });
});

/** Never, if the life ends before. */
async function allHandled(world: OperatorWorld, { objects, life }: { readonly objects: number; readonly life: OperatorLife }) {
  while (life.child.exitCode === null && life.child.signalCode === null) {
    const { items } = (await world.ask('GET', EXAMPLES)) as {
      readonly items: readonly { readonly metadata: { readonly annotations?: object } }[];
    };
    if (items.filter(({ metadata }) => metadata.annotations !== undefined).length === objects) return 'all handled' as const;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return life.over;
}

describe('an operator that is stopped by SIGSTOP in the middle of a handler, and goes on later', () => {
  it('[A10, L5] watches anew, handles what it missed, and writes nothing to an object that has taken the name of its own', async () => {
    const world = await createOperatorWorld(`
const waiting = new Map();
heard((line) => waiting.get(line)?.());
kopf.on.create('KopfExample', { id: 'made' }, async ({ name, uid, spec }) => {
  say('made ' + name + ' ' + (spec.size ?? 0));
  if (spec.slow) await new Promise((resolve) => waiting.set('go', resolve));
  say('ended ' + name);
  return { uid };
});
kopf.on.update('KopfExample', { id: 'changed' }, ({ name, spec }) => say('changed ' + name + ' ' + spec.size));
`);
    const life = world.run();
    await life.hear('ready');
    for (const name of ['kept', 'doomed']) await world.create(name, name === 'doomed' ? { slow: true } : {});
    await life.hear('ended kept');
    await life.hear('made doomed 0');
    const { pid } = life.child;
    life.child.kill('SIGSTOP');
    const stat = `/proc/${String(pid)}/stat`;
    if (existsSync(stat)) await expect.poll(() => readFileSync(stat, 'utf8').split(') ')[1]?.[0], { timeout: 60_000 }).toBe('T');

    world.cut();
    await world.ask('PATCH', `${EXAMPLES}/kept`, { spec: { size: 1 } });
    await world.ask('PATCH', `${EXAMPLES}/kept`, { spec: { size: 2 } });
    await world.ask('DELETE', `${EXAMPLES}/doomed`);
    await world.create('doomed', { size: 9 });
    const versionOf = async (name: string): Promise<unknown> => {
      const { metadata } = (await world.ask('GET', `${EXAMPLES}/${name}`)) as { readonly metadata: { readonly resourceVersion: string } };
      return metadata.resourceVersion;
    };
    const before = await versionOf('doomed');
    expect(await versionOf('doomed')).toBe(before);
    life.tell('go');
    life.child.kill('SIGCONT');
    await life.hear('changed kept 2');
    await life.hear('made doomed 9');
    const { metadata } = (await world.ask('GET', `${EXAMPLES}/doomed`)) as { readonly metadata: { readonly uid: string } };
    await expect
      .poll(() => world.ask('GET', `${EXAMPLES}/doomed`), { timeout: 60_000 })
      .toMatchObject({ status: { made: { uid: metadata.uid } } });
    life.stop();
    expect(await life.over).toBe(0);
    expect(await world.ask('GET', `${EXAMPLES}/doomed`)).toMatchObject({ status: { made: { uid: metadata.uid } } });
    expect(life.lines.filter((line) => line.startsWith('changed'))).toEqual(['changed kept 2']);
  });
});
