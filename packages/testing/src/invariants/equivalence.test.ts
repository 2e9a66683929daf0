import { describe, expect, it } from 'vitest';
import { equivalence } from './equivalence.js';
import { body, found, historyBuilder, model, USER, type HistoryBuilder } from './history-builder.js';
import { undisturbedOf } from './undisturbed.js';

function story(act: (h: HistoryBuilder) => void): HistoryBuilder {
  const h = historyBuilder();
  h.commit(body(1), { actor: USER });
  act(h);
  h.phase('converged');
  return h;
}

const childOf = (owner: string, uid: string) => {
  const plain = body(2, { uid });
  return { ...plain, metadata: { ...plain.metadata, ownerReferences: [{ name: owner }] } };
};
const child = (h: HistoryBuilder, uid: string, actor = 'operator#1'): number =>
  h.commit(childOf('a', uid), { collection: 'configmaps', actor });
const calm = story((h) => {
  child(h, 'c1');
  h.gone('u1', 3, { actor: USER });
});
const judged = model([], { undisturbed: undisturbedOf(calm.history, model()) });

describe('what happened to each object', () => {
  it('[L8] is the same where as much was created and deleted, whatever else happened, and whoever else created', () => {
    const same = story((h) => {
      child(h, 'c2');
      child(h, 'c3', USER);
      h.commit(body(5, { uid: 'e1' }), { collection: 'events' });
      h.commit(body(6), {});
      h.gone('u1', 7);
    });
    expect(found(equivalence, same, judged)).toEqual([]);
  });

  it('[L8] is not the same with a child too many, and an object too few', () => {
    const other = story((h) => {
      child(h, 'c2');
      child(h, 'c3');
    });
    expect(found(equivalence, other, judged)).toEqual([
      '3: configmaps of default/a: created 2 times and deleted 0 times, and created 1 times and deleted 0 times without mishaps',
      '3: kopf.dev/kopfexamples default/name-of-u1: created 1 times and deleted 0 times, and created 1 times and deleted 1 times without mishaps',
    ]);
  });

  it('is not asked for without a measure, or before all has converged', () => {
    expect(
      found(
        equivalence,
        story(() => undefined),
      ),
    ).toEqual([]);
    expect(found(equivalence, historyBuilder(), judged)).toEqual([]);
  });
});
