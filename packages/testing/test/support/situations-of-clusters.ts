// Situations in which people ask why: of the operator, the kind and the watch.
import { TemporaryError } from '@kopfts/core';
import { example } from '../world.js';
import { explainedScript, explainedWorld } from './explained-world.js';
import { added, listed, state, SYNCED } from './scripted-cluster.js';
import { forbidden, otherNamespace, never, type ExplainedSituation } from './explained-situation.js';

export const CLUSTER_SITUATIONS: readonly ExplainedSituation[] = [
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
    title: 'an index is not complete',
    handler: 'made',
    code: 'waiting-for-indexes',
    says: /Nothing is handled before the indexes are complete/,
    async tell(ref, handler) {
      const world = await explainedScript((kopf) => {
        kopf.index('KopfExample', { id: 'names' }, never);
        kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
      });
      await world.say({ kind: 'sync-begin', newEpoch: false }, listed(state('1')), { kind: 'sync-end', resourceVersion: '1' });
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
