import { readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGuardedWorld, THINGS, type GuardedWorld } from './guarded-world.js';

const conditionsOf = async (world: GuardedWorld, name: string): Promise<unknown> => {
  const { status } = (await world.ask('GET', `${THINGS}/${name}`)) as { readonly status?: { readonly conditions?: unknown } };
  return status?.conditions;
};
const eventsAbout = async (world: GuardedWorld, name: string): Promise<readonly string[]> => {
  const { items } = (await world.ask('GET', '/api/v1/namespaces/default/events')) as {
    readonly items: readonly { readonly message: string; readonly involvedObject: { readonly name: string } }[];
  };
  return items.filter(({ involvedObject }) => involvedObject.name === name).map(({ message }) => message);
};

describe('kopf run, whose handlers kill the process,', () => {
  it('[A12] holds the object that does so after three deaths, says so on it, and handles all others', async () => {
    const world = await createGuardedWorld(`
kopf.on.create('things', { id: 'made' }, async ({ name, spec }) => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  if (spec.wild) process.abort();
  console.log('made ' + name);
});
kopf.daemon('things', { id: 'innocent' }, ({ stopped }) => stopped.wait());
`);
    await world.create('quiet');
    await world.create('wild', { wild: true });
    for (const life of [1, 2, 3]) expect(await world.run().over, `life ${String(life)}`).toBe('SIGABRT');
    const life = world.run();
    await life.hear("The handler 'made' is quarantined");
    await world.create('later');
    await life.hear('made later');
    await expect
      .poll(() => conditionsOf(world, 'wild'), { timeout: 60_000 })
      .toMatchObject([{ type: 'HandlersQuarantined', status: 'True' }]);
    await expect.poll(() => eventsAbout(world, 'wild'), { timeout: 60_000 }).toContainEqual(expect.stringContaining('is quarantined'));
    expect(await conditionsOf(world, 'quiet')).toBeUndefined();

    life.child.kill('SIGTERM');
    expect(await life.over).toBe(0);
  });

  it('[M1] is told of the one that never ends by the watchdog, which names it and ends the process, and the next life is careful', async () => {
    const imports = `import { observability } from '@kopfts/observability';`;
    const plugins = `observability({ health: { port: 0, host: '127.0.0.1', blockedAfterMs: 1000, endBlockedAfterMs: 3000 } })`;
    const handlers = `
kopf.on.create('things', { id: 'spinning' }, async ({ name, spec }) => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  if (spec.wild) endless();
  console.log('made ' + name);
});
function endless(): void { for (;;) Math.sqrt(2); }
`;
    const world = await createGuardedWorld(handlers, { imports, plugins });
    await world.create('wild', { wild: true });
    const life = world.run();
    expect(await life.over).toBe('SIGKILL');
    await life.hear('The process is ended: its event loop is blocked for');
    expect(life.heard()).toMatch(/blocked for \d+\.\d s, (probably )?by the handler 'spinning'\.\n/);
    // Where it was is known unless the debugger took too long on a busy machine.
    if (!life.heard().includes('probably')) expect(life.heard()).toContain('at endless ');
    const next = world.run();
    await next.hear('those that kill it are held');
    expect(await next.over).toBe('SIGKILL');
  });
});

describe('errors that nobody waits for, in kopf run,', () => {
  const HANDLERS = `
import { PermanentError } from '@kopfts/core';
const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
kopf.on.create('things', { id: 'forgetful', retries: 2, backoff: 0.1 }, async ({ name, spec, retry }) => {
  if (spec.how === 'rejects inside' && retry === 0) {
    void Promise.reject(new Error('forgotten'));
    await soon(50);
  }
  if (spec.how === 'rejects later') void soon(50).then(() => { throw new PermanentError('left behind'); });
  if (spec.how === 'throws later') setTimeout(() => { throw new Error('out of reach'); }, 50);
  console.log('made ' + name + ' ' + retry);
});
kopf.on.create('things', { id: 'slow', when: ({ name }) => name === 'slow' }, async ({ signal }) => {
  console.log('slow begins');
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  console.log('slow ends');
});
`;

  it('[M3] are said with handler and object, fail the attempt that runs, and end the operator in order where they were thrown', async () => {
    const world = await createGuardedWorld(HANDLERS);
    const life = world.run();
    await world.create('inside', { how: 'rejects inside' });
    await life.hear("[default/inside] Handler 'forgetful': KOPF_UNHANDLED_REJECTION: A promise failed that nobody waits for: forgotten");
    await life.hear(
      "[default/inside] Handler 'forgetful' failed with an exception and will try again in 0.1 seconds: A promise failed that nobody waits for: forgotten",
    );
    await life.hear('made inside 1\n');
    await world.create('detached', { how: 'rejects later' });
    await life.hear("[default/detached] Handler 'forgetful', after it had ended: KOPF_UNHANDLED_REJECTION: ");
    expect(life.heard()).not.toContain("[default/detached] Handler 'forgetful' failed");
    await world.create('slow');
    await life.hear('slow begins');
    await world.create('thrown', { how: 'throws later' });
    await life.hear("[default/thrown] Handler 'forgetful', after it had ended: KOPF_UNCAUGHT_EXCEPTION: ");
    expect(await life.over).toBe(1);
    expect(life.heard()).toContain('slow ends');
    expect(life.heard()).toContain('The operator has stopped.');
  });

  it('[M3] end the operator with 1, if that is asked for, also where a promise was left behind', async () => {
    const world = await createGuardedWorld(HANDLERS);
    const life = world.run({ argv: ['--stray-errors', 'exit'] });
    await world.create('detached', { how: 'rejects later' });
    expect(await life.over).toBe(1);
    expect(life.heard()).toContain('The operator has stopped.');
  });
});

describe('kopf run, of which Node.js is asked to write reports,', () => {
  it('[SEC11, N4] is in none with its environment or with what handlers throw, and goes on when one is asked for', async () => {
    const world = await createGuardedWorld(`
kopf.on.create('things', { id: 'throwing' }, ({ name }) => {
  console.log('made ' + name);
  setTimeout(() => { throw Object.assign(new Error('token=canary'), { config: { authorization: 'canary' } }); }, 10);
});
`);
    const reports = join(world.cwd, 'reports');
    const node = ['--report-on-signal', '--report-on-fatalerror', '--report-uncaught-exception', `--report-directory=${reports}`];
    const life = world.run({ node, shell: `mkdir '${reports}'; export DATABASE_PASSWORD=canary` });
    await life.hear('The operator is ready');
    life.child.kill('SIGUSR2');
    // Node 20 cannot leave the environment out of a report: there is none.
    const { excludeEnv } = process.report as { readonly excludeEnv?: boolean };
    if (excludeEnv === undefined) await life.hear('SIGUSR2: no diagnostic report is written.');
    else await expect.poll(() => readdirSync(reports), { timeout: 60_000 }).toHaveLength(1);
    await world.create('first');
    await life.hear('made first\n');
    expect(await life.over).toBe(1);
    const written = readdirSync(reports).map((name) => readFileSync(join(reports, name), 'utf8'));
    expect(written).toHaveLength(excludeEnv === undefined ? 0 : 1);
    expect(`${written.join('')}${life.heard()}`).not.toContain('canary');
  });
});

describe('kopf run, whose log nobody reads,', () => {
  it('[M8] goes on without those lines, says how many, and goes on, too, when nobody ever will', async () => {
    const world = await createGuardedWorld(`
kopf.on.create('things', { id: 'talking' }, ({ name, spec, logger }) => {
  for (let nth = 0; nth < (spec.lines ?? 0); nth += 1) logger.info('x'.repeat(1000) + ' ' + nth);
  console.log('made ' + name);
});
`);
    const life = world.run({ deaf: true });
    await world.create('loud', { lines: 5000 });
    await life.hear('made loud\n');
    await world.create('quiet');
    await life.hear('made quiet\n');
    const { stderr } = life.child;
    if (stderr === null) throw new Error('it has no stderr');
    let said = '';
    const told = new Promise<void>((resolve) =>
      stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (/\d{3,} lines of the log were dropped: nobody read them in time/.test(said)) resolve();
      }),
    );
    await Promise.race([told, life.over.then((how) => expect.unreachable(`ended with ${String(how)}`))]);
    expect(said.length).toBeLessThan(4_000_000);
    stderr.destroy();
    for (const name of ['first', 'second', 'third']) {
      await world.create(name, { lines: 10 });
      await life.hear(`made ${name}\n`);
    }
    life.child.kill('SIGTERM');
    expect(await life.over).toBe(0);
  });
});

describe('kopf run, whose disk is full,', () => {
  it('[M8] goes on without its log and its memory of deaths, says so when there is room again, and ends in order', async () => {
    const world = await createGuardedWorld(`
kopf.on.create('things', { id: 'made' }, async ({ name, spec, logger }) => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  if (spec.wild) process.kill(process.pid, 'SIGKILL');
  for (let nth = 0; nth < (spec.lines ?? 0); nth += 1) logger.info('x'.repeat(1000) + ' ' + nth);
  console.log('made ' + name);
});
`);
    await world.create('wild', { wild: true });
    // Who is at work is written down only after a life that ended without a word.
    expect(await world.run().over).toBe('SIGKILL');
    await world.delete('wild');

    const log = join(world.cwd, 'log');
    // No file may be longer than 8 KiB: whatever is written behind that fails, as on a full disk.
    const life = world.run({ shell: `ulimit -f 16; exec 2>>'${log}'` });
    await world.create('loud', { lines: 20 });
    await life.hear('made loud\n');
    for (let nth = 0; nth < 60; nth += 1) await world.create(`quiet-${String(nth)}`);
    for (let nth = 0; nth < 60; nth += 1) await life.hear(`made quiet-${String(nth)}\n`);
    expect(statSync(log).size).toBeLessThanOrEqual(8192);
    truncateSync(log, 0);
    await world.create('late', { lines: 1 });
    await life.hear('made late\n');
    await expect.poll(() => readFileSync(log, 'utf8'), { timeout: 60_000 }).toMatch(/\d+ lines of the log were dropped/);
    life.child.kill('SIGTERM');
    expect(await life.over).toBe(0);
  });
});
