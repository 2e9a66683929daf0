// Situations in which people ask why: of timers and daemons.
import { A, example, FINALIZER } from '../world.js';
import { never, withExample, type ExplainedSituation } from './explained-situation.js';

export const TASKS_SITUATIONS: readonly ExplainedSituation[] = [
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
  {
    title: 'a timer waits for its schedule',
    handler: 'tick',
    code: 'not-due',
    says: /It is not due: it runs in \d+ min, by its schedule/,
    async tell(ref, handler) {
      const schedule = { next: (after: number) => after + 3_600_000 };
      const world = await withExample((kopf) => void kopf.timer('KopfExample', { id: 'tick', schedule }, () => undefined));
      return world.ask(ref, handler);
    },
  },
  {
    title: 'a daemon begins in a moment',
    handler: 'guard',
    code: 'not-due',
    says: /Its initial delay is not over; it runs in 59 s/,
    async tell(ref, handler) {
      const world = await withExample((kopf) => void kopf.daemon('KopfExample', { id: 'guard', initialDelay: 60 }, never));
      return world.ask(ref, handler);
    },
  },
];
