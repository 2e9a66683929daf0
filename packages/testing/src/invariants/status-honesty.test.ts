import type { JsonObject, ObjectBody } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { body, found, historyBuilder, USER } from './history-builder.js';
import { statusHonesty } from './status-honesty.js';

const at = (version: number, generation: number, status: JsonObject): ObjectBody => {
  const plain = body(version, { status });
  return { ...plain, metadata: { ...plain.metadata, generation } };
};
const ready = (more: JsonObject) => ({ conditions: [{ type: 'Ready', ...more }] });

describe('what a status claims', () => {
  it('[S20] is about a generation that exists, and follows it', () => {
    const h = historyBuilder();
    h.commit(at(1, 1, {}), { actor: USER });
    h.commit(at(2, 1, { observedGeneration: 1, ...ready({ status: 'True', observedGeneration: 1 }) }));
    h.commit(at(3, 3, { observedGeneration: 2, ...ready({ status: 'True', observedGeneration: 3 }) }));
    expect(found(statusHonesty, h)).toEqual([]);
  });

  it('[S20] is never about a generation to come', () => {
    const h = historyBuilder();
    h.commit(at(1, 1, {}), { actor: USER });
    h.commit(at(2, 1, { observedGeneration: 2, ...ready({ observedGeneration: 3 }) }));
    expect(found(statusHonesty, h)).toEqual([
      '1: operator#1 says of name-of-u1 (u1): the status has seen generation 2, of 1',
      '1: operator#1 says of name-of-u1 (u1): condition Ready has seen generation 3, of 1',
    ]);
  });

  it('[S20] never goes back to an older generation', () => {
    const h = historyBuilder();
    h.commit(at(1, 2, { observedGeneration: 2 }), { actor: USER });
    h.commit(at(2, 2, { observedGeneration: 1 }));
    expect(found(statusHonesty, h)).toEqual(['1: operator#1 says of name-of-u1 (u1): the status goes back from generation 2 to 1']);
  });

  it('[S20] says since when it is so: another time if and only if it is otherwise', () => {
    const h = historyBuilder();
    h.commit(at(1, 1, ready({ status: 'True', lastTransitionTime: 'then' })), { actor: USER });
    h.commit(at(2, 1, ready({ status: 'False', lastTransitionTime: 'now' })));
    expect(found(statusHonesty, h)).toEqual([]);
    h.commit(at(3, 1, ready({ status: 'True', lastTransitionTime: 'now' })));
    h.commit(at(4, 1, ready({ status: 'True', lastTransitionTime: 'later' })));
    expect(found(statusHonesty, h)).toEqual([
      '2: operator#1 says of name-of-u1 (u1): condition Ready changes without a new lastTransitionTime',
      '3: operator#1 says of name-of-u1 (u1): condition Ready has another lastTransitionTime, and the same status',
    ]);
  });

  it('is judged for the operator alone', () => {
    const h = historyBuilder();
    h.commit(at(1, 1, {}), { actor: USER });
    h.commit(at(2, 1, { observedGeneration: 7 }), { actor: USER });
    expect(found(statusHonesty, h)).toEqual([]);
  });
});
