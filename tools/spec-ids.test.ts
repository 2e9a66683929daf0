import { describe, expect, it } from 'vitest';
import { definedIds, deviations, judge, listedDeviations, quotedIds, summary } from './spec-ids.mjs';

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
      'A-02 was covered, by a test title or as a deviation, and no longer is',
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

  const page = `# Migrating
| A-07 | not in the section | |
## What is different
| ids | Kopf | here |
| --- | ---- | ---- |
| A-01, A-02 | this | that |
### More
| ids        | Kopf |
|:-----------|------|
| B5 | this |
| A-03 and more | this |
## After
| A-08 | neither | |
`;

  it('are deviations in the first column of the tables in their section', () => {
    expect(deviations(page)).toEqual({ rows: [['A-01', 'A-02'], ['B5']], wrong: ['| A-03 and more | this |'] });
    expect(deviations('no such section')).toEqual({ rows: [], wrong: [] });
  });

  it('count as covered by a test or as a deviation, and both numbers are told', () => {
    const known = ['A-01', 'A-02', 'A-03', 'A-04'];
    const listed = { rows: [['A-02', 'A-03']], wrong: [] };
    const judged = judge({ files: [file(['A-01', 'A-02'])], known, covered: ['A-01', 'A-03'], listed });
    expect(judged).toEqual({
      quoted: ['A-01', 'A-02'],
      deviating: ['A-02', 'A-03'],
      covered: ['A-01', 'A-02', 'A-03'],
      failed: [],
    });
    expect(summary(judged, known)).toBe('3 of 4 covered: 2 quoted by test titles, 2 listed as deviations');
  });

  it('may be listed once, if the specification has them, in a cell of their own', () => {
    const listed = { rows: [['A-01'], ['A-01', 'A-99']], wrong: ['| A-01 (partly) | …'] };
    expect(judge({ files: [], known: ['A-01'], covered: ['A-02'], listed }).failed).toEqual([
      'docs/migrating-from-kopf.md: the first cell is no list of ids: | A-01 (partly) | …',
      'docs/migrating-from-kopf.md: lists A-01 twice; one row per behaviour',
      'docs/migrating-from-kopf.md: lists A-99, which the specification does not have',
      'A-02 was covered, by a test title or as a deviation, and no longer is',
    ]);
  });

  it('are found in the page of this project, in each of its rows', () => {
    const { rows, wrong } = listedDeviations();
    expect(wrong).toEqual([]);
    expect(rows.flat()).toContain('ST-28');
  });
});
