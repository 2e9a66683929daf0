// An operator that stands still, as by SIGSTOP or the pause of a virtual machine, while the world goes on.
import { describe, expect, it, onTestFinished } from 'vitest';
import { createWorld, example, storedEssence } from './world.js';

const identity = (name: string) => ({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name, namespace: 'default' } });

describe('an operator that stands still', () => {
  it.each(['1s', '20s', '60s'] as const)(
    '[A10] for %s asks nothing then, and handles all that came meanwhile once, with few requests',
    async (duration) => {
      const seen: string[] = [];
      const world = await createWorld((kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, async ({ name }) => {
          seen.push(`made ${name}`);
          return { done: true };
        });
        kopf.on.update('KopfExample', { id: 'changed' }, ({ name, diff }) => void seen.push(`changed ${name} ${String(diff.length)}`));
        kopf.on.delete('KopfExample', { id: 'bye' }, ({ name }) => void seen.push(`bye ${name}`));
        kopf.timer('KopfExample', { id: 'ticks', interval: 5, when: ({ name }) => name === 'kept' }, () => void seen.push('tick'));
      });
      onTestFinished(() => world.close());
      await world.start();
      for (const name of ['kept', 'doomed']) await world.create(example(name));
      await world.advance(1);
      await world.create(example('working'));
      await world.settle();
      const handled = ['made kept', 'tick', 'made doomed', 'made working'];
      expect([...seen].sort()).toEqual([...handled].sort());
      seen.length = 0;

      world.pause(duration);
      const before = world.calls.length;
      await world.create(example('new'));
      await world.patch(identity('kept'), { spec: { size: 3 } });
      await world.delete(identity('doomed'));
      await world.advance(duration === '1s' ? 0.9 : Number.parseInt(duration, 10) - 1);
      expect([seen, world.calls.length - before]).toEqual([[], 0]);
      await world.advance(4);
      expect(seen.filter((line) => line !== 'tick').sort()).toEqual(['bye doomed', 'changed kept 1', 'made new']);
      // However many intervals went by, it ticks once, and then by its interval.
      expect(seen.filter((line) => line === 'tick').length).toBeLessThanOrEqual(2);
      expect(await world.get(identity('doomed'))).toBeUndefined();
      expect(storedEssence(await world.get(identity('kept')))).toEqual({ spec: { size: 3 } });
      for (const name of ['working', 'new']) expect((await world.get(identity(name)))?.['status']).toEqual({ made: { done: true } });
      const requests = world.calls.length - before;
      expect(requests).toBeLessThanOrEqual(20);
      await world.advance('1h');
      expect(world.writes().filter(({ index }) => index >= before + requests)).toEqual([]);
    },
  );
});
