import { describe, expect, it } from 'vitest';
import { deletion } from './deletion.js';
import { body, FINALIZER, found, type HistoryBuilder, historyBuilder, model, OP2, USER } from './history-builder.js';

const held = { finalizers: [FINALIZER], deleting: true } as const;
const judged = model([{ id: 'drop', reasons: ['delete'] }]);

/** A deletion whose handler succeeds at 1000 ms. */
function succeeded(finalizers: readonly string[] = [FINALIZER]): HistoryBuilder {
  const h = historyBuilder();
  h.life('started');
  h.commit(body(1, { ...held, finalizers }), { actor: USER });
  h.wait(1000);
  h.run('drop', body(1, { ...held, finalizers }), { reason: 'delete' });
  return h;
}

/** Lets the object go then, or never, and the history end long after. */
function goneAfter(h: HistoryBuilder, ms: number | undefined): readonly string[] {
  h.wait(ms ?? 0);
  if (ms !== undefined) h.gone('u1', 2);
  h.wait(100_000);
  h.phase('quiet');
  return found(deletion, h, judged);
}

describe('an object whose delete handlers succeeded', () => {
  it('[L3] may take five seconds to disappear', () => {
    expect(goneAfter(succeeded(), 5000)).toEqual([]);
  });

  it('[L3] may wait for others, for the end of disturbance, and for an operator', () => {
    const others = succeeded([FINALIZER, 'other']);
    others.wait(60_000);
    others.commit(body(2, held), { actor: USER });
    expect(goneAfter(others, 4000)).toEqual([]);

    const disturbed = succeeded();
    disturbed.add({ kind: 'fault', what: 'drop', call: 0 });
    disturbed.wait(60_000);
    disturbed.phase('steady');
    expect(goneAfter(disturbed, 4000)).toEqual([]);

    const unanswered = succeeded();
    const call = unanswered.call('u1');
    unanswered.phase('steady');
    unanswered.wait(30_000);
    unanswered.lose(call);
    expect(goneAfter(unanswered, 4000)).toEqual([]);

    const dead = succeeded();
    dead.life('killed');
    dead.wait(60_000);
    dead.life('started', OP2);
    expect(goneAfter(dead, 4000)).toEqual([]);

    const abandoned = succeeded();
    abandoned.life('killed');
    expect(goneAfter(abandoned, undefined)).toEqual([]);
  });

  it('[L3] is not meant when one of them did not succeed, or runs again', () => {
    const failed = historyBuilder();
    failed.commit(body(1, held), { actor: USER });
    failed.run('drop', body(1, held), { reason: 'delete', result: 'permanent' });
    expect(goneAfter(failed, undefined)).toEqual([]);

    const again = succeeded();
    again.start('drop', body(1, held), { reason: 'delete' });
    expect(goneAfter(again, undefined)).toEqual([]);
  });

  it('[L3] is not judged before the time is over', () => {
    const h = succeeded();
    h.wait(4000);
    h.phase('quiet');
    expect(found(deletion, h, judged)).toEqual([]);
  });

  it('[L3] must not disappear later', () => {
    expect(goneAfter(succeeded(), 5001)).toEqual([
      '4: name-of-u1 (u1) disappeared at 6001 ms; its delete handlers had succeeded by 1000 ms, so it had until 6000 ms',
    ]);
  });

  it('[L3] must not stay, also where no lives are written down', () => {
    const h = historyBuilder();
    h.commit(body(1, held), { actor: USER });
    h.run('drop', body(1, held), { reason: 'delete' });
    expect(goneAfter(h, undefined)).toEqual([expect.stringMatching(/^3: .* still exists at 100000 ms/)]);
  });

  it('[L3] must not wait for writes that fail later', () => {
    const h = succeeded();
    h.phase('steady');
    h.wait(30_000);
    h.lose(h.call('u1'));
    expect(goneAfter(h, 4000)).toEqual([expect.stringMatching(/^7: .* disappeared at 35000 ms.* until 6000 ms/)]);
  });

  it('[L3] must not stay after the disturbance is over', () => {
    const h = succeeded();
    h.add({ kind: 'fault', what: 'drop', call: 0 });
    h.phase('steady');
    expect(goneAfter(h, undefined)).toEqual([expect.stringMatching(/^6: .* until 6000 ms/)]);
  });
});
