import { describe, expect, it } from 'vitest';
import { atLeastOnce } from './at-least-once.js';
import { body, FINALIZER, found, historyBuilder, model, OP2, USER } from './history-builder.js';
import type { MatchedSubject, ModelHandler } from './invariant.js';

const onCreate: ModelHandler = { id: 'make', reasons: ['create'] };
const onUpdate: ModelHandler = { id: 'change', reasons: ['update'] };
const onResume: ModelHandler = { id: 'resume', reasons: ['resume'] };
const onDelete: ModelHandler = { id: 'drop', reasons: ['delete'] };
const A = { spec: { v: 'a' } };
const B = { spec: { v: 'b' } };

/** Created as A by a user, and declared handled by the operator without any handler. */
function handledA() {
  const h = historyBuilder();
  h.commit(body(1, A), { actor: USER });
  h.commit(body(2, { ...A, handled: A }));
  return h;
}

describe('each matching handler and each change', () => {
  it('[S7] is satisfied by an end in an instance that died before it was acknowledged, and by a permanent failure', () => {
    const h = historyBuilder();
    h.commit(body(1, A), { actor: USER });
    h.run('make', body(1, A), { new: A, result: 'permanent' });
    h.life('killed');
    h.commit(body(2, { ...A, handled: A }), { actor: OP2 });
    h.commit(body(3, { ...B, handled: A }), { actor: USER });
    h.run('change', body(3, { ...B, handled: A }), { reason: 'update', old: A, new: B });
    h.commit(body(4, { ...B, handled: B }), { actor: OP2 });
    h.phase('converged');
    expect(found(atLeastOnce, h, model([onCreate, onUpdate]))).toEqual([]);
  });

  it('[S7] is satisfied by what the object records: a handler that succeeded before the creation went on with another state', () => {
    const h = historyBuilder();
    h.commit(body(1, A), { actor: USER });
    h.commit(body(2, { ...A, progress: { make: { purpose: 'create', success: true } } }));
    h.commit(body(3, { ...B, progress: { make: { purpose: 'create', success: true } } }), { actor: USER });
    h.commit(body(4, { ...B, handled: B }));
    h.phase('converged');
    expect(found(atLeastOnce, h, model([onCreate, onUpdate]))).toEqual([]);
  });

  it('[S7] asks nobody whose filters refuse, before the pass or before the commit, nor who is never called', () => {
    const h = historyBuilder();
    h.commit(body(1, A), { actor: USER });
    h.run('other', body(1, A), { new: A });
    h.commit(body(2, { ...A, status: { ready: true } }));
    h.commit(body(3, { ...A, status: { ready: true }, handled: A }));
    h.phase('converged');
    const ready = ({ body: seen }: MatchedSubject) => seen['status'] !== undefined;
    expect(found(atLeastOnce, h, model([{ ...onCreate, matches: ready }]))).toEqual([]);
    expect(found(atLeastOnce, h, model([{ ...onCreate, matches: (seen) => !ready(seen) }]))).toEqual([]);
    expect(found(atLeastOnce, h, model([{ ...onCreate, maxAttempts: 0 }]))).toEqual([]);
  });

  it('[S7] finds a creation that counts as handled without its handler, and with an attempt that only failed', () => {
    expect(found(atLeastOnce, handledA(), model([onCreate]))).toEqual([
      expect.stringMatching("^1: the create .* declared handled, but handler 'make'"),
    ]);

    const h = historyBuilder();
    h.commit(body(1, A), { actor: USER });
    h.run('make', body(1, A), { new: A, result: 'retry' });
    h.commit(body(2, { ...A, handled: A }));
    expect(found(atLeastOnce, h, model([onCreate]))).toEqual([expect.stringMatching("^3: .*'make'")]);
  });

  it('[S7] finds an update that counts as handled by what happened for the creation', () => {
    const h = historyBuilder();
    const both: ModelHandler = { id: 'both', reasons: ['create', 'update'] };
    h.commit(body(1, A), { actor: USER });
    h.run('both', body(1, A), { new: A });
    h.commit(body(2, { ...A, handled: A }));
    h.commit(body(3, { ...B, handled: A }), { actor: USER });
    h.commit(body(4, { ...B, handled: B }));
    expect(found(atLeastOnce, h, model([both]))).toEqual([expect.stringMatching("^5: the update .*'both'")]);
  });

  it('[S7] finds changes that nobody handled in the end, but not before the end of convergence', () => {
    const h = historyBuilder();
    h.commit(body(1, A), { actor: USER });
    h.commit(body(2, { uid: 'u2', ...A, handled: B }), { actor: USER });
    expect(found(atLeastOnce, h, model([onCreate, onUpdate]))).toEqual([]);
    h.phase('converged');
    expect(found(atLeastOnce, h, model([onCreate, onUpdate]))).toEqual([
      expect.stringMatching("^2: handler 'make' is not done with the create of name-of-u1"),
      expect.stringMatching("^2: handler 'change' is not done with the update of name-of-u2"),
    ]);
  });

  it('[S7] finds a deletion that waits for a handler that never ran', () => {
    const h = historyBuilder();
    h.commit(body(1, { ...A, handled: A, finalizers: [FINALIZER] }), { actor: USER });
    h.commit(body(2, { ...A, handled: A, finalizers: [FINALIZER], deleting: true }), { actor: USER });
    h.phase('converged');
    expect(found(atLeastOnce, h, model([onDelete]))).toEqual([expect.stringMatching("^2: handler 'drop' is not done with the deletion")]);
  });

  it('[S7] finds a life in which an object was not resumed', () => {
    const h = handledA();
    h.life('started', OP2);
    h.phase('converged');
    expect(found(atLeastOnce, h, model([onResume]))).toEqual([expect.stringMatching(`^3: handler 'resume' never saw .* in ${OP2}`)]);
  });

  it('[S7] expects no resumption in lives that are over, after one in this life, or of what was created since', () => {
    const h = handledA();
    h.life('started');
    h.life('killed');
    h.life('started', OP2);
    h.commit(body(3, { uid: 'u2', ...A }), { actor: USER });
    h.commit(body(4, { uid: 'u2', ...A, handled: A }), { actor: OP2 });
    h.run('resume', body(2, { ...A, handled: A }), { reason: 'resume', old: A, new: A, instance: OP2 });
    h.phase('converged');
    expect(found(atLeastOnce, h, model([onResume]))).toEqual([]);
  });

  it('[S7] expects no resumption by a handler whose success an earlier life recorded, nor after others changed the diff base', () => {
    const recorded = historyBuilder();
    recorded.commit(body(1, { ...A, handled: A, progress: { resume: { purpose: 'resume', success: true } } }), { actor: USER });
    recorded.life('started');
    recorded.phase('converged');
    expect(found(atLeastOnce, recorded, model([onResume]))).toEqual([]);

    const disturbed = handledA();
    disturbed.life('started', OP2);
    disturbed.commit(body(3, A), { actor: USER });
    disturbed.commit(body(4, { ...A, handled: A }), { actor: OP2 });
    disturbed.phase('converged');
    expect(found(atLeastOnce, disturbed, model([onResume]))).toEqual([]);
  });
});
