import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGEING, createTurnQueue, moreUrgent, URGENCIES, type Urgency } from './turn-queue.js';

interface Arrival {
  readonly name: string;
  readonly urgency: Urgency;
  readonly namespace: string;
}

function waiting(...arrivals: readonly (readonly [name: string, urgency: Urgency, namespace?: string])[]) {
  const queue = createTurnQueue<string>();
  const tickets = new Map(arrivals.map(([name, urgency, namespace = 'default']) => [name, queue.add(name, { urgency, namespace })]));
  const order = (): string[] => {
    const names: string[] = [];
    for (let name = queue.next(); name !== undefined; name = queue.next()) names.push(name);
    return names;
  };
  return { queue, tickets, order };
}

describe('whose turn it is', () => {
  it('serves deletions, then changes, then retries, then the initial list', () => {
    const { order } = waiting(['list', 'initial'], ['retry', 'retry'], ['change', 'change'], ['deletion', 'deletion']);
    expect(order().slice(0, AGEING - 1)).toEqual(['deletion', 'change', 'retry']);
  });

  it('keeps the order of arrival among equals', () => {
    const names = Array.from({ length: 50 }, (_, index) => `n${String(index)}`);
    expect(waiting(...names.map((name) => [name, 'change'] as const)).order()).toEqual(names);
  });

  it('[Q-06] serves namespaces in turn, however many wait in one of them', () => {
    const crowd = Array.from({ length: 10_000 }, (_, index) => [`crowd${String(index)}`, 'change', 'crowded'] as const);
    const { order } = waiting(...crowd, ['a', 'change', 'quiet'], ['b', 'change', 'other'], ['c', 'change', 'quiet']);
    const names = order();
    expect([names.indexOf('a'), names.indexOf('b'), names.indexOf('c')].map((index) => index <= 7)).toEqual([true, true, true]);
    expect(names).toHaveLength(10_003);
  });

  it('gives the one that came first of all every fourth turn, whatever it waits for', () => {
    const changes = Array.from({ length: 9 }, (_, index) => [`c${String(index)}`, 'change'] as const);
    const names = waiting(['first', 'initial'], ['second', 'retry'], ...changes).order();
    expect(names).toEqual(['c0', 'c1', 'c2', 'first', 'c3', 'c4', 'c5', 'second', 'c6', 'c7', 'c8']);
  });

  it('serves what was raised as what it is now, once, and nothing that left', () => {
    const { queue, tickets, order } = waiting(['a', 'initial'], ['b', 'change'], ['c', 'initial'], ['d', 'change']);
    tickets.get('c')?.raise('deletion');
    tickets.get('c')?.raise('retry');
    tickets.get('b')?.leave();
    tickets.get('b')?.leave();
    expect(queue.size).toBe(3);
    expect(order()).toEqual(['c', 'd', 'a']);
    tickets.get('a')?.raise('deletion');
    expect(queue.next()).toBeUndefined();
  });

  it('says which of two urgencies is the greater', () => {
    expect(URGENCIES.map((urgency) => moreUrgent(urgency, 'change'))).toEqual(['deletion', 'change', 'change', 'change']);
  });
});

const arrival = fc.record({
  urgency: fc.constantFrom(...URGENCIES),
  namespace: fc.constantFrom('a', 'b', 'c', 'd'),
});
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), arrival }) },
  { weight: 2, arbitrary: fc.constant({ do: 'next' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('leave' as const, 'raise' as const),
      which: fc.nat(),
      urgency: fc.constantFrom(...URGENCIES),
    }),
  },
);

interface Waiting extends Arrival {
  readonly foundWaiting: number;
  readonly cameAt: number;
}

describe('laws of turns', () => {
  it('[L6] nothing waits longer than four turns for each that waited before it, and each is served at most once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const queue = createTurnQueue<string>();
        const open = new Map<string, Waiting & { readonly ticket: ReturnType<typeof queue.add> }>();
        let turns = 0;
        let names = 0;
        for (const one of steps) {
          if (one.do === 'add') {
            const name = String((names += 1));
            const ticket = queue.add(name, one.arrival);
            open.set(name, { name, ...one.arrival, ticket, foundWaiting: open.size, cameAt: turns });
          } else if (one.do === 'next') {
            const name = queue.next();
            expect(name === undefined).toBe(open.size === 0);
            if (name === undefined) continue;
            turns += 1;
            const served = open.get(name);
            expect(served).toBeDefined();
            expect(turns - (served?.cameAt ?? 0)).toBeLessThanOrEqual(AGEING * ((served?.foundWaiting ?? 0) + 1));
            open.delete(name);
          } else {
            const chosen = [...open.values()][one.which % Math.max(1, open.size)];
            if (one.do === 'raise') chosen?.ticket.raise(one.urgency);
            else if (chosen) {
              chosen.ticket.leave();
              open.delete(chosen.name);
            }
          }
          expect(queue.size).toBe(open.size);
        }
      }),
    );
  });

  it('three of four turns go to the greatest urgency that waits', () => {
    fc.assert(
      fc.property(fc.array(arrival, { minLength: 1, maxLength: 200 }), (arrivals) => {
        const queue = createTurnQueue<(typeof arrivals)[number]>();
        const left = new Set(arrivals);
        for (const one of arrivals) queue.add(one, one);
        for (let turn = 1; left.size > 0; turn += 1) {
          const best = [...left].map(({ urgency }) => urgency).reduce(moreUrgent);
          const served = queue.next();
          if (turn % AGEING !== 0) expect(served?.urgency).toBe(best);
          if (served) left.delete(served);
        }
      }),
    );
  });

  it('one namespace never has two turns of an urgency while another waits for one of it, but for the oldest of all', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<string>('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 100 }), (namespaces) => {
        const queue = createTurnQueue<string>();
        for (const namespace of namespaces) queue.add(namespace, { urgency: 'change', namespace });
        const waits = new Map<string, number>();
        const left = [...namespaces];
        for (let turn = 1; left.length > 0; turn += 1) {
          const served = queue.next() ?? '';
          left.splice(left.indexOf(served), 1);
          if (turn % AGEING === 0) continue;
          for (const other of new Set(left)) waits.set(other, (waits.get(other) ?? 0) + 1);
          waits.set(served, 0);
          // Four namespaces: nobody waits for more turns than there are others.
          for (const count of waits.values()) expect(count).toBeLessThanOrEqual(3);
          for (const name of waits.keys()) if (!left.includes(name)) waits.delete(name);
        }
      }),
    );
  });

  it('forgets what left, however long something else waits', async () => {
    const queue = createTurnQueue<object>();
    const oldest = queue.add({}, { urgency: 'initial', namespace: 'x' });
    const left: WeakRef<object>[] = [];
    for (let index = 0; index < 5000; index += 1) {
      const item = {};
      left.push(new WeakRef(item));
      queue.add(item, { urgency: 'initial', namespace: `n${String(index % 100)}` }).leave();
    }
    expect(queue.size).toBe(1);
    await collectGarbage();
    expect(left.filter((item) => item.deref() !== undefined).length).toBeLessThan(200);
    oldest.leave();
    expect(queue.next()).toBeUndefined();
  });
});

/** References that were made in this turn of the event loop are kept until its end. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  await new Promise((resolve) => setImmediate(resolve));
  gc();
}
