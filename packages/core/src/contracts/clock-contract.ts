import type { Clock } from '../ports/clock.js';
import type { ContractCase } from './contract-case.js';
import { rejectionOf, requireThat } from './require.js';

/** A clock, and a way to let its time pass: waiting for a real one, advancing a manual one. */
export interface ClockSubject {
  readonly clock: Clock;
  readonly pass: (ms: number) => Promise<void>;
}

const YEAR_2001 = 978_307_200_000;
const LONGER_THAN_A_TIMER_MS = 2 ** 31 + 1000;

/** What every `Clock` does. */
export const clockContract: readonly ContractCase<ClockSubject>[] = [
  {
    name: 'tells the wall time in milliseconds since 1970',
    run: async (make) => {
      const { clock } = await make();
      requireThat(clock.now() > YEAR_2001, `now() is ${String(clock.now())}`);
    },
  },
  {
    name: 'moves both times forward together',
    run: async (make) => {
      const { clock, pass } = await make();
      const before = { wall: clock.now(), monotonic: clock.monotonicMs() };
      await pass(20);
      requireThat(clock.monotonicMs() - before.monotonic >= 20, 'monotonicMs() lags behind the time that passed');
      requireThat(clock.now() - before.wall >= 19, 'now() lags behind the time that passed');
    },
  },
  {
    name: 'sleeps for at least as long as it was asked',
    run: async (make) => {
      const { clock, pass } = await make();
      const began = clock.monotonicMs();
      let slept: number | undefined;
      const sleep = clock.sleep(30, new AbortController().signal).then(() => {
        slept = clock.monotonicMs() - began;
      });
      await pass(5);
      requireThat(slept === undefined || slept >= 30, 'the sleep ended too early');
      await Promise.all([pass(40), sleep]);
      requireThat(slept !== undefined && slept >= 30, `slept ${String(slept)} ms instead of 30`);
    },
  },
  {
    name: 'wakes sleepers in the order of their times',
    run: async (make) => {
      const { clock, pass } = await make();
      const woken: string[] = [];
      const { signal } = new AbortController();
      const sleeps = [
        clock.sleep(40, signal).then(() => woken.push('late')),
        clock.sleep(5, signal).then(() => woken.push('early')),
        clock.sleep(0, signal).then(() => woken.push('at once')),
      ];
      await Promise.all([pass(60), ...sleeps]);
      requireThat(woken.join() === 'at once,early,late', `woke in the order ${woken.join()}`);
    },
  },
  {
    name: 'does not end a sleep longer than the longest timer early',
    run: async (make) => {
      const { clock, pass } = await make();
      const controller = new AbortController();
      let ended = false;
      const sleep = clock.sleep(LONGER_THAN_A_TIMER_MS, controller.signal).finally(() => {
        ended = true;
      });
      const rejection = rejectionOf(sleep);
      await pass(20);
      requireThat(!ended, 'a sleep of 24 days ended after 20 ms');
      controller.abort(new Error('enough'));
      requireThat((await rejection) !== undefined, 'the aborted sleep resolved');
    },
  },
  {
    name: "rejects a sleep with the signal's reason when it aborts",
    run: async (make) => {
      const { clock } = await make();
      const controller = new AbortController();
      const reason = new Error('stop');
      const rejection = rejectionOf(clock.sleep(60_000, controller.signal));
      controller.abort(reason);
      requireThat((await rejection) === reason, 'the sleep rejected with something else than the reason');
    },
  },
  {
    name: 'rejects at once when the signal is aborted already',
    run: async (make) => {
      const { clock } = await make();
      const reason = new Error('stopped before');
      const error = await rejectionOf(clock.sleep(60_000, AbortSignal.abort(reason)));
      requireThat(error === reason, 'the sleep rejected with something else than the reason');
    },
  },
  {
    name: 'leaves no listener on the signal behind when a sleep ends',
    run: async (make) => {
      const { clock, pass } = await make();
      const { signal, listeners } = countListeners(new AbortController().signal);
      await Promise.all([clock.sleep(1, signal), pass(5)]);
      requireThat(listeners() === 0, `${String(listeners())} listeners are left`);
    },
  },
  {
    name: 'lets others run when it yields',
    run: async (make) => {
      const { clock } = await make();
      let ran = false;
      const other = Promise.resolve().then(() => {
        ran = true;
      });
      await clock.yield();
      requireThat(ran, 'work that was ready did not run');
      await other;
    },
  },
];

/** The same signal, and how many listeners it has at the moment. */
function countListeners(target: AbortSignal): { readonly signal: AbortSignal; readonly listeners: () => number } {
  let count = 0;
  const add = (...args: Parameters<AbortSignal['addEventListener']>) => {
    count += 1;
    target.addEventListener(...args);
  };
  const remove = (...args: Parameters<AbortSignal['removeEventListener']>) => {
    count -= 1;
    target.removeEventListener(...args);
  };
  const signal = new Proxy(target, {
    get: (_, key): unknown =>
      key === 'addEventListener' ? add : key === 'removeEventListener' ? remove : Reflect.get(target, key, target),
  });
  return { signal, listeners: () => count };
}
