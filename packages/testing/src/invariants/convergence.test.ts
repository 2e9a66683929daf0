import { describe, expect, it } from 'vitest';
import { convergence } from './convergence.js';
import { finalState } from './final-state.js';
import { body, found, historyBuilder, model, USER } from './history-builder.js';

const A = { spec: { v: 'a' } };
const place = 'default/name-of-u1';

function reference() {
  const h = historyBuilder();
  h.commit(body(1, { ...A, status: { ready: true }, handled: A }));
  return finalState(h.history, model());
}

const judged = model([], { reference: reference() });

describe('the state in the end', () => {
  it('[L1] may be reached on the last moment, by another object of that name, with other versions', () => {
    const h = historyBuilder();
    h.commit(body(1, A), { actor: USER });
    h.gone('u1', 2, { actor: USER });
    const young = body(7, { ...A, uid: 'young', status: { ready: true }, handled: A });
    h.commit({ ...young, metadata: { ...young.metadata, name: 'name-of-u1' } });
    h.phase('converged');
    h.phase('quiet');
    h.gone('young', 9, { actor: USER });
    expect(found(convergence, h, judged)).toEqual([]);
  });

  it('[L1] is not asked for without a reference, or where the history ends before', () => {
    const h = historyBuilder();
    expect(found(convergence, h, judged)).toEqual([]);
    h.phase('converged');
    expect(found(convergence, h, model())).toEqual([]);
  });

  it('[L1] must be the one of the reference: the first difference is named', () => {
    const h = historyBuilder();
    h.commit(body(1, { ...A, status: { ready: false }, handled: A }));
    h.phase('converged');
    expect(found(convergence, h, judged)).toEqual([`1: not converged: ${place}: status.ready must be true, but is false`]);
  });

  it('[L1] must have neither fewer nor more objects', () => {
    const none = historyBuilder();
    none.phase('converged');
    expect(found(convergence, none, judged)).toEqual([`0: not converged: ${place} does not exist, and must`]);

    const more = historyBuilder();
    more.commit(body(1, { ...A, status: { ready: true }, handled: A }));
    more.commit(body(2, { uid: 'u2' }));
    more.phase('converged');
    expect(found(convergence, more, judged)).toEqual(['2: not converged: default/name-of-u2 exists, and must not']);
  });

  it('[L1] must be kept', () => {
    const h = historyBuilder();
    h.commit(body(1, { ...A, status: { ready: true }, handled: A }));
    h.phase('converged');
    h.commit(body(2, { ...A, status: { ready: true }, handled: A }));
    h.commit(body(3, { ...A, handled: A }));
    h.commit(body(4, { ...A, status: { ready: true }, handled: A }));
    h.phase('quiet');
    expect(found(convergence, h, judged)).toEqual([`3: converged, but left again: ${place}: status.ready must be true, but is nothing`]);
  });
});
