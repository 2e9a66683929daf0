import { describe, expect, it } from 'vitest';
import { body, type Built, FINALIZER, found, historyBuilder, OP2, PREFIX, USER } from './history-builder.js';
import { noLostUpdate } from './no-lost-update.js';

/** A first state, and what an own commit makes of it after a handler contributed this. */
function judged(first: Built, then: Built, contributed = {}): readonly string[] {
  const h = historyBuilder();
  h.commit(body(1, first), { actor: USER });
  h.run('fn', body(1, first), { contributed });
  h.commit(body(2, then));
  return found(noLostUpdate, h);
}

describe('what the operator changes', () => {
  it.each<{ what: string; first: Built; then: Built; contributed?: object }>([
    { what: 'a result', first: {}, then: { status: { fn: { deep: 1 } } }, contributed: { status: { fn: { deep: 1 } } } },
    { what: 'a value under a whole', first: { status: { x: [1] } }, then: { status: { x: [2] } }, contributed: { status: { x: [2] } } },
    { what: 'a deletion', first: { spec: { a: 1, b: 2 } }, then: { spec: { b: 2 } }, contributed: { spec: { a: null } } },
    { what: 'a mapping for a scalar', first: { spec: { a: 1 } }, then: { spec: { a: { b: 1 } } }, contributed: { spec: { a: { b: 1 } } } },
    { what: 'an empty mapping left of a deletion', first: {}, then: { status: {} }, contributed: { status: { gone: null } } },
    {
      what: 'its annotations',
      first: {},
      then: { handled: {}, progress: { fn: { retries: 1 } }, annotations: { [`${PREFIX}/kopf-managed`]: 'yes' } },
    },
    { what: 'the end of its annotations', first: { handled: {} }, then: { annotations: {} } },
    { what: 'its finalizer', first: { finalizers: ['a', 'b'] }, then: { finalizers: ['a', FINALIZER, 'b'] } },
    {
      what: 'the removal of its finalizer',
      first: { finalizers: [FINALIZER, 'b'], deleting: true },
      then: { finalizers: ['b'], deleting: true },
    },
    {
      what: 'its condition among those of others',
      first: { status: { conditions: [{ type: 'Ready' }] } },
      then: { status: { conditions: [{ type: 'Ready' }, { type: 'HandlerResultsAccepted', status: 'False' }] } },
    },
    { what: 'equal lists with keys in another order', first: { spec: { l: [{ a: 1, b: 2 }] } }, then: { spec: { l: [{ b: 2, a: 1 }] } } },
  ])('[S4] may be $what', ({ first, then, contributed }) => {
    expect(judged(first, then, contributed)).toEqual([]);
  });

  it.each<{ what: string; first: Built; then: Built; contributed?: object; says: string }>([
    { what: 'the spec of a user', first: { spec: { a: 1 } }, then: { spec: { a: 2 } }, says: 'spec.a of .* from 1 to 2' },
    {
      what: 'more than contributed',
      first: {},
      then: { status: { x: 1, y: 2 } },
      contributed: { status: { x: 1 } },
      says: 'status.y .* nothing to 2',
    },
    { what: 'labels', first: { labels: { l: 'a' } }, then: {}, says: 'metadata.labels.l of .* from "a" to nothing' },
    { what: "others' annotations", first: {}, then: { annotations: { other: 'x' } }, says: 'metadata.annotations.other' },
    { what: 'the order of finalizers', first: { finalizers: ['a', 'b'] }, then: { finalizers: ['b', 'a'] }, says: 'metadata.finalizers' },
    {
      what: "another's finalizer",
      first: { finalizers: ['a', FINALIZER] },
      then: { finalizers: [FINALIZER] },
      says: 'metadata.finalizers',
    },
    {
      what: 'its finalizer twice',
      first: { finalizers: [FINALIZER] },
      then: { finalizers: [FINALIZER, FINALIZER] },
      says: 'metadata.finalizers',
    },
    {
      what: "another's condition",
      first: { status: { conditions: [{ type: 'Ready' }] } },
      then: { status: { conditions: [{ type: 'HandlerResultsAccepted', status: 'False' }] } },
      says: 'status.conditions',
    },
    {
      what: 'the end of its condition',
      first: { status: { conditions: [{ type: 'HandlerResultsAccepted', status: 'False' }] } },
      then: { status: { conditions: [] } },
      says: 'status.conditions',
    },
    { what: 'a neighbour in a list', first: { spec: { l: [1, 2] } }, then: { spec: { l: [1] } }, says: 'spec.l' },
  ])('[S4] must not be $what', ({ first, then, contributed, says }) => {
    expect(judged(first, then, contributed)).toEqual([expect.stringMatching(`^3: ${says}`)]);
  });

  it('[S4] may come late, from an invocation of an instance that died, and be of others than the operator', () => {
    const h = historyBuilder();
    h.commit(body(1), { actor: USER });
    h.run('fn', body(1), { contributed: { status: { fn: 1 } } });
    h.life('killed');
    h.commit(body(2, { spec: { mine: true } }), { actor: USER });
    h.commit(body(3, { spec: { mine: true }, status: { fn: 1 } }), { actor: OP2 });
    expect(found(noLostUpdate, h)).toEqual([]);
  });

  it('[S4] must not come before the handler has ended, nor from a handler of another object', () => {
    const h = historyBuilder();
    h.commit(body(1), { actor: USER });
    h.run('fn', body(1, { uid: 'u2' }), { contributed: { status: { fn: 1 } } });
    const running = h.start('fn', body(1));
    h.commit(body(2, { status: { fn: 1 } }));
    h.end(running, 'ok', { status: { fn: 1 } });
    expect(found(noLostUpdate, h)).toEqual([expect.stringMatching('^4: status.fn')]);
  });

  it('[S4] must not be the deletion of an object that nobody asked for', () => {
    const h = historyBuilder();
    h.commit(body(1), { actor: USER });
    h.commit(body(2, { uid: 'u2', deleting: true, finalizers: [FINALIZER] }), { actor: USER });
    h.gone('u2', 3);
    h.gone('u1', 4);
    expect(found(noLostUpdate, h)).toEqual([expect.stringMatching('^3: .* is deleted by the operator')]);
  });
});
