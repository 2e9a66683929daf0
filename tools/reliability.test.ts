import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { INVARIANTS } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { judgePage, kindOf, quotingTests, sweptLaws } from './reliability.mjs';
import { renderPage, shownTitle, type QuotingTest, type Sentences } from './reliability/page.mjs';
import { quotes } from './spec-ids.mjs';

const sentences = JSON.parse(readFileSync(fileURLToPath(new URL('reliability/sentences.json', import.meta.url)), 'utf8')) as Sentences;
const known = JSON.parse(readFileSync(fileURLToPath(new URL('spec-ids.json', import.meta.url)), 'utf8')) as readonly string[];

const small: Sentences = {
  groups: [
    {
      title: 'Deaths',
      rows: [
        ['A1', 'Killed.'],
        ['A2', 'Killed twice.'],
        ['A3', 'Killed thrice.'],
      ],
    },
    { title: 'Laws', rows: [['S8', 'Once.']] },
  ],
  sweep: { crash: ['A1', 'A2'] },
  not_promised: ['Everything.'],
};
const tests: readonly QuotingTest[] = [
  { file: 'packages/testing/test/kills.real.test.ts', ids: ['A1', 'S8'], title: 'dies | and `lives`', kind: 'R' },
  { file: 'packages/testing/test/crash.test.ts', ids: ['A1'], title: 'at ${point}', kind: 'S' },
];
const page = renderPage({
  sentences: small,
  tests,
  laws: new Set(['S8']),
  long: [{ name: 'kills', file: 'packages/testing/test/kills.real.test.ts' }],
});
const rowOf = (id: string): string | undefined => page.split('\n').find((line) => line.startsWith(`| ${id} |`));

describe('the page about reliability', () => {
  it('has a row for each id: what holds, the tests that quote it by file, and what runs them', () => {
    expect(rowOf('A1')).toBe(
      '| A1 | Killed. | S [crash.test.ts](../packages/testing/test/crash.test.ts): at …' +
        '<br>R [kills.real.test.ts](../packages/testing/test/kills.real.test.ts): dies \\| and `lives` | unit, real, sweep (crash), long (kills) |',
    );
    expect(rowOf('S8')).toMatch(/\| real, sweep, long \(kills\) \|$/);
  });

  it('says openly what is not tested, and what only the sweep injects', () => {
    expect(rowOf('A2')).toBe('| A2 | Killed twice. | _no test of its own yet_: the sweep injects it everywhere | sweep (crash) |');
    expect(rowOf('A3')).toBe('| A3 | Killed thrice. | _not tested yet_ |  |');
    expect(page).toContain('Of 4 rows 3 are tested.\n\nNot tested yet: A3.');
  });

  it('says what cannot be promised', () => {
    expect(page).toMatch(/## What cannot be promised\n\n- Everything\.\n$/);
  });

  it('is wrong when it is stale, when a row is there twice, and when an id has lost its test', () => {
    const right = { page: 'a', made: 'a', ids: ['A1', 'A2'], tested: new Set(['A1']), covered: ['A1', 'Z1'] };
    expect(judgePage(right)).toEqual([]);
    expect(judgePage({ ...right, made: 'b' })).toEqual([
      "docs/reliability.md is not what the tests say; run 'npm run reliability' and commit it",
    ]);
    expect(judgePage({ ...right, ids: ['A1', 'A1'] })).toEqual(['tools/reliability/sentences.json: A1 has two rows']);
    expect(judgePage({ ...right, tested: new Set() })).toEqual([
      'docs/reliability.md: A1 had a test that quotes it, and has none any more',
    ]);
  });
});

describe('what the page is made of', () => {
  it('has a sentence for every scenario but those of leadership and webhooks, every law, and every rule of security', () => {
    const wanted = known.filter((id) => /^(?:[A-FHIK-NS]\d+|L-[1-9]|SEC\d+)$/.test(id));
    const rows = sentences.groups.flatMap((group) => group.rows);
    expect(rows.map(([id]) => id).sort()).toEqual([...wanted].sort());
    expect(rows.filter(([, sentence]) => !/^[A-Z0-9].*\.$/.test(sentence))).toEqual([]);
    expect(
      Object.values(sentences.sweep)
        .flat()
        .filter((id) => !wanted.includes(id)),
    ).toEqual([]);
  });

  it('finds the tests with their titles, whatever quotes they are in', () => {
    const text = `it('[A1] it\\'s one', f); it(\`[A2, S1] a "two" of \${x}\`, f); it("[A3] three's", f);`;
    expect(quotes(text).map(({ ids, title }) => [...ids, shownTitle(title)])).toEqual([
      ['A1', "it's one"],
      ['A2', 'S1', 'a "two" of …'],
      ['A3', "three's"],
    ]);
    expect(quotingTests().find(({ ids }) => ids.includes('S22'))?.title).not.toBe('');
  });

  it('knows the simulator, processes and the real server by the names of files', () => {
    expect(
      ['packages/testing/test/a.test.ts', 'a.process.test.ts', 'packages/x/a.real.test.ts', 'packages/core/src/a.test.ts'].map(kindOf),
    ).toEqual(['S', 'P', 'R', 'U']);
  });

  it('knows the laws of the sweep by their sources', () => {
    expect([...new Set(sweptLaws())].sort()).toEqual(INVARIANTS.map(({ id }) => id).sort());
  });
});
