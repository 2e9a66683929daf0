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
