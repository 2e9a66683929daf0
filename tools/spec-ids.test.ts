import { describe, expect, it } from 'vitest';
import { definedIds, judge, quotedIds } from './spec-ids.mjs';

const file = (...titles: string[][]) => ({ file: 'x.test.ts', titles });

describe('ids of the specification', () => {
  it('are defined by bold words and by first cells of tables, wherever they stand', () => {
    const text =
      '- **R-07** If `field` … (see S-10)\n- **MIG-01** Same. **MIG-02** More.\n| B5 | 410 on connect |\n| **S1** no overlap | R-09 |';
    expect(definedIds(text)).toEqual(['R-07', 'MIG-01', 'MIG-02', 'B5', 'S1']);
  });

  it('are quoted at the start of a title, in one pair of brackets or several', () => {
    const text = `it('[PA-12] keeps', f); it.each(t)("[B5][S16] lists again", f); describe('[R-07, R-08] ids', f); it('an [A-01] inside does not count', f);`;
    expect(quotedIds(text)).toEqual([['PA-12'], ['B5', 'S16'], ['R-07', 'R-08']]);
  });

  it('may not be lost once covered', () => {
    expect(judge({ files: [file(['A-01'])], known: ['A-01', 'A-02'], covered: ['A-01', 'A-02'] }).failed).toEqual([
      'A-02 was covered by a test title and no longer is',
    ]);
  });

  it('may not be invented', () => {
    expect(judge({ files: [file(['A-99'])], known: ['A-01'], covered: [] }).failed).toEqual([
      'x.test.ts: quotes A-99, which the specification does not have',
    ]);
  });

  it('are at most three per title', () => {
    const { failed } = judge({ files: [file(['A-01', 'A-02', 'A-03', 'A-04'])], known: ['A-01', 'A-02', 'A-03', 'A-04'], covered: [] });
    expect(failed).toEqual(['x.test.ts: a title quotes 4 ids (A-01 A-02 A-03 A-04), at most three']);
  });
});
