import { describe, expect, it } from 'vitest';
import { body, FINALIZER, found, historyBuilder, model, USER, type HistoryBuilder } from './history-builder.js';
import { recovery } from './recovery.js';

const judged = model([
  { id: 'fn', reasons: ['create', 'update'] },
  { id: 'drop', reasons: ['delete'] },
]);
const A = { spec: { v: 'a' } };
const handled = { ...A, handled: A, finalizers: [FINALIZER] };

/** Something is disturbed, somebody creates an object meanwhile, and then it is over. */
function disturbed(): HistoryBuilder {
  const h = historyBuilder();
  h.life('started');
  h.add({ kind: 'fault', what: 'drop', call: undefined });
  h.commit(body(1, A), { actor: USER });
  h.wait(60_000);
  h.phase('steady');
  return h;
}

describe('what waits when a disturbance is over', () => {
  it('[L4] has two seconds and thirty more', () => {
    const h = disturbed();
    h.wait(32_000);
    h.run('fn', body(1, A));
    h.wait(90_000);
    h.phase('quiet');
    expect(found(recovery, h, judged)).toEqual([]);
  });

  it('[L4] must not wait longer: a creation, a change that comes later, a deletion', () => {
    const h = disturbed();
    h.commit(body(2, { uid: 'u2', ...handled }), { actor: USER });
    h.wait(1000);
    h.commit(body(3, { uid: 'u2', ...handled, spec: { v: 'b' } }), { actor: USER });
    h.commit(body(4, { uid: 'u3', ...handled, deleting: true }), { actor: USER });
    h.wait(33_001);
    h.phase('quiet');
    expect(found(recovery, h, judged)).toEqual([
      '7: no handler begins with the create of name-of-u1 (u1), which waits since 0 ms, until 92000 ms',
      '7: no handler begins with the update of name-of-u2 (u2), which waits since 61000 ms, until 93000 ms',
      '7: no handler begins with the delete of name-of-u3 (u3), which waits since 61000 ms, until 93000 ms',
    ]);
  });

  it('[L4] may wait for an operator, for its waking, and for the failure of a write', () => {
    const h = disturbed();
    h.wait(20_000);
    const call = h.call('u1');
    h.wait(10_000);
    h.lose(call);
    h.wait(31_000);
    h.life('killed');
    h.wait(100_000);
    h.life('started');
    h.wait(31_000);
    h.run('fn', body(1, A));
    expect(found(recovery, h, judged)).toEqual([]);
  });

  it('is not asked of what is gone, is as it was handled, or concerns no handler; nor while the disturbance lasts', () => {
    const h = disturbed();
    h.commit(body(2, handled));
    h.commit(body(3, { uid: 'u2' }), { actor: USER });
    h.gone('u2', 4, { actor: USER });
    h.commit(body(5, { uid: 'u3', handled: {}, deleting: true }), { actor: USER });
    h.wait(90_000);
    h.commit(body(6, { uid: 'u4' }), { actor: USER });
    h.add({ kind: 'fault', what: 'drop', call: undefined });
    h.wait(90_000);
    h.phase('quiet');
    expect(found(recovery, h, judged)).toEqual([]);
  });
});
