import { describe, expect, it } from 'vitest';
import { exactlyOnce } from './exactly-once.js';
import { body, type Built, FINALIZER, found, type HistoryBuilder, historyBuilder, model, OP2, USER } from './history-builder.js';

const A = { spec: { v: 'a' } };
const B = { spec: { v: 'b' } };
const judged = model(['fn', 'fn2'].map((id) => ({ id, reasons: ['create', 'update', 'delete', 'resume'] })));

function created(more: Built = {}): HistoryBuilder {
  const h = historyBuilder();
  h.commit(body(1, { ...A, ...more }), { actor: USER });
  h.life('started');
  return h;
}

const create = { new: A } as const;

describe('how often a handler runs for a change', () => {
  it('[S8] may be again after a death before the acknowledgement, and after a lost answer, once for each', () => {
    const h = created();
    h.run('fn', body(1, A), create);
    h.lose(h.call('u1'));
    h.life('killed');
    h.life('started', OP2);
    h.run('fn', body(1, A), { ...create, instance: OP2 });
    h.lose(h.call('u1', { instance: OP2 }), OP2);
    h.run('fn', body(1, A), { ...create, instance: OP2 });
    h.commit(body(2, { ...A, handled: A }), { actor: OP2 });
    expect(found(exactlyOnce, h, judged)).toEqual([]);
  });

  it.each([
    { what: 'was dropped', result: { kind: 'dropped' } },
    { what: 'timed out', result: { kind: 'timed-out' } },
    { what: 'was answered by an error', result: { kind: 'answered', status: 500 } },
  ] as const)('[S8] may be again after a write that $what', ({ result }) => {
    const h = created();
    h.run('fn', body(1, A), create);
    const call = h.call('u1');
    h.add({ kind: 'return', instance: 'operator#1', call, result, object: undefined });
    h.run('fn', body(1, A), create);
    expect(found(exactlyOnce, h, judged)).toEqual([]);
  });

  it('[S8] may be again after a stop that cancelled it, and after a rejection', () => {
    const h = created();
    h.run('fn', body(1, A), { ...create, result: 'cancelled' });
    h.life('stopped');
    h.life('started', OP2);
    h.run('fn', body(1, A), { ...create, instance: OP2 });
    h.add({ kind: 'reject', call: h.call('u1', { instance: OP2 }), code: 409 });
    h.run('fn', body(1, A), { ...create, instance: OP2 });
    expect(found(exactlyOnce, h, judged)).toEqual([]);
  });

  it('[S8] counts planned failures over a restart in which one of them was forgotten', () => {
    const h = created();
    h.run('fn', body(1, A), { ...create, result: 'retry' });
    h.life('killed');
    h.run('fn', body(1, A), { ...create, result: 'retry', instance: OP2 });
    h.commit(body(2, { ...A, progress: { fn: { purpose: 'create', retries: 1 } } }), { actor: OP2 });
    h.run('fn', body(2, A), { ...create, retry: 1, instance: OP2 });
    expect(found(exactlyOnce, h, model([{ id: 'fn', reasons: ['create'], plannedFailures: 1 }]))).toEqual([]);
    expect(found(exactlyOnce, h, judged)).toEqual([expect.stringMatching('^8: .* for the 3. time; 0 planned failures and 1 ambiguous')]);
  });

  it('[S8] begins anew when the object returns to an earlier state, with other essences, objects and handlers', () => {
    const h = created();
    h.run('fn', body(1, A), create);
    h.run('fn2', body(1, A), create);
    h.run('fn', body(1, { ...A, uid: 'u2' }), create);
    h.commit(body(2, { ...A, handled: A }));
    for (const [version, old, fresh] of [
      [3, A, B],
      [5, B, A],
      [7, A, B],
    ] as const) {
      h.commit(body(version, { ...fresh, handled: old }), { actor: USER });
      h.run('fn', body(version, { ...fresh, handled: old }), { reason: 'update', old, new: fresh });
      h.commit(body(version + 1, { ...fresh, handled: fresh }));
    }
    expect(found(exactlyOnce, h, judged)).toEqual([]);
  });

  it('[S8] begins anew when somebody took our records away', () => {
    const h = created();
    h.run('fn', body(1, A), create);
    h.commit(body(2, { ...A, progress: { fn: { purpose: 'create', success: true } } }));
    h.commit(body(3, A), { actor: USER });
    h.run('fn', body(3, A), create);
    expect(found(exactlyOnce, h, judged)).toEqual([]);
  });

  it('[S8] is once per life for resumptions', () => {
    const h = created({ handled: A });
    h.run('fn', body(1, A), { reason: 'resume', old: A, new: A });
    h.life('stopped');
    h.run('fn', body(1, A), { reason: 'resume', old: A, new: A, instance: OP2 });
    expect(found(exactlyOnce, h, judged)).toEqual([]);
    h.run('fn', body(1, A), { reason: 'resume', old: A, new: A, instance: OP2 });
    expect(found(exactlyOnce, h, judged)).toEqual([expect.stringMatching('^7: resume handler .* for the 2. time')]);
  });

  it('[S8] takes a start elsewhere for one after a death where no lives are written down', () => {
    const h = historyBuilder();
    h.run('fn', body(1, A), create);
    h.run('fn', body(1, A), { ...create, instance: OP2 });
    expect(found(exactlyOnce, h, judged)).toEqual([]);
  });

  it('[S8] is never again without a reason: each start above the bound is one violation', () => {
    const h = created();
    h.run('fn', body(1, A), create);
    h.run('fn', body(1, A), create);
    h.run('fn', body(1, A), create);
    expect(found(exactlyOnce, h, judged)).toEqual([
      expect.stringMatching("^4: create handler 'fn' .* for the 2. time; 0 planned failures and 0 ambiguous windows allow 1"),
      expect.stringMatching('^6: .* for the 3. time'),
    ]);
  });

  it('[S8] is not excused by what happened to other objects, to reads, to other instances, or before the first start', () => {
    const h = created();
    h.life('started', OP2);
    h.lose(h.call('u1'));
    h.run('fn', body(1, A), create);
    h.lose(h.call('u2'));
    h.lose(h.call(undefined, { method: 'GET' }));
    h.life('killed', OP2);
    h.run('fn', body(1, A), create);
    expect(found(exactlyOnce, h, judged)).toEqual([expect.stringMatching('^12: .* 0 ambiguous windows')]);
  });

  it('[S8] is excused once by all that happens in one gap', () => {
    const h = created();
    h.run('fn', body(1, A), create);
    h.lose(h.call('u1'));
    h.life('killed');
    h.run('fn', body(1, A), { ...create, instance: OP2 });
    h.run('fn', body(1, A), { ...create, instance: OP2 });
    expect(found(exactlyOnce, h, judged)).toEqual([expect.stringMatching('^9: .* 1 ambiguous windows allow 2')]);
  });

  it.each<{ what: string; state: Built; reason: 'create' | 'delete' }>([
    { what: 'its success', state: { progress: { fn: { purpose: 'create', success: true } } }, reason: 'create' },
    { what: 'its failure', state: { progress: { fn: { purpose: 'create', failure: true } } }, reason: 'create' },
    { what: 'the diff base', state: { handled: A }, reason: 'create' },
  ])('[S8] is never after the acknowledgement by $what, whatever else happened', ({ state, reason }) => {
    const h = created();
    h.run('fn', body(1, A), { ...create, reason });
    const ack = h.commit(body(2, { ...A, ...state }));
    h.life('killed');
    h.run('fn', body(1, A), { ...create, reason, instance: OP2 });
    expect(found(exactlyOnce, h, judged)).toEqual([expect.stringMatching(`^6: .* again, though the commit at ${ack} acknowledged`)]);
  });

  it.each(['the finalizer', 'the object'])('[S8] is never after %s of a deletion went, whoever took it', (what) => {
    const held = { ...A, finalizers: [FINALIZER, 'other'], deleting: true };
    const h = created(held);
    h.run('fn', body(1, held), { reason: 'delete', old: A, new: A });
    if (what === 'the object') h.gone('u1', 2, { actor: USER });
    else h.commit(body(2, { ...held, finalizers: ['other'] }));
    h.life('killed');
    if (what === 'the object') h.deliver(body(2, held), OP2);
    h.run('fn', body(1, held), { reason: 'delete', old: A, new: A, instance: OP2 });
    expect(found(exactlyOnce, h, judged)).toEqual([expect.stringMatching('^[67]: .* the commit at 4 acknowledged')]);
  });

  it('[S8] may be for what somebody else took away, as long as the operator was not shown it', () => {
    const held = { ...A, finalizers: [FINALIZER], deleting: true };
    const h = created(held);
    h.run('fn', body(1, held), { reason: 'delete', old: A, new: A });
    h.gone('u1', 2, { actor: USER });
    h.life('killed');
    h.deliver(body(1, held), OP2);
    h.run('fn', body(1, held), { reason: 'delete', old: A, new: A, instance: OP2 });
    expect(found(exactlyOnce, h, judged)).toEqual([]);
  });

  it('[S8] does not begin for a change that the diff base has moved past', () => {
    const h = created();
    h.run('other', body(1, A), create);
    h.commit(body(2, { ...A, handled: A }));
    h.run('fn', body(1, A), create);
    expect(found(exactlyOnce, h, judged)).toEqual([expect.stringMatching("^5: .*'fn' .* moved past already")]);
  });

  it('[S8] goes on after a success for another purpose', () => {
    const h = created();
    h.run('fn', body(1, A), { ...create, result: 'retry' });
    h.commit(body(2, { ...A, progress: { fn: { purpose: 'update', success: true } } }));
    h.life('killed');
    h.run('fn', body(2, A), { ...create, instance: OP2 });
    expect(found(exactlyOnce, h, judged)).toEqual([]);
  });
});
