// Situations in which people ask why: a filter said no, one of each kind.
import { ABSENT, PRESENT, TemporaryError } from '@kopfts/core';
import { A, example } from '../world.js';
import { withExample, type ExplainedSituation } from './explained-situation.js';

export const FILTERS_SITUATIONS: readonly ExplainedSituation[] = [
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
    title: 'the old value of its field was another one',
    handler: 'grown',
    code: 'filtered',
    says: /its filter old of the field spec\.x = 5 found 1/,
    async tell(ref, handler) {
      const world = await withExample(
        (kopf) => {
          kopf.on.update('KopfExample', { id: 'grown', field: 'spec.x', old: 5 }, () => undefined);
          kopf.on.update('KopfExample', { id: 'any' }, () => undefined);
        },
        { object: example('a', { spec: { x: 1 } }) },
      );
      await world.patch(A, { spec: { x: 2 } });
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'the new value of its field is another one',
    handler: 'grown',
    code: 'filtered',
    says: /its filter new of the field spec\.x \(absent\) found 2/,
    async tell(ref, handler) {
      const world = await withExample(
        (kopf) => {
          kopf.on.update('KopfExample', { id: 'grown', field: 'spec.x', new: ABSENT }, () => undefined);
          kopf.on.update('KopfExample', { id: 'any' }, () => undefined);
        },
        { object: example('a', { spec: { x: 1 } }) },
      );
      await world.patch(A, { spec: { x: 2 } });
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  {
    title: 'a resume handler, but the object is being deleted',
    handler: 'again',
    code: 'filtered',
    says: /the object is being deleted, and it is not declared with `deleted: true`/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => {
        kopf.on.resume('KopfExample', { id: 'again' }, () => undefined);
        kopf.on.delete('KopfExample', { id: 'bye' }, () => {
          throw new TemporaryError('wait', { delay: 600 });
        });
      });
      await world.delete(A);
      await world.advance(1);
      await world.restart();
      await world.advance(1);
      return world.ask(ref, handler);
    },
  },
  ...(['event', 'timer', 'daemon'] as const).map((family): ExplainedSituation => ({
    title: `the \`when\` of a handler throws: ${family}`,
    handler: 'deaf',
    code: 'undecided',
    says: /Its filter or its delay failed at 2024-.*: no such field\. That decides nothing/,
    async tell(ref, handler) {
      const when = (): never => {
        throw new Error('no such field');
      };
      const world = await withExample((kopf) => {
        if (family === 'event') kopf.on.event('KopfExample', { id: 'deaf', when }, () => undefined);
        if (family === 'timer') kopf.timer('KopfExample', { id: 'deaf', when, interval: 5 }, () => undefined);
        if (family === 'daemon') kopf.daemon('KopfExample', { id: 'deaf', when }, () => undefined);
      });
      return world.ask(ref, handler);
    },
  })),
];
