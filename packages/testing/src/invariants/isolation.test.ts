import { describe, expect, it } from 'vitest';
import { body, historyBuilder, lines, model, USER } from './history-builder.js';
import { checkIsolation } from './isolation.js';

/** Two objects, each handled after so many milliseconds; never, if there is no number. */
function run(tookMs: Readonly<Record<string, number | undefined>>) {
  const h = historyBuilder();
  for (const [uid, ms] of Object.entries(tookMs)) {
    h.commit(body(1, { uid }), { actor: USER });
    h.wait(ms ?? 0);
    h.run('fn', body(1, { uid }), { result: ms === undefined ? 'retry' : 'ok' });
  }
  return h.history;
}

const judge = (calm: Parameters<typeof run>[0], disturbed: Parameters<typeof run>[0]) =>
  lines(checkIsolation(run(calm), run(disturbed), { model: model(), isAfflicted: ({ name }) => name === 'name-of-bad' }), 'S13');

describe('what a fault is not about', () => {
  it('[S13] may take twice as long', () => {
    expect(judge({ bad: 10, good: 1000, quick: 0 }, { bad: undefined, good: 2000, quick: 100 })).toEqual([]);
  });

  it('[S13] must not take longer', () => {
    expect(judge({ bad: 10, good: 1000 }, { bad: 10, good: 2001 })).toEqual([
      "5: 'fn' for default/name-of-good (0) takes 2001 ms while something else is disturbed, and 1000 ms else",
    ]);
  });

  it('[S13] must be done all the same', () => {
    expect(judge({ bad: 10, good: 1000 }, { bad: 10, good: undefined })).toEqual([
      "nowhere: 'fn' for default/name-of-good (0) never succeeds while something else is disturbed",
    ]);
  });
});
