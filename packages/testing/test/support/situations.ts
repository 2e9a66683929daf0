// Situations in which people ask why, each made by what an operator really does.
import {
  asap,
  KopfError,
  PermanentError,
  PRESENT,
  TemporaryError,
  type ExplainedRef,
  type ExplanationCode,
  type Plugin,
} from '@kopfts/core';
import { A, example, FINALIZER } from '../world.js';
import { explainedScript, explainedWorld, type Told } from './explained-world.js';
import { added, modified, state, SYNCED } from './scripted-cluster.js';

export interface ExplainedSituation {
  readonly title: string;
  /** Default: the example `a`. */
  readonly ref?: ExplainedRef;
  /** Who is asked about; without, the object itself. */
  readonly handler?: string;
  readonly code: ExplanationCode;
  /** What its sentence says. */
  readonly says: RegExp;
  tell(ref?: ExplainedRef, handler?: string): Promise<Told>;
}

const forbidden = (message: string) => ({
  kind: 'status' as const,
  code: 403,
  body: JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', code: 403, message }),
});
const otherNamespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } };
const never = (): Promise<never> => new Promise(() => undefined);
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
const plugin = (name: string, setup: Plugin['setup']): Plugin => ({ name, setup });

/** A world with the example in it, some time later. */
async function withExample(
  declare: Parameters<typeof explainedWorld>[0],
  {
    object = example(),
    options = {},
    later = 1,
  }: { object?: ReturnType<typeof example>; options?: Parameters<typeof explainedWorld>[1]; later?: number } = {},
) {
  const world = await explainedWorld(declare, options);
  await world.start();
  await world.create(object);
  await world.advance(later);
  return world;
}

const CLUSTER: readonly ExplainedSituation[] = [
  {
    title: 'the cluster does not serve the kind',
    ref: { kind: 'Gadget', namespace: 'default', name: 'a' },
    handler: 'made',
    code: 'no-such-kind',
    says: /The cluster does not serve the kind 'Gadget', since 2024-/,
    async tell(ref, handler) {
      const world = await explainedWorld((kopf) => void kopf.on.create('gadgets', { id: 'made' }, () => undefined));
      await world.start();
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the cluster stopped serving the kind',
    handler: 'made',
    code: 'no-such-kind',
    says: /does not serve the kind any more/,
    async tell(ref, handler) {
      const world = await explainedWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined));
      await world.start();
      await world.delete({
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'kopfexamples.kopf.dev' },
      });
      await world.advance('1m');
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the kind is refused, because one id is declared twice',
    handler: 'twice',
    code: 'kind-refused',
    says: /KOPF_DUPLICATE_ID/,
    async tell(ref, handler) {
      const world = await explainedWorld((kopf) => {
        kopf.on.create('kopfexamples', { id: 'twice' }, () => 1);
        kopf.on.create('KopfExample', { id: 'twice' }, () => 2);
      });
      await world.start();
      return world.ask(ref, handler);
    },
  },
  {
    title: 'nobody declared a handler for the kind',
    ref: { kind: 'ConfigMap', namespace: 'default', name: 'a' },
    code: 'no-handlers',
    says: /Handlers are declared for KopfExample/,
    async tell(ref, handler) {
      const world = await explainedWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined));
      await world.start();
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the namespace is not served',
    ref: { kind: 'kopfexamples', namespace: 'other', name: 'a' },
    handler: 'made',
    code: 'namespace-not-covered',
    says: /'other' is not served: the operator serves 'default', 'team-\*'/,
    async tell(ref, handler) {
      const world = await explainedWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined), {
        namespaces: ['default', 'team-*'],
        objects: [otherNamespace],
      });
      await world.start();
      await world.create(example('a', { metadata: { namespace: 'other' } }));
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the permission to watch is missing',
    handler: 'made',
    code: 'no-permission',
    says: /no permission to watch kopfexamples\.v1\.kopf\.dev since 2024-/,
    async tell(ref, handler) {
      const world = await explainedWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined));
      world.faults.add(forbidden('may not list'), { when: ({ path }) => path.includes('/kopfexamples?'), times: 1e6 });
      await world.start();
      await world.create(example());
      await world.advance(90);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the watch is down',
    handler: 'made',
    code: 'watch-down',
    says: /The watch of kopfexamples\.v1\.kopf\.dev is down since 2024-.* \(for \d/,
    async tell(ref, handler) {
      const world = await explainedWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined));
      await world.start();
      world.faults.add({ kind: 'drop' }, { when: ({ path }) => path.includes('/kopfexamples?'), times: 1e6 });
      world.breakWatches();
      await world.create(example());
      await world.advance(45);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the operator is starting: a startup handler is not done',
    handler: 'made',
    code: 'starting',
    says: /is starting since .*Its startup handler 'warm' failed: not yet/,
    async tell(ref, handler) {
      const world = await explainedScript((kopf) => {
        kopf.on.startup({ id: 'warm' }, () => {
          throw new TemporaryError('not yet', { delay: 3600 });
        });
        kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
      });
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the first list is not complete',
    handler: 'made',
    code: 'not-listed',
    says: /first list of kopfexamples\.v1\.kopf\.dev is not complete/,
    async tell(ref, handler) {
      const world = await explainedScript((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined));
      await world.say({ kind: 'sync-begin', newEpoch: false }, added(state('1')));
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the operator stops',
    code: 'stopping',
    says: /The operator stops since .*it was asked to stop/,
    async tell(ref, handler) {
      const world = await explainedScript((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, never));
      await world.say(...SYNCED, added(state('1')));
      void world.operator.stop().catch(() => undefined);
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
];

const OBJECTS: readonly ExplainedSituation[] = [
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
];

const HANDLERS: readonly ExplainedSituation[] = [
  {
    title: 'a label filter found another value',
    handler: 'made',
    code: 'filtered',
    says: /its label filter app=x found "y"/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.create('KopfExample', { id: 'made', labels: { app: 'x' } }, () => undefined), {
        object: example('a', { metadata: { labels: { app: 'y' } } }),
      });
      return world.ask(ref, handler);
    },
  },
  {
    title: 'an annotation is missing',
    handler: 'made',
    code: 'filtered',
    says: /its annotation filter on \(present\) found no such key/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => {
        kopf.on.create('KopfExample', { id: 'made', annotations: { on: PRESENT } }, () => undefined);
        kopf.on.create('KopfExample', { id: 'other' }, () => undefined);
      });
      return world.ask(ref, handler);
    },
  },
  {
    title: '`when` said no',
    handler: 'made',
    code: 'filtered',
    says: /its `when` said false/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.create('KopfExample', { id: 'made', when: () => false }, () => undefined));
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the value of a field is another one, and a secret is not shown',
    handler: 'made',
    code: 'filtered',
    says: /its filter value of the field spec\.password = \(hidden\) found something \(hidden\)\.$/,
    async tell(ref, handler) {
      const world = await withExample(
        (kopf) => void kopf.on.create('KopfExample', { id: 'made', field: 'spec.password', value: 'hunter1' }, () => undefined),
        { object: example('a', { spec: { password: 'hunter2' } }) },
      );
      return world.ask(ref, handler);
    },
  },
  {
    title: 'its field did not change, another did',
    handler: 'x_changed',
    code: 'filtered',
    says: /the field spec\.x did not change/,
    async tell(ref, handler) {
      const world = await withExample(
        (kopf) => {
          kopf.on.update('KopfExample', { id: 'x_changed', field: 'spec.x' }, () => undefined);
          kopf.on.update('KopfExample', { id: 'any' }, () => undefined);
        },
        { object: example('a', { spec: { x: 1, y: 1 } }) },
      );
      await world.patch(A, { spec: { y: 2 } });
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the handler is for other causes',
    handler: 'changed/spec',
    code: 'other-cause',
    says: /what happened was a creation, and it is for others \(update\)/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
        kopf.on.update('KopfExample', { id: 'changed', field: 'spec' }, () => undefined);
      });
      return world.ask(ref, handler);
    },
  },
  {
    title: 'a resume handler, but the object is new',
    handler: 'again',
    code: 'filtered',
    says: /for objects that were there when the operator started/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.resume('KopfExample', { id: 'again' }, () => undefined));
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the handler has a typing error in its id',
    handler: 'maid',
    code: 'unknown-handler',
    says: /No handler has the id 'maid'\. Did you mean 'made'\?/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined));
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the handler is declared for another kind',
    handler: 'pods',
    code: 'other-kind',
    says: /declared for configmaps, not for kopfexamples\.v1\.kopf\.dev/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
        kopf.on.create('configmaps', { id: 'pods' }, () => undefined);
      });
      return world.ask(ref, handler);
    },
  },
  {
    title: 'it ran and succeeded',
    handler: 'made',
    code: 'succeeded',
    says: /It ran at 2024-.* \(attempt 1, 250 ms\) and succeeded/,
    async tell(ref, handler) {
      const world = await explainedWorld(
        (kopf) => void kopf.on.create('KopfExample', { id: 'made' }, ({ signal }) => world.clock.sleep(250, signal)),
      );
      await world.start();
      await world.create(example());
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'it runs and runs',
    handler: 'made',
    code: 'running',
    says: /Its attempt 1 runs since .* \(for 5 min\)/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, never), { later: 300 });
      return world.ask(ref, handler);
    },
  },
  {
    title: 'it failed for now, twice',
    handler: 'made',
    code: 'waiting-for-retry',
    says: /\(attempt 2, 0 ms\) and failed: no database; again in 40 s/,
    async tell(ref, handler) {
      const world = await withExample(
        (kopf) =>
          void kopf.on.create('KopfExample', { id: 'made' }, () => {
            throw new TemporaryError('no database', { delay: 50 });
          }),
        { later: 60 },
      );
      return world.ask(ref, handler);
    },
  },
  {
    title: 'it failed for good',
    handler: 'made',
    code: 'failed-for-good',
    says: /failed: no such plan; it is not called again for this change/,
    async tell(ref, handler) {
      const world = await withExample(
        (kopf) =>
          void kopf.on.create('KopfExample', { id: 'made' }, () => {
            throw new PermanentError('no such plan');
          }),
      );
      return world.ask(ref, handler);
    },
  },
  {
    title: 'it has had all of its attempts',
    handler: 'made',
    code: 'retries-exhausted',
    says: /it had all of its attempts/,
    async tell(ref, handler) {
      const world = await withExample(
        (kopf) =>
          void kopf.on.create('KopfExample', { id: 'made', retries: 2, backoff: 1 }, () => {
            throw new Error('flaky');
          }),
        { later: 60 },
      );
      return world.ask(ref, handler);
    },
  },
  {
    title: 'its time is over',
    handler: 'made',
    code: 'timed-out',
    says: /its time is over/,
    async tell(ref, handler) {
      const world = await withExample(
        (kopf) =>
          void kopf.on.create('KopfExample', { id: 'made', timeout: 5, backoff: 3 }, () => {
            throw new Error('slow');
          }),
        { later: 60 },
      );
      return world.ask(ref, handler);
    },
  },
  {
    title: 'an event handler failed, which is ignored',
    handler: 'seen',
    code: 'error-ignored',
    says: /failed: oops; that is ignored/,
    async tell(ref, handler) {
      const world = await withExample(
        (kopf) =>
          void kopf.on.event('KopfExample', { id: 'seen' }, () => {
            throw new Error('oops');
          }),
      );
      return world.ask(ref, handler);
    },
  },
  {
    title: 'its change was superseded by the deletion',
    handler: 'made',
    code: 'superseded',
    says: /The create was superseded by the delete at/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, () => {
          throw new TemporaryError('wait', { delay: 600 });
        });
        kopf.on.delete('KopfExample', { id: 'bye' }, () => {
          throw new TemporaryError('wait', { delay: 600 });
        });
      });
      await world.delete(A);
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'it was done in an earlier life of the operator, another one was not',
    handler: 'first',
    code: 'already-handled',
    says: /It has succeeded for this change before/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => {
        kopf.on.create('KopfExample', { id: 'first' }, () => undefined);
        kopf.on.create('KopfExample', { id: 'second' }, () => {
          throw new TemporaryError('wait', { delay: 600 });
        });
      });
      await world.restart();
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the retry of an earlier life is not due',
    handler: 'second',
    code: 'waiting-for-retry',
    says: /Its next attempt is in 9\.\d min/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => {
        kopf.on.create('KopfExample', { id: 'second' }, () => {
          throw new TemporaryError('wait', { delay: 600 });
        });
      });
      await world.restart();
      await world.advance(10);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the lifecycle chose another one',
    handler: 'second',
    code: 'left-out-by-lifecycle',
    says: /The lifecycle .* chose others/,
    async tell(ref, handler) {
      const world = await withExample(
        (kopf) => {
          kopf.on.create('KopfExample', { id: 'first' }, never);
          kopf.on.create('KopfExample', { id: 'second' }, () => undefined);
        },
        { options: { settings: { execution: { lifecycle: asap } } } },
      );
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the cluster refused what it returned',
    handler: 'made',
    code: 'result-refused',
    says: /What it returned was refused, and dropped/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => 'text'), {
        options: {
          kind: {
            group: 'kopf.dev',
            kind: 'KopfExample',
            schema: { type: 'object', properties: { status: { type: 'object', properties: { made: { type: 'integer' } } } } },
          },
        },
      });
      return world.ask(ref, handler);
    },
  },
  {
    title: 'a sub-handler is not finished',
    handler: 'made',
    code: 'waiting-for-sub-handlers',
    says: /its sub-handlers are not finished/,
    async tell(ref, handler) {
      const world = await withExample(
        (kopf) =>
          void kopf.on.create('KopfExample', { id: 'made' }, ({ register }) => {
            register(
              () => {
                throw new TemporaryError('wait', { delay: 600 });
              },
              { id: 'part' },
            );
          }),
      );
      return world.ask(ref, handler);
    },
  },
  {
    title: 'it was cancelled by the deletion of its object',
    handler: 'made',
    code: 'cancelled',
    says: /was cancelled: the operator stopped, or the object was deleted/,
    async tell(ref, handler) {
      const world = await withExample(
        (kopf) => {
          kopf.on.create('KopfExample', { id: 'made' }, ({ signal }) => aborted(signal));
          kopf.on.event('KopfExample', { id: 'seen' }, () => undefined);
        },
        { object: example('a', { metadata: { finalizers: ['others.dev/hold'] } }) },
      );
      await world.delete(A);
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
];

const TASKS: readonly ExplainedSituation[] = [
  {
    title: 'a timer waits for its initial delay',
    handler: 'tick',
    code: 'not-due',
    says: /Its initial delay is not over; it runs in 59 s/,
    async tell(ref, handler) {
      const world = await withExample(
        (kopf) => void kopf.timer('KopfExample', { id: 'tick', interval: 5, initialDelay: 60 }, () => undefined),
      );
      return world.ask(ref, handler);
    },
  },
  {
    title: 'a timer waits for its interval',
    handler: 'tick',
    code: 'not-due',
    says: /It is not due: it runs in 30 s, by its interval\. It ran last at .*: succeeded/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.timer('KopfExample', { id: 'tick', interval: 60 }, () => undefined), {
        later: 30,
      });
      return world.ask(ref, handler);
    },
  },
  {
    title: 'a timer waits for its object to be idle',
    handler: 'tick',
    code: 'idle-awaited',
    says: /waits for the object to be idle: it runs in 4\d s, if nothing changes/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.timer('KopfExample', { id: 'tick', interval: 5, idle: 60 }, () => undefined), {
        later: 15,
      });
      return world.ask(ref, handler);
    },
  },
  {
    title: 'an idle timer ran, and waits for a change',
    handler: 'tick',
    code: 'change-awaited',
    says: /waits for a change of the object; it runs with the next change\. It ran last/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.timer('KopfExample', { id: 'tick', idle: 5 }, () => undefined), { later: 60 });
      return world.ask(ref, handler);
    },
  },
  {
    title: 'a timer does not match',
    handler: 'tick',
    code: 'filtered',
    says: /its label filter app=x found no such key/,
    async tell(ref, handler) {
      const world = await withExample(
        (kopf) => void kopf.timer('KopfExample', { id: 'tick', interval: 5, labels: { app: 'x' } }, () => undefined),
      );
      return world.ask(ref, handler);
    },
  },
  {
    title: 'a daemon ended on its own',
    handler: 'guard',
    code: 'task-ended',
    says: /ended on its own, and never starts again for this object while the operator runs/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.daemon('KopfExample', { id: 'guard' }, () => undefined));
      return world.ask(ref, handler);
    },
  },
  {
    title: 'a daemon is told to stop, and does not',
    handler: 'guard',
    code: 'task-stopping',
    says: /told to stop \(object-deleted\) and has not ended/,
    async tell(ref, handler) {
      const world = await withExample(
        (kopf) => void kopf.daemon('KopfExample', { id: 'guard', cancellationBackoff: 60, cancellationTimeout: 60 }, never),
      );
      await world.delete(A);
      await world.advance(10);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'a daemon ignored that it was told to stop, and was given up',
    handler: 'guard',
    code: 'task-abandoned',
    says: /ignored that it was told to stop/,
    async tell(ref, handler) {
      const world = await withExample(
        (kopf) => void kopf.daemon('KopfExample', { id: 'guard', cancellationBackoff: 1, cancellationTimeout: 1 }, never),
        { object: example('a', { metadata: { finalizers: ['others.dev/hold', FINALIZER] } }) },
      );
      await world.delete(A);
      await world.advance(10);
      return world.ask(ref, handler);
    },
  },
];

export const SITUATIONS: readonly ExplainedSituation[] = [...CLUSTER, ...OBJECTS, ...HANDLERS, ...TASKS];
