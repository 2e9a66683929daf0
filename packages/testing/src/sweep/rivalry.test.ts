import { describe, expect, it } from 'vitest';
import { body, FINALIZER, historyBuilder, model, OP, USER } from '../invariants/history-builder.js';
import { checkOperators } from './rivalry.js';

const THEIRS = 'rival.kopf.zalando.org/finalizer';
const ours = model([]);
const rival = model([], {
  annotationPrefix: 'rival.kopf.zalando.org',
  finalizer: THEIRS,
  isOwnActor: (actor) => actor.startsWith('rival#'),
});

/** An object that both hold, which one of them lets go. */
function letGo(finalizers: readonly string[], actor: string) {
  const h = historyBuilder();
  h.commit(body(1, { finalizers: [FINALIZER, THEIRS] }), { actor: USER });
  const seq = h.commit(body(2, { finalizers }), { actor });
  return { history: h.history, seq };
}

describe('two operators on one object', () => {
  it('[S5] may each take their own finalizer away, and so may somebody else with both', () => {
    expect(checkOperators(letGo([THEIRS], OP).history, [ours, rival])).toEqual([]);
    expect(checkOperators(letGo([], USER).history, [ours, rival])).toEqual([]);
  });

  it('[S5] must leave the finalizer of the other one alone', () => {
    const { history, seq } = letGo([FINALIZER], OP);
    const released = checkOperators(history, [ours, rival]).filter(({ invariant }) => invariant === 'S5');
    expect(released).toMatchObject([{ invariant: 'S5', seq, message: expect.stringContaining(THEIRS) as string }]);
  });

  it('[S1] are each judged by what they do themselves: handlers of both may run at the same time', () => {
    const overlapping = (instance: string) => {
      const h = historyBuilder();
      h.commit(body(1), { actor: USER });
      const first = h.start('one', body(1));
      const second = h.start('two', body(1), { instance });
      h.end(first);
      h.end(second);
      return h.history;
    };
    const handlers = [{ id: 'one', reasons: ['create'] as const }];
    const models = [
      { ...ours, handlers },
      { ...rival, handlers: [{ id: 'two', reasons: ['create'] as const }] },
    ];
    const overlaps = (instance: string) => checkOperators(overlapping(instance), models).filter(({ invariant }) => invariant === 'S1');
    expect(overlaps('rival#1')).toEqual([]);
    expect(overlaps(OP)).toHaveLength(1);
  });
});
