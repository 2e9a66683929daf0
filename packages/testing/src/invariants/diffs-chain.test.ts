import type { Diff, Json } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { diffsChain } from './diffs-chain.js';
import { body, type Built, found, historyBuilder, model, USER } from './history-builder.js';

const A = { spec: { v: 'a' } };
const B = { spec: { v: 'b' } };
const C = { spec: { v: 'c' } };
const judged = model([
  { id: 'make', reasons: ['create'] },
  { id: 'make2', reasons: ['create'] },
  { id: 'fn', reasons: ['create', 'update'], matches: () => false },
  { id: 'change', reasons: ['update'] },
]);
const step = (from: string, to: string): Diff => [{ op: 'change', field: ['spec', 'v'], old: from, new: to }];
const added = (what: Json): Diff => [{ op: 'add', field: [], old: undefined, new: what }];

function created() {
  const h = historyBuilder();
  h.commit(body(1, A), { actor: USER });
  h.run('make', body(1, A), { new: A, diff: added(A) });
  return h;
}

describe('the changes that handlers are told of', () => {
  it('[S10] may be composed of several, be told again after a death, and pass over what nobody wants', () => {
    const h = created();
    h.commit(body(2, { ...A, handled: A }));
    h.commit(body(3, { ...B, handled: A }), { actor: USER });
    h.run('change', body(3, { ...B, handled: A }), { reason: 'update', old: A, new: B, diff: step('a', 'b') });
    h.life('killed');
    h.commit(body(4, { ...C, handled: A }), { actor: USER });
    h.run('change', body(4, { ...C, handled: A }), { reason: 'update', old: A, new: C, diff: step('a', 'c') });
    h.commit(body(5, { ...C, labels: { unwanted: 'yes' }, handled: A }), { actor: USER });
    h.commit(body(6, { ...C, labels: { unwanted: 'yes' }, handled: { ...C, metadata: { labels: { unwanted: 'yes' } } } }));
    const picky = model([
      {
        id: 'change',
        reasons: ['update'],
        matches: ({ old, new: fresh }) => JSON.stringify((old as Built | undefined)?.spec) !== JSON.stringify((fresh as Built).spec),
      },
    ]);
    expect(found(diffsChain, h, picky)).toEqual([]);
  });

  it('[S10] are reduced to the field of a handler, and contain the fields of all', () => {
    const h = historyBuilder();
    const handled = { spec: { v: 'a' }, status: { s: 1 } };
    h.commit(body(1, { ...B, status: { s: 2, other: 3 }, handled }), { actor: USER });
    const seen = body(1, { ...B, status: { s: 2, other: 3 }, handled });
    h.run('f', seen, { reason: 'update', old: 1, new: 2, diff: [{ op: 'change', field: [], old: 1, new: 2 }] });
    h.run('change', seen, { reason: 'update', old: handled, new: { spec: B.spec, status: { s: 2 } } });
    expect(
      found(
        diffsChain,
        h,
        model([
          { id: 'f', reasons: ['update'], field: ['status', 's'] },
          { id: 'change', reasons: ['update'] },
        ]),
      ),
    ).toEqual([]);
  });

  it("[S10] are the same for all handlers of a pass, whatever the ones before contributed, and leave out operators' annotations", () => {
    const h = historyBuilder();
    const own = { 'my.example/kopf-managed': 'yes', 'my.example/fn': 'x', 'kopf.zalando.org/fn': 'y' };
    h.commit(body(1, { ...A, annotations: own }), { actor: USER });
    h.run('make', body(1, { ...A, annotations: own }), { new: A, contributed: { metadata: { labels: { l: '1' } } } });
    h.run('make2', body(1, { ...A, annotations: own, labels: { l: '1' } }), { new: A });
    h.commit(body(2, { ...A, annotations: own, labels: { l: '1' }, handled: A }));
    expect(found(diffsChain, h, judged)).toEqual([]);
  });

  it.each<{ what: string; state: Built; told: object; says: string }>([
    {
      what: 'a creation of what was handled before',
      state: { ...A, handled: A },
      told: { reason: 'create', old: A, new: A },
      says: 'though something was handled',
    },
    { what: 'an update of what was not', state: A, told: { reason: 'update', new: A }, says: 'though nothing was handled' },
    {
      what: 'an old state that was not handled last',
      state: { ...B, handled: A },
      told: { reason: 'update', old: C, new: B },
      says: 'told an old state .*"c"',
    },
    {
      what: 'a new state that is not the object',
      state: { ...B, handled: A },
      told: { reason: 'update', old: A, new: C },
      says: 'told a new state .*"c"',
    },
    {
      what: 'a diff that leads elsewhere',
      state: { ...B, handled: A },
      told: { reason: 'update', old: A, new: B, diff: step('a', 'c') },
      says: 'a diff that does not lead',
    },
    {
      what: 'a diff that leaves something out',
      state: { ...B, handled: A },
      told: { reason: 'update', old: A, new: B, diff: [] },
      says: 'a diff that does not lead',
    },
  ])('[S10] are not $what', ({ state, told, says }) => {
    const h = historyBuilder();
    h.commit(body(1, state), { actor: USER });
    h.run('fn', body(1, state), told);
    expect(found(diffsChain, h, judged)).toEqual([expect.stringMatching(`^1: .*'fn' of name-of-u1 .*${says}`)]);
  });

  it('[S10] are no torn pair for a later handler of a pass', () => {
    const h = created();
    h.commit(body(2, B), { actor: USER });
    h.run('make2', body(1, A), { new: B });
    expect(found(diffsChain, h, judged)).toEqual([expect.stringMatching("^4: .*'make2' .* told a new state")]);
  });

  it('[S10] have no hole: the diff base does not move over a change that somebody wants', () => {
    const h = created();
    h.commit(body(2, B), { actor: USER });
    h.commit(body(3, { ...B, handled: B }));
    expect(found(diffsChain, h, judged)).toEqual([
      expect.stringMatching("^4: the diff base .* moves over a change .* 'change' wants updates"),
    ]);
  });

  it('[S10] have no hole either where one of several handlers is recorded as done', () => {
    const h = created();
    const progress = { make: { purpose: 'create', success: true } };
    h.commit(body(2, { ...A, progress }));
    h.run('make2', body(2, { ...A, progress }), { new: A, diff: added(A) });
    h.commit(body(3, { ...B, progress }), { actor: USER });
    h.commit(body(4, { ...B, handled: B }));
    expect(found(diffsChain, h, judged)).toEqual([expect.stringMatching("^7: the diff base .* 'change' wants updates")]);
  });

  it('[S10] may go on without handlers that are all recorded as done', () => {
    const h = created();
    const progress = { make: { purpose: 'create', success: true }, make2: { purpose: 'create', success: true } };
    h.commit(body(2, { ...A, progress }));
    h.commit(body(3, { ...B, progress }), { actor: USER });
    h.commit(body(4, { ...B, handled: B }));
    expect(found(diffsChain, h, judged)).toEqual([]);
  });

  it('[S10] lead to states that the object had, unless handlers changed it', () => {
    const mixed = { spec: { v: 'mixed' } };
    const h = historyBuilder();
    h.commit(body(1, A), { actor: USER });
    h.commit(body(2, { ...B, handled: mixed }));
    expect(found(diffsChain, h, judged)).toEqual([expect.stringMatching('^1: what counts as handled .* is no state that it had: .*mixed')]);

    const changed = historyBuilder();
    changed.commit(body(1, A), { actor: USER });
    changed.run('make', body(1, A), { new: A, contributed: { spec: { v: 'mixed' } } });
    changed.commit(body(2, { spec: { v: 'mixed', user: 1 }, handled: mixed }));
    expect(found(diffsChain, changed, model([{ id: 'make', reasons: ['create'] }]))).toEqual([]);
  });
});
