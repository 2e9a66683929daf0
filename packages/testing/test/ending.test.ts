import type { Plugin } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { createWorld, example } from './world.js';

describe('the end of an operator', () => {
  it('[Q-07] waits for running handlers as long as the exit time-out, starts nothing new, and leaves behind who does not listen', async () => {
    const ended: string[] = [];
    const world = await createWorld(
      (kopf) =>
        void kopf.on.create('KopfExample', ({ name, signal }) =>
          name.startsWith('deaf')
            ? new Promise(() => undefined)
            : new Promise<void>((resolve) =>
                signal.addEventListener('abort', () => {
                  ended.push(name);
                  resolve();
                }),
              ),
        ),
      { settings: { queueing: { exitTimeout: 2, workerLimit: 25 } } },
    );
    await world.start();
    for (let index = 0; index < 30; index += 1)
      await world.create(example(`${index < 5 ? 'deaf' : 'good'}${String(index).padStart(2, '0')}`));
    await world.settle();
    const began = world.clock.monotonicMs();
    await world.stop();
    expect(world.clock.monotonicMs() - began).toBeLessThanOrEqual(4000);
    expect(world.factsOf('handler-started')).toHaveLength(25);
    expect(ended).toHaveLength(20);
    expect(world.factsOf('operator-stopped')).toHaveLength(1);
    await world.close();
  });
});

describe('the cleanup', () => {
  it('[CF-01, AC-10] may take ten minutes from the beginning of the end, and what it has not done then is left', async () => {
    const told: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.cleanup({ id: 'deaf' }, ({ signal }) => {
        signal.addEventListener('abort', () => told.push('time is over'));
        return new Promise(() => undefined);
      });
      kopf.on.cleanup({ id: 'later' }, () => void told.push('never'));
    });
    await world.start();
    const began = world.clock.monotonicMs();
    await expect(world.stop()).rejects.toMatchObject({ code: 'KOPF_EXIT_TIMEOUT', context: { limitMs: 600_000 } });
    expect([world.clock.monotonicMs() - began, told]).toEqual([600_000, ['time is over']]);
    expect(world.factsOf('activity-handler-ended')).toMatchObject([{ handler: 'deaf', result: 'cancelled' }]);
    expect(world.factsOf('operator-stopped')).toHaveLength(1);
    await world.close().catch(() => undefined);
  });

  it('has the time that the settings say, also those that a startup handler left', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.startup({ id: 'settings' }, ({ settings }) => void (settings.process.ultimateExitingTimeout = '30s'));
      kopf.on.cleanup({ id: 'again' }, () => {
        throw new Error('not yet');
      });
    });
    await world.start();
    await expect(world.stop()).rejects.toMatchObject({ code: 'KOPF_EXIT_TIMEOUT', context: { limitMs: 30_000 } });
    await world.close().catch(() => undefined);
  });

  it('has no limit where the settings say null', async () => {
    let attempts = 0;
    const world = await createWorld(
      (kopf) => {
        kopf.on.cleanup({ id: 'patient', backoff: '200s' }, () => {
          if ((attempts += 1) < 5) throw new Error('not yet');
        });
      },
      { settings: { process: { ultimateExitingTimeout: null } } },
    );
    await world.start();
    await world.stop();
    expect(attempts).toBe(5);
    await world.close();
  });

  it('does not wait for plugins that do not close, either', async () => {
    const world = await createWorld(() => undefined, {
      plugins: [
        {
          name: 'stuck',
          setup: (host) =>
            host.contribute('factSink', {
              open: ({ onClose }) => {
                onClose(() => new Promise(() => undefined));
                return { accept: () => undefined };
              },
            }),
        },
      ],
      settings: { process: { ultimateExitingTimeout: '1m' } },
    });
    await world.start();
    const began = world.clock.monotonicMs();
    await expect(world.stop()).rejects.toMatchObject({ code: 'KOPF_EXIT_TIMEOUT' });
    expect(world.clock.monotonicMs() - began).toBe(60_000);
    await world.close().catch(() => undefined);
  });

  it('[RU-13] comes when services and watches have ended, and before plugins close', async () => {
    const log: string[] = [];
    const witness: Plugin = {
      name: 'witness',
      setup: (host) => {
        host.contribute('factSink', {
          open: ({ onClose }) => {
            onClose(() => void log.push('plugin closed'));
            return { accept: () => undefined };
          },
        });
        host.contribute('service', {
          name: 'witness',
          run: async (signal) => {
            await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
            await host.clock.sleep(500, new AbortController().signal);
            log.push('service ended');
          },
        });
      },
    };
    const world = await createWorld(
      (kopf) => {
        kopf.on.event('KopfExample', { id: 'seen' }, ({ name }) => void log.push(`saw ${name}`));
        kopf.on.cleanup({ id: 'clean' }, async () => {
          log.push('cleanup begins');
          await world.create(example('late'));
          await world.clock.sleep(5000, new AbortController().signal);
          log.push('cleanup ends');
        });
      },
      { plugins: [witness] },
    );
    await world.start();
    await world.create(example('early'));
    await world.settle();
    await world.stop();
    expect(log).toEqual(['saw early', 'service ended', 'cleanup begins', 'cleanup ends', 'plugin closed']);
    await world.close();
  });
});
