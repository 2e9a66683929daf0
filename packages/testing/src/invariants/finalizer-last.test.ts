import { describe, expect, it } from 'vitest';
import { finalizerLast } from './finalizer-last.js';
import { body, FINALIZER, found, historyBuilder, model, OP2, USER } from './history-builder.js';
import type { ModelHandler } from './invariant.js';

const drop: ModelHandler = { id: 'drop', reasons: ['delete'] };
const held = { finalizers: [FINALIZER], deleting: true } as const;

function deleting() {
  const h = historyBuilder();
  h.commit(body(1, { finalizers: [FINALIZER] }), { actor: USER });
  h.commit(body(2, held), { actor: USER });
  return h;
}

describe('the removal of our finalizer', () => {
  it.each(['ok', 'permanent'] as const)(
    '[S5] may follow upon an end (%s) of all delete handlers, also of an instance that died',
    (result) => {
      const h = deleting();
      h.run('drop', body(2, held), { reason: 'delete', result });
      h.life('killed');
      h.gone('u1', 3, { actor: OP2 });
      expect(found(finalizerLast, h, model([drop]))).toEqual([]);
    },
  );

  it('[S5] may follow upon the last attempt, upon what the object records of the deletion alone, and be done by somebody else', () => {
    const limited = deleting();
    limited.run('drop', body(2, held), { reason: 'delete', result: 'retry', retry: 2 });
    limited.gone('u1', 3);
    expect(found(finalizerLast, limited, model([{ ...drop, maxAttempts: 3 }]))).toEqual([]);

    const recorded = deleting();
    recorded.commit(body(3, { ...held, progress: { drop: { purpose: 'delete', success: true } } }));
    recorded.gone('u1', 4);
    expect(found(finalizerLast, recorded, model([drop]))).toEqual([]);

    const created = deleting();
    created.commit(body(3, { ...held, progress: { drop: { purpose: 'create', success: true } } }));
    created.gone('u1', 4);
    expect(found(finalizerLast, created, model([drop]))).toHaveLength(1);

    const foreign = deleting();
    foreign.gone('u1', 3, { actor: USER });
    expect(found(finalizerLast, foreign, model([drop]))).toEqual([]);
  });

  it('[S5] waits for daemons of the object that still run, but not for those of an instance that died', () => {
    const running = deleting();
    running.start('watches', body(2, held), { reason: 'daemon' });
    running.gone('u1', 3);
    expect(found(finalizerLast, running, model([]))).toEqual([expect.stringContaining("daemon 'watches' still runs")]);

    const ended = deleting();
    ended.run('watches', body(2, held), { reason: 'daemon' });
    ended.gone('u1', 3);
    expect(found(finalizerLast, ended, model([]))).toEqual([]);

    const died = deleting();
    died.start('watches', body(2, held), { reason: 'daemon' });
    died.life('killed');
    died.gone('u1', 3, { actor: OP2 });
    expect(found(finalizerLast, died, model([]))).toEqual([]);
  });

  it('[S5] needs nobody whose filters refuse, or who does not block the deletion', () => {
    const h = deleting();
    h.gone('u1', 3);
    expect(found(finalizerLast, h, model([{ ...drop, blocksDeletion: false }]))).toEqual([]);
    expect(found(finalizerLast, h, model([{ ...drop, matches: () => false }]))).toEqual([]);
  });

  it('[S5] is not to blame for filters that match again in the last moment', () => {
    const h = historyBuilder();
    h.commit(body(1, { finalizers: [FINALIZER], labels: { on: 'yes' } }), { actor: USER });
    h.commit(body(2, { finalizers: [FINALIZER] }), { actor: USER });
    h.commit(body(3, { finalizers: [FINALIZER], labels: { on: 'yes' } }), { actor: USER });
    h.commit(body(4, { labels: { on: 'yes' } }));
    expect(found(finalizerLast, h, model([{ ...drop, matches: ({ body: { metadata } }) => metadata.labels?.['on'] === 'yes' }]))).toEqual(
      [],
    );
  });

  it.each([
    { what: 'without its run', result: undefined },
    { what: 'after a failure', result: 'retry' },
    { what: 'after its cancellation', result: 'cancelled' },
  ] as const)('[S5] is too early for a delete handler $what', ({ result }) => {
    const h = deleting();
    if (result) h.run('drop', body(2, held), { reason: 'delete', result });
    const seq = h.commit(body(3, { deleting: true, finalizers: ['other'] }));
    expect(found(finalizerLast, h, model([drop]))).toEqual([expect.stringMatching(`^${seq}: .*'drop' is not done with its deletion`)]);
  });

  it('[S5] is too early while the handler runs, and for each that is not done', () => {
    const h = deleting();
    h.run('first', body(2, held), { reason: 'delete' });
    const running = h.start('drop', body(2, held), { reason: 'delete' });
    h.gone('u1', 3);
    h.end(running);
    expect(found(finalizerLast, h, model([drop, { ...drop, id: 'first' }, { ...drop, id: 'last' }]))).toEqual([
      expect.stringMatching("^5: .*'drop'"),
      expect.stringMatching("^5: .*'last'"),
    ]);
  });

  it('[S5] is wrong for an object that is not being deleted, whose deletion a handler wants to see', () => {
    const h = historyBuilder();
    h.commit(body(1, { finalizers: [FINALIZER] }), { actor: USER });
    h.commit(body(2));
    expect(found(finalizerLast, h, model([drop]))).toEqual([expect.stringMatching("^1: .*'drop' still wants to see its deletion")]);
  });
});
