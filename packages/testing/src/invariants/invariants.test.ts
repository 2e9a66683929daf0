import { describe, expect, it } from 'vitest';
import { body, FINALIZER, historyBuilder, model, OP2, USER } from './history-builder.js';
import type { OperatorModel } from './invariant.js';
import { checkHistory, INVARIANTS } from './invariants.js';

const judged: OperatorModel = model([
  { id: 'make', reasons: ['create'], plannedFailures: 1, retryDelayMs: 1000 },
  { id: 'drop', reasons: ['delete'] },
  { id: 'ev', reasons: ['event'] },
]);

/** An object is created and deleted, with a failed attempt, a lost answer and a death on the way. */
function story() {
  const A = { spec: { v: 'a' }, finalizers: [FINALIZER] };
  const essence = { spec: A.spec };
  const result = { status: { make: { done: true } } };
  const waiting = { ...A, progress: { make: { purpose: 'create', retries: 1, delayed: 'later' } } };
  const h = historyBuilder();
  h.life('started');
  h.commit(body(1, { spec: A.spec }), { actor: USER });
  h.deliver(body(1, { spec: A.spec }));
  h.run('ev', body(1, { spec: A.spec }), { reason: 'event' });
  let call = h.call('u1');
  h.commit(body(2, A), { call });
  h.answer(call, body(2, A));
  h.run('make', body(2, A), { new: essence, result: 'retry' });
  call = h.call('u1');
  h.commit(body(3, waiting), { call });
  h.lose(call);
  h.life('killed');
  h.life('started', OP2);
  h.deliver(body(3, waiting), OP2);
  h.wait(1000);
  h.run('make', body(3, waiting), { new: essence, retry: 1, instance: OP2, contributed: result });
  call = h.call('u1', { instance: OP2 });
  h.commit(body(4, { ...waiting, ...result }), { call, actor: OP2 });
  h.answer(call, body(4, waiting), OP2);
  h.commit(body(5, { ...A, ...result, handled: essence }), { actor: OP2 });
  h.phase('steady');
  const deleting = { ...A, ...result, handled: essence, deleting: true };
  h.commit(body(6, deleting), { actor: USER });
  h.run('drop', body(6, deleting), { reason: 'delete', old: essence, new: essence, diff: [], instance: OP2 });
  h.gone('u1', 7, { actor: OP2 });
  h.phase('converged');
  h.holding({ instance: OP2 });
  h.phase('quiet');
  return h.history;
}

describe('the catalogue of invariants', () => {
  it('has each invariant once, with a sentence', () => {
    expect(INVARIANTS.map(({ id }) => id)).toEqual([
      ...['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9', 'S10', 'S11', 'S12', 'S15', 'S16', 'S17', 'S18', 'S19', 'S20'],
      ...['L1', 'L2', 'L3', 'L4', 'L5', 'L6', 'L7', 'L8', 'L9'],
    ]);
    expect(INVARIANTS.filter(({ says }) => !/^[A-Z].*\.$/.test(says))).toEqual([]);
  });

  it('finds nothing wrong with a story in which all went as it must', () => {
    expect(checkHistory(story(), { ...judged, reference: {} })).toEqual([]);
  });

  it.each(['deliver', 'call', 'return', 'life', 'fault', 'phase', 'holding'])(
    'asks for nothing that needs entries (%s) which a history does not have',
    (kind) => {
      expect(
        checkHistory(
          story().filter((entry) => entry.kind !== kind),
          judged,
        ),
      ).toEqual([]);
    },
  );

  it('[S1, S8] does not count what goes on in an instance after its death', () => {
    const A = { spec: { v: 'a' } };
    const h = historyBuilder();
    h.life('started');
    h.commit(body(1, A), { actor: USER });
    const unseen = h.start('ok', body(1, A), { new: A });
    h.life('killed');
    h.end(unseen);
    h.start('ok', body(1, A), { new: A });
    h.life('started', OP2);
    h.run('ok', body(1, A), { new: A, instance: OP2 });
    h.commit(body(2, { ...A, handled: A }), { actor: OP2 });
    expect(checkHistory(h.history, model([{ id: 'ok', reasons: ['create'] }]))).toEqual([]);
  });

  it('finds nothing wrong with nothing', () => {
    expect(checkHistory([], { ...judged, reference: {} })).toEqual([]);
  });

  it('finds what is wrong, by all invariants that are broken', () => {
    const broken = story().map((entry) => (entry.kind === 'handler-start' && entry.retry === 1 ? { ...entry, retry: 0, old: {} } : entry));
    expect(new Set(checkHistory(broken, judged).map(({ invariant }) => invariant))).toEqual(new Set(['S10', 'S11']));
  });
});
