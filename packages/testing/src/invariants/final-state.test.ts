import { describe, expect, it } from 'vitest';
import { finalState } from './final-state.js';
import { body, historyBuilder, LHC, model, PREFIX, USER } from './history-builder.js';

const at = (second: number) => `2024-01-01T00:00:0${String(second)}.000000+00:00`;

function stateAt(second: number, more: object = {}) {
  const h = historyBuilder();
  const made = body(second, {
    uid: `u${String(second)}`,
    spec: { v: 'a' },
    handled: { spec: { v: 'a' } },
    progress: { fn: { started: at(second), retries: 1, message: 'at work' } },
    annotations: { mine: at(second), [`${PREFIX}/broken`]: '{' },
    ...more,
  });
  h.commit(body(1, { uid: 'gone' }), { actor: USER });
  h.commit({ ...made, metadata: { ...made.metadata, name: 'a', generation: second, creationTimestamp: at(second), managedFields: [] } });
  h.commit(body(9, { uid: 'pod' }), { collection: 'pods' });
  h.gone('gone', 10);
  return finalState(h.history, model());
}

describe('the final state of a history', () => {
  it('has the objects of the collection that are left, without what differs from run to run', () => {
    expect(stateAt(3)).toEqual({
      'default/a': {
        apiVersion: 'kopf.dev/v1',
        kind: 'KopfExample',
        metadata: {
          name: 'a',
          namespace: 'default',
          annotations: {
            mine: at(3),
            [LHC]: { spec: { v: 'a' } },
            [`${PREFIX}/fn`]: { started: '(masked)', retries: 1, message: 'at work' },
            [`${PREFIX}/broken`]: '{',
          },
        },
        spec: { v: 'a' },
      },
    });
  });

  it('tells that a deletion was requested, but not when', () => {
    expect(stateAt(3, { deleting: true })).toMatchObject({ 'default/a': { metadata: { deletionTimestamp: '(masked)' } } });
  });
});
