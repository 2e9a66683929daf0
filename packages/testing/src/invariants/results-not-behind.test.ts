import { describe, expect, it } from 'vitest';
import { body, type Built, FINALIZER, found, type HistoryBuilder, historyBuilder, model, OP2, USER } from './history-builder.js';
import { resultsNotBehind } from './results-not-behind.js';

const A = { spec: { v: 'a' } };
const judged = model([
  { id: 'fn', reasons: ['create', 'update'] },
  { id: 'fn2', reasons: ['create'] },
  { id: 'drop', reasons: ['delete'] },
]);
const result = { status: { fn: { x: 1 } } };

function created(more: Built = {}): HistoryBuilder {
  const h = historyBuilder();
  h.commit(body(1, { ...A, ...more }), { actor: USER });
  return h;
}

describe('results and acknowledgements', () => {
  it('[S9] may be in the same commit, or in an earlier one that others overwrote since', () => {
    const same = created();
    same.run('fn', body(1, A), { contributed: result });
    same.commit(body(2, { ...A, ...result, handled: A }));
    expect(found(resultsNotBehind, same, judged)).toEqual([]);

    const earlier = created();
    earlier.run('fn', body(1, A), { contributed: result });
    earlier.commit(body(2, { ...A, ...result }));
    earlier.commit(body(3, { ...A, status: { fn: 'mine' } }), { actor: USER });
    earlier.commit(body(4, { ...A, status: { fn: 'mine' }, handled: A }));
    expect(found(resultsNotBehind, earlier, judged)).toEqual([]);
  });

  it('[S9] need not be written when the object had them, in what the handler saw or since', () => {
    const seen = created({ status: { fn: { x: 1, y: 2 } } });
    seen.commit(body(2, { ...A, status: { fn: 'other' } }), { actor: USER });
    seen.run('fn', body(1, { ...A, status: { fn: { x: 1, y: 2 } } }), { contributed: { status: { fn: { x: 1, z: null } } } });
    seen.commit(body(3, { ...A, status: { fn: 'other' }, handled: A }));
    expect(found(resultsNotBehind, seen, judged)).toEqual([]);

    const since = created();
    const running = since.start('fn', body(1, A));
    since.commit(body(2, { ...A, ...result }), { actor: USER });
    since.commit(body(3, A), { actor: USER });
    since.end(running, 'ok', result);
    since.commit(body(4, { ...A, handled: A }));
    expect(found(resultsNotBehind, since, judged)).toEqual([]);
  });

  it('[S9] are those of the last attempt, and of the handler that had the last word', () => {
    const h = created();
    h.run('fn', body(1, A), { contributed: { status: { fn: { x: 0 } } } });
    h.life('killed');
    h.run('fn', body(1, A), { contributed: result, instance: OP2 });
    h.run('fn2', body(1, A), { contributed: { status: { fn: { x: 2 } } }, instance: OP2 });
    h.commit(body(2, { ...A, status: { fn: { x: 2 } }, handled: A }), { actor: OP2 });
    expect(found(resultsNotBehind, h, judged)).toEqual([]);
  });

  it('[S9] may be missing of what is cancelled, what vanished, and what filters refuse since', () => {
    const cancelled = created();
    cancelled.run('fn', body(1, A), { contributed: result, result: 'cancelled' });
    cancelled.commit(body(2, { ...A, handled: A }));
    expect(found(resultsNotBehind, cancelled, judged)).toEqual([]);

    const gone = created({ finalizers: [FINALIZER], deleting: true });
    gone.run('drop', body(1, { ...A, finalizers: [FINALIZER], deleting: true }), { reason: 'delete', contributed: result });
    gone.gone('u1', 2);
    expect(found(resultsNotBehind, gone, judged)).toEqual([]);

    const refused = created();
    refused.run('fn', body(1, A), { contributed: result });
    refused.commit(body(2, { ...A, labels: { off: 'yes' } }), { actor: USER });
    refused.commit(body(3, { ...A, labels: { off: 'yes' }, handled: A }));
    const picky = model([{ id: 'fn', reasons: ['create'], matches: ({ body: { metadata } }) => metadata.labels === undefined }]);
    expect(found(resultsNotBehind, refused, picky)).toEqual([]);
  });

  it.each([
    {
      what: 'operations whose tests hold',
      sent: [
        { op: 'test', path: '/metadata/uid', value: 'u1' },
        { op: 'add', path: '/status', value: {} },
      ],
    },
    { what: 'a merge for this uid', sent: { metadata: { uid: 'u1' }, status: {} } },
  ])('[S9] may be missing when the server refuses them as invalid: $what', ({ sent }) => {
    const h = created();
    h.run('fn', body(1, A), { contributed: result });
    h.add({ kind: 'reject', call: h.call('u1', { body: sent }), code: 422 });
    h.commit(body(2, { ...A, handled: A }));
    expect(found(resultsNotBehind, h, judged)).toEqual([]);
  });

  it.each([
    { what: 'operations whose test fails', sent: [{ op: 'test', path: '/metadata/uid', value: 'u0' }] },
    { what: 'a merge for another uid', sent: { metadata: { uid: 'u0' } } },
  ])('[S9] must not be missing when the server refuses them as stale: $what', ({ sent }) => {
    const h = created();
    h.run('fn', body(1, A), { contributed: result });
    h.add({ kind: 'reject', call: h.call('u1', { body: sent }), code: 422 });
    h.commit(body(2, { ...A, handled: A }));
    expect(found(resultsNotBehind, h, judged)).toEqual([expect.stringMatching('^5: ')]);
  });

  it.each<{ what: string; state: Built }>([
    { what: 'the diff base', state: { handled: A } },
    { what: 'its progress', state: { progress: { fn: { purpose: 'create', success: true } } } },
  ])('[S9] must not come after $what', ({ state }) => {
    const h = created();
    h.run('fn', body(1, A), { contributed: { ...result, metadata: { labels: { l: 'x' } } } });
    h.commit(body(2, { ...A, labels: { l: 'x' }, ...state }));
    h.commit(body(3, { ...A, labels: { l: 'x' }, ...state, ...result }));
    expect(found(resultsNotBehind, h, judged)).toEqual([
      expect.stringMatching("^3: handler 'fn' counts as done .* status.fn.x = 1 was never stored"),
    ]);
  });

  it('[S9] must not be lost with an instance whose handlers another one counts as done', () => {
    const h = created();
    h.run('fn', body(1, A), { contributed: result });
    h.life('killed');
    h.commit(body(2, { ...A, handled: A }), { actor: OP2 });
    expect(found(resultsNotBehind, h, judged)).toEqual([expect.stringMatching('^4: .* status.fn.x')]);
  });

  it('[S9] must not be missing for a deletion that leaves the object to others, nor if a deletion was asked for', () => {
    const held = { ...A, status: { old: 1 }, finalizers: [FINALIZER, 'other'], deleting: true };
    const h = created(held);
    h.run('drop', body(1, held), { reason: 'delete', contributed: { status: { drop: 1, old: null } } });
    h.commit(body(2, { ...held, finalizers: ['other'] }));
    expect(found(resultsNotBehind, h, judged)).toEqual([
      expect.stringMatching('^3: .* status.drop = 1'),
      expect.stringMatching('^3: .* status.old = null'),
    ]);
  });
});
