import { describe, expect, it } from 'vitest';
import { filters } from './filters.js';
import { body, found, historyBuilder, model } from './history-builder.js';
import type { MatchedSubject } from './invariant.js';

const A = { spec: { v: 'a' } };
const B = { spec: { v: 'b' } };

describe('what handlers were declared for', () => {
  it('[S12] lets resumptions mix in, unknown handlers be, and a pass be judged by what it began with', () => {
    const h = historyBuilder();
    h.run('resume', body(1), { reason: 'update' });
    h.run('unknown', body(1), { reason: 'create' });
    h.run('make', body(2));
    h.run('make2', body(2, { status: { ready: true } }));
    const unready = { matches: ({ body: seen }: MatchedSubject) => seen['status'] === undefined };
    const judged = model([
      { id: 'resume', reasons: ['resume'] },
      { id: 'make', reasons: ['create'], ...unready },
      { id: 'make2', reasons: ['create'], ...unready },
    ]);
    expect(found(filters, h, judged)).toEqual([]);
  });

  it('[S12] asks filters of fields about whole essences', () => {
    const h = historyBuilder();
    h.run('f', body(1, { ...B, handled: A }), { reason: 'update', old: 'a', new: 'b' });
    const asked: unknown[] = [];
    found(
      filters,
      h,
      model([{ id: 'f', reasons: ['update'], field: ['spec', 'v'], matches: ({ old, new: fresh }) => asked.push(old, fresh) > 0 }]),
    );
    expect(asked).toEqual([A, B]);
  });

  it('[S12] finds a handler that runs for another reason', () => {
    const h = historyBuilder();
    h.run('make', body(1), { reason: 'update' });
    h.run('resume', body(2), { reason: 'create' });
    expect(
      found(
        filters,
        h,
        model([
          { id: 'make', reasons: ['create', 'delete'] },
          { id: 'resume', reasons: ['resume'] },
        ]),
      ),
    ).toEqual([
      expect.stringMatching("^0: update handler 'make' .* runs, declared for create, delete only"),
      expect.stringMatching("^2: create handler 'resume'"),
    ]);
  });

  it.each(['create', 'event', 'timer'] as const)('[S12] finds a handler (%s) that runs with what its filters refuse', (reason) => {
    const h = historyBuilder();
    h.run('fn', body(1, A), { reason });
    h.run('fn', body(2, B), { reason });
    const onlyA = model([{ id: 'fn', reasons: [reason], matches: ({ body: seen }) => (seen['spec'] as { v: string }).v === 'a' }]);
    expect(found(filters, h, onlyA)).toEqual([expect.stringMatching(`^2: ${reason} handler 'fn' .* its filters refuse`)]);
  });
});
