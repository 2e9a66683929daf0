// The names that handlers and filters get: what is not here is not passed.
import { describe, expect, it, onTestFinished } from 'vitest';
import { A, createWorld, example } from './world.js';

const SHARED = [
  'annotations',
  'body',
  'labels',
  'logger',
  'memo',
  'meta',
  'name',
  'namespace',
  'patch',
  'resource',
  'spec',
  'status',
  'uid',
];
const ATTEMPT = ['param', 'retry', 'runtime', 'signal', 'started'];

const sorted = (...names: readonly string[]) => [...names].sort();

describe('the argument object', () => {
  it('[K-01, K-04] has exactly the names of its family; filters get those that do not depend on an attempt', async () => {
    const seen: Record<string, readonly string[]> = {};
    const note = (what: string) => (args: object) => {
      seen[what] = sorted(...Object.keys(args));
      return true;
    };
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', { id: 'event', when: note('event filter') }, note('event') as never);
      kopf.on.create('KopfExample', { id: 'create', when: note('change filter') }, note('change') as never);
      kopf.timer('KopfExample', { id: 'timer', interval: 5, when: note('timer filter') }, note('timer') as never);
    });
    onTestFinished(() => world.close());
    await world.start();
    await world.create(example());
    await world.advance('10s');
    expect(seen).toEqual({
      event: sorted(...SHARED, ...ATTEMPT, 'type', 'event'),
      'event filter': sorted(...SHARED, 'type', 'event'),
      change: sorted(...SHARED, ...ATTEMPT, 'reason', 'old', 'new', 'diff'),
      'change filter': sorted(...SHARED, 'reason', 'old', 'new', 'diff'),
      timer: sorted(...SHARED, ...ATTEMPT, 'stopped'),
      'timer filter': sorted(...SHARED),
    });
  });

  it('[K-11] shows in `new` what counts of the object, not the object: system metadata and status only where a handler asks', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ new: fresh, body }) => void seen.push(fresh, body.metadata.uid.length > 0));
      kopf.on.update('KopfExample', { id: 'ready', field: 'status.ready' }, () => undefined);
    });
    onTestFinished(() => world.close());
    await world.create(example('a', { spec: { size: 1 } }));
    await world.mergeStatus(A, { ready: true, other: 1 });
    await world.start();
    await world.settle();
    expect(seen).toEqual([{ spec: { size: 1 }, status: { ready: true } }, true]);
  });
});
