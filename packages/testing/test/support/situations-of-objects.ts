// Situations in which people ask why: of the object.
import { KopfError, PermanentError } from '@kopfts/core';
import { A, example } from '../world.js';
import { explainedScript, explainedWorld } from './explained-world.js';
import { forgetful } from './forgetful-stores.js';
import { added, modified, state, SYNCED } from './scripted-cluster.js';
import { forbidden, never, plugin, withExample, type ExplainedSituation } from './explained-situation.js';

export const OBJECTS_SITUATIONS: readonly ExplainedSituation[] = [
  {
    title: 'there is no such object',
    ref: { kind: 'KopfExample', namespace: 'default', name: 'typo' },
    handler: 'made',
    code: 'unknown-object',
    says: /knows no object 'default\/typo'/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined));
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the watch is narrowed, and the object is outside',
    handler: 'made',
    code: 'unknown-object',
    says: /narrowed by settings\.watching to 'team=a'/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined), {
        options: { settings: { watching: { labelSelectors: { kopfexamples: 'team=a' } } } },
      });
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the server filters what all indexes of the kind leave out, and the object is outside',
    handler: 'teams',
    code: 'unknown-object',
    says: /All handlers of it ask for the labels 'team=a', so the rest is filtered by the server/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.index('KopfExample', { id: 'teams', labels: { team: 'a' } }, () => ({})));
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the object left the labels by which the server filters',
    code: 'deleted',
    says: /was deleted, or left the labels 'team=a' that all handlers of kopfexamples.* ask for \(filtered by the server\)/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.index('KopfExample', { id: 'teams', labels: { team: 'a' } }, () => ({})));
      await world.patch(A, { metadata: { labels: { team: 'a' } } });
      await world.advance(1);
      await world.patch(A, { metadata: { labels: { team: null } } });
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'somebody takes our finalizer away again and again',
    code: 'contested',
    says: /metadata\.finalizers/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined));
      for (let round = 0; round < 8; round += 1) {
        await world.advance(60);
        await world.patch(A, { metadata: { finalizers: [] } });
      }
      await world.settle();
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the object was deleted before its optional handler could hold it',
    handler: 'bye',
    code: 'deleted',
    says: /was deleted at 2024-.*; it was gone at once: nothing held it/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
        kopf.on.delete('KopfExample', { id: 'bye', optional: true }, () => undefined);
      });
      await world.delete(A);
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'a plugin holds the object',
    handler: 'made',
    code: 'held',
    says: /The plugin 'quarantine' holds it back: under suspicion\. It is asked again in \d/,
    async tell(ref, handler) {
      const hold = plugin('quarantine', (host) =>
        host.contribute('admitPass', () => ({ go: false, reason: 'under suspicion', retryAfterMs: 60_000 })),
      );
      const world = await withExample((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined), {
        options: { plugins: [hold] },
      });
      return world.ask(ref, handler);
    },
  },
  {
    title: 'it waits for its own write to come back',
    handler: 'changed',
    code: 'waiting-for-consistency',
    says: /waits for the watch to bring what the operator wrote itself/,
    async tell(ref, handler) {
      const world = await explainedScript((kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
        kopf.on.update('KopfExample', { id: 'changed' }, () => undefined);
      });
      await world.say(...SYNCED, added(state('first', { x: 1 })));
      await world.answer({ kind: 'committed', object: state('written', { x: 1 }, { spec: { x: 1 } }) });
      await world.say(modified(state('older', { x: 0 }, { spec: { x: 1 } })));
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the store of the progress is away',
    handler: 'made',
    code: 'waiting-for-store',
    says: /waits for the store of its progress since .*: Redis is away/,
    async tell(ref, handler) {
      const away = (): Promise<never> => Promise.reject(new KopfError('KOPF_STORE_AWAY', 'Redis is away.'));
      const place = { commit: away, reachable: never, away: () => new KopfError('KOPF_STORE_AWAY', 'Redis is away.') };
      const none = { endpoint: undefined, ownsAnnotation: () => false, plan: () => ({}), load: away, place };
      const store = plugin('away', (host) => {
        host.contribute('progressStore', { open: () => none as never });
        host.contribute('diffBaseStore', { open: () => none as never });
      });
      const world = await withExample((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined), {
        options: { stores: () => [store] },
      });
      return world.ask(ref, handler);
    },
  },
  {
    title: 'all workers are busy',
    ref: { kind: 'KopfExample', namespace: 'default', name: 'b' },
    handler: 'made',
    code: 'waiting-for-worker',
    says: /waits for a worker since .*settings\.queueing\.workerLimit/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, never), {
        options: { settings: { queueing: { workerLimit: 1 } } },
      });
      await world.create(example('b'));
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'many others of its kind are to be written first',
    ref: { kind: 'KopfExample', namespace: 'default', name: 'last' },
    handler: 'made',
    code: 'waiting-for-writes',
    says: /waits until others of its kind are written since .*settings\.queueing\.writeLimit/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined), {
        options: { settings: { queueing: { writeLimit: 1 } } },
      });
      world.faults.add({ kind: 'delay', ms: 60_000 }, { when: ({ method }) => method === 'PATCH', times: 1000 });
      for (let nth = 0; nth < 40; nth += 1) await world.create(example(`o${String(nth)}`));
      await world.create(example('last'));
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the work on the object fails, and backs off',
    handler: 'made',
    code: 'back-off',
    says: /The work on the object failed at .*: the filter is broken\. It is tried again in/,
    async tell(ref, handler) {
      const when = (): never => {
        throw new Error('the filter is broken');
      };
      const world = await withExample((kopf) => void kopf.on.create('KopfExample', { id: 'made', when }, () => undefined), { later: 4 });
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the permission to patch is missing',
    code: 'write-refused',
    says: /patch of the object was refused or lost at .*may not patch/,
    async tell(ref, handler) {
      const world = await explainedWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined));
      await world.start();
      world.faults.add(forbidden('may not patch'), { when: ({ method }) => method === 'PATCH', times: 1e6 });
      await world.create(example());
      await world.advance(30);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'a patch is on its way',
    code: 'in-progress',
    says: /A patch was sent at .* and is not answered yet/,
    async tell(ref, handler) {
      const world = await explainedWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined));
      await world.start();
      world.faults.add({ kind: 'delay', ms: 5000 }, { when: ({ method }) => method === 'PATCH' });
      await world.create(example());
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'only the finalizer was added: all wait for the deletion',
    code: 'finalizer-only',
    says: /The finalizer was added at .* wait for the deletion of the object/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined));
      return world.ask(ref, handler);
    },
  },
  {
    title: 'nothing essential has changed',
    handler: 'changed',
    code: 'unchanged',
    says: /Nothing essential has changed/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.update('KopfExample', { id: 'changed' }, () => undefined));
      await world.mergeStatus(A, { status: { seen: true } });
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'it was handled before the operator started',
    handler: 'made',
    code: 'already-handled',
    says: /It was handled before the operator started, and has not changed since/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined));
      await world.restart();
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'it is being deleted, and somebody else holds it',
    handler: 'changed',
    code: 'deleted-by-others',
    says: /waits for the finalizers of others/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.update('KopfExample', { id: 'changed' }, () => undefined), {
        object: example('a', { metadata: { finalizers: ['others.dev/hold'] } }),
      });
      await world.delete(A);
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'there are only event handlers',
    code: 'event-handlers-only',
    says: /only handlers of events and indexes/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.event('KopfExample', { id: 'seen' }, () => undefined));
      return world.ask(ref, handler);
    },
  },
  {
    title: 'it was handled',
    code: 'handled',
    says: /The create was handled at 2024-.*: 1 succeeded, 1 failed/,
    async tell(ref) {
      const world = await withExample((kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
        kopf.on.create('KopfExample', { id: 'bad' }, () => {
          throw new PermanentError('never');
        });
      });
      return world.ask(ref);
    },
  },
  {
    title: 'the store lost what it had',
    handler: 'changed',
    code: 'adopted',
    says: /The store had lost what it knew of the object at 2024-.*: what it is counts as handled/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.update('KopfExample', { id: 'changed' }, () => undefined), {
        options: { stores: () => [forgetful()] },
      });
      return world.ask(ref, handler);
    },
  },
  {
    title: 'what happened to it is not remembered any more',
    code: 'forgotten',
    says: /is not remembered any more \(settings\.explaining\.factLimit\)/,
    async tell(ref) {
      const world = await withExample(
        (kopf) => void kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => (name === 'a' ? never() : undefined)),
        { options: { settings: { explaining: { factLimit: 10 } } } },
      );
      for (const name of ['b', 'c']) await world.create(example(name));
      await world.settle();
      return world.ask(ref);
    },
  },
];
