// An operator as it is, on a server of its own or on a given one, for tests of users.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiServer } from '@kopfts/apiserver';
import { createRegistry, defineConfig, PermanentError, type Plugin, type Registry } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClusterDriver, customResourceDefinition, type NewObject, type RunnerOptions, startRunner } from '../src/index.js';
import { A, example, KIND } from './world.js';

const crds = [customResourceDefinition(KIND)];

function configOf(declare: (kopf: Registry) => void, name = 'tested') {
  const kopf = createRegistry();
  declare(kopf as Registry);
  return defineConfig({ name, handlers: [kopf], namespaces: ['default'], plugins: [kubernetes(), annotations()] });
}

async function start(options: RunnerOptions) {
  const runner = await startRunner(options);
  onTestFinished(async () => {
    await runner.stop().catch(() => undefined);
  });
  return runner;
}

describe('a runner', () => {
  it('[TE-04] tells what handlers said and how it ended', async () => {
    const config = configOf((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ logger }) => logger.info('Hello!'));
      kopf.on.cleanup({ id: 'clean' }, () => undefined);
    });
    const runner = await start({ config, crds, objects: [example('a')] });
    await runner.until(() => expect(runner.output).toContain('succeeded'));
    const result = await runner.stop();
    expect(result).toEqual({
      exitCode: 0,
      error: undefined,
      output: [
        '[default/a] Creation is in progress.',
        '[default/a] Hello!',
        "[default/a] Handler 'made' succeeded.",
        "Activity 'clean' succeeded.",
      ].join('\n'),
    });
    expect(runner.facts.at(-1)?.kind).toBe('operator-stopped');
    expect(await runner.stop()).toBe(result);
  });

  it('[TE-03] throws what ended the operator, at its start and at its stop', async () => {
    const atStart = configOf((kopf) => {
      kopf.on.startup({ id: 'bad' }, () => {
        throw new PermanentError('no licence');
      });
    });
    await expect(startRunner({ config: atStart, crds })).rejects.toMatchObject({ code: 'KOPF_ACTIVITY_FAILED' });
    const atStop = configOf((kopf) => {
      kopf.on.cleanup({ id: 'bad' }, () => {
        throw new PermanentError('stuck');
      });
    });
    const runner = await startRunner({ config: atStop, crds });
    await expect(runner.stop()).rejects.toMatchObject({ code: 'KOPF_ACTIVITY_FAILED' });
    await expect(startRunner({ config: { ...atStop, name: 'No Label' }, crds })).rejects.toMatchObject({ code: 'KOPF_INVALID_CONFIG' });
  });

  it('[TE-03, TE-04] gives it as a result where it is not to be thrown', async () => {
    const config = configOf((kopf) => {
      kopf.on.startup({ id: 'bad' }, () => {
        throw new PermanentError('no licence');
      });
    });
    const runner = await start({ config, crds, reraise: false });
    expect(await runner.stop()).toMatchObject({
      exitCode: 1,
      error: { code: 'KOPF_ACTIVITY_FAILED' },
      output: "Activity 'bad' failed: no licence",
    });
    const unusable = await start({ config: { ...config, name: 'No Label' }, crds, reraise: false });
    expect(await unusable.stop()).toMatchObject({ exitCode: 1, error: { code: 'KOPF_INVALID_CONFIG' } });
  });

  it('[TE-02] fails when the operator does not stop in time', async () => {
    let release: () => void = () => undefined;
    const config = configOf((kopf) => void kopf.on.cleanup({ id: 'hangs' }, () => new Promise<void>((resolve) => (release = resolve))));
    const runner = await startRunner({ config, crds, timeout: '300ms' });
    await expect(runner.stop()).rejects.toMatchObject({
      code: 'KOPF_RUNNER_TIMEOUT',
      message: 'After 0.3 s the operator did not stop and still runs.',
    });
    release();
    await runner.operator?.stopped;
  });

  it('fails when the operator is not ready in time, and leaves nothing running', async () => {
    let isTold = false;
    const config = configOf((kopf) => {
      kopf.on.startup(
        { id: 'hangs' },
        ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve((isTold = true)))),
      );
    });
    await expect(startRunner({ config, crds, timeout: '300ms' })).rejects.toMatchObject({ code: 'KOPF_RUNNER_TIMEOUT' });
    expect(isTold).toBe(true);
  });

  it('fails when the operator does not even begin in time', async () => {
    let told: AbortSignal | undefined;
    const store: Plugin = {
      name: 'slow-store',
      setup: (host) => host.contribute('memoStore', { open: ({ signal }) => ((told = signal), new Promise<never>(() => undefined)) }),
    };
    const config = { ...configOf(() => undefined), plugins: [kubernetes(), annotations(), store] };
    await expect(startRunner({ config, crds, timeout: 0.3 })).rejects.toMatchObject({ code: 'KOPF_RUNNER_TIMEOUT' });
    expect(told?.aborted).toBe(true);
  });

  it('[TE-05] puts settings on top of those of the configuration', async () => {
    let seen: unknown;
    const config = configOf((kopf) => {
      kopf.on.startup({ id: 'look' }, ({ settings: { queueing, execution } }) => {
        seen = [queueing.workerLimit, queueing.eventLimit, execution.defaultBackoff];
      });
    });
    const own = { ...config, settings: { queueing: { workerLimit: 3, eventLimit: 7 } } };
    await start({ config: own, crds, settings: { queueing: { workerLimit: 5 }, execution: { defaultBackoff: 1 } } });
    expect(seen).toEqual([5, 7, 1]);
  });

  it('[TE-06] runs on a given cluster, which it leaves alone', async () => {
    const server = createApiServer();
    const driver = createClusterDriver(server);
    await driver.create(customResourceDefinition(KIND) as NewObject);
    const { url, close } = await server.listen();
    const folder = await mkdtemp(join(tmpdir(), 'kopf-test-'));
    onTestFinished(async () => {
      await close();
      await rm(folder, { recursive: true });
    });
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, JSON.stringify(server.kubeconfig(url)));
    const config = configOf((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => 'done'));
    await expect(startRunner({ config, kubeconfig, crds })).rejects.toMatchObject({ code: 'KOPF_HARNESS_MISUSE' });
    const runner = await start({ config, kubeconfig });
    await expect(runner.create(example())).rejects.toMatchObject({ code: 'KOPF_HARNESS_MISUSE' });
    await driver.create(example());
    await runner.until(async () => expect((await driver.get(A))?.['status']).toEqual({ made: 'done' }));
    await runner.stop();
    expect(await driver.get(A)).toBeDefined();
  });

  it('waits no longer for what an operator that has ended cannot do any more', async () => {
    const config = configOf(
      (kopf) =>
        void kopf.on.cleanup({ id: 'bad', errors: 'permanent' }, () => {
          throw new Error('stuck');
        }),
    );
    const runner = await start({ config, crds, reraise: false });
    await runner.stop();
    await expect(runner.until(() => expect(1).toBe(2), '1h')).rejects.toMatchObject({ code: 'KOPF_ACTIVITY_FAILED' });
    const other = await start({ config: configOf(() => undefined), crds });
    await expect(other.until(() => expect(1).toBe(2), '50ms')).rejects.toThrow('expected 1 to be 2');
  });

  it('has room for others beside it', async () => {
    const seen: string[] = [];
    const runners = await Promise.all(
      ['one', 'two'].map((name) =>
        start({ config: configOf((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => void seen.push(name)), name), crds }),
      ),
    );
    await runners[1]?.create(example());
    await runners[1]?.until(() => expect(seen).toEqual(['two']));
    expect(await runners[0]?.get(A)).toBeUndefined();
  });
});
