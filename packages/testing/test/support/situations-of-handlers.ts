// Situations in which people ask why: of one handler.
import { asap, PermanentError, TemporaryError } from '@kopfts/core';
import { A, example } from '../world.js';
import { explainedWorld } from './explained-world.js';
import { never, aborted, withExample, type ExplainedSituation } from './explained-situation.js';

export const HANDLERS_SITUATIONS: readonly ExplainedSituation[] = [
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
