import { describe, expect, it } from 'vitest';
import { createWorld, example } from './world.js';
describe('listeners', () => {
  it.each(['timer', 'retry', 'running'])('the signal of the operator has no listener per object (%s)', async (what) => {
    const warnings: string[] = [];
    const listen = (warning: Error): void => void warnings.push(warning.message.slice(0, 60));
    process.on('warning', listen);
    const world = await createWorld((kopf) => {
      if (what === 'retry')
        kopf.on.create('KopfExample', { id: 'c' }, () => {
          throw new Error('x');
        });
      if (what === 'running') kopf.on.create('KopfExample', { id: 'c' }, () => new Promise(() => undefined));
      if (what === 'timer') kopf.timer('KopfExample', { id: 't', interval: 100 }, () => undefined);
    });
    await world.start();
    for (let n = 0; n < 15; n += 1) await world.create(example(`a${String(n)}`));
    await world.advance(1);
    await new Promise((resolve) => setImmediate(resolve));
    await world.close();
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });
});
