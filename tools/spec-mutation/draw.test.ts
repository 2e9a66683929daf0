import { describe, expect, it } from 'vitest';
import { draw, drawable, quotes } from './draw.mjs';

const ids = (text: string) => text.split(' ').map((id) => ({ id, files: [`${id}.test.ts`] }));
const drawn = (text: string, seed: string, count = 3) => draw(ids(text), { seed, count }).map(({ id }) => id);

describe('ids to try', () => {
  it('are those of suites that can be run on mutants, each with all its files', () => {
    const file = (path: string, ...titles: string[][]) => ({ file: path, titles });
    expect(
      drawable([
        file('packages/core/src/b.test.ts', ['B1', 'A1'], ['B1']),
        file('packages/core/src/a.test.ts', ['A1']),
        file('packages/core/test/a.real.test.ts', ['C1']),
        file('packages/cli/test/a.process.test.ts', ['C2']),
        file('packages/cli/test/process.test.ts', ['C3']),
        file('tools/a.test.ts', ['C4']),
      ]),
    ).toEqual([
      { id: 'A1', files: ['packages/core/src/a.test.ts', 'packages/core/src/b.test.ts'] },
      { id: 'B1', files: ['packages/core/src/b.test.ts'] },
    ]);
  });

  it('are the same under the same seed, in whatever order they are found', () => {
    expect(drawn('A B C D E F G H', 'one')).toEqual(drawn('H G F E D C B A', 'one'));
    expect(new Set(['one', 'two', 'three', 'four'].map((seed) => drawn('A B C D E F G H', seed).join())).size).toBeGreaterThan(1);
  });

  it('stay when there are more of them, but for those that the new ones replace', () => {
    const before = drawn('A B C D E F G H', 'one');
    const after = drawn('A B C D E F G H I', 'one');
    expect(after.filter((id) => id !== 'I')).toEqual(before.slice(0, after.includes('I') ? 2 : 3));
  });

  it('come each some time', () => {
    const seeds = Array.from({ length: 60 }, (_, index) => `commit ${String(index)}`);
    expect(new Set(seeds.flatMap((seed) => drawn('A B C D E F G H', seed))).size).toBe(8);
  });

  it('are found in full names of tests, as a whole and in brackets only', () => {
    expect(quotes('timers [T-05, T-20] start late', 'T-20')).toBe(true);
    expect(quotes('[B5][S16] lists again', 'S16')).toBe(true);
    expect(quotes('timers [T-05] start late', 'T-0')).toBe(false);
    expect(quotes('timers of T-05 start late', 'T-05')).toBe(false);
  });
});
