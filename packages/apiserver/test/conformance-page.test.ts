import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { casesOf } from './conformance/cases.js';
import { readDeviations } from './fuzz/deviations.js';

const page = readFileSync(new URL('../../../docs/conformance.md', import.meta.url), 'utf8');
const differences = JSON.parse(readFileSync(new URL('conformance/differences-1.34.json', import.meta.url), 'utf8')) as Record<
  string,
  unknown
>;

describe('the page about conformance', () => {
  it('says how many cases there are, and in how many of them 1.34 answers otherwise', () => {
    const [, cases, others] = /Of (\d+) cases (\d+) are answered otherwise on 1\.34\.4/.exec(page) ?? [];
    expect({ cases: Number(cases), others: Number(others) }).toEqual({
      cases: casesOf({ isRecording: false }).length,
      others: Object.keys(differences).length,
    });
  });

  it('tells of 1.34 only what is a case', () => {
    const names = new Set(casesOf({ isRecording: false }).map(({ name }) => name));
    expect(Object.keys(differences).filter((name) => !names.has(name))).toEqual([]);
  });

  it('lists at most forty differences to the real server, each with one field', () => {
    const deviations = readDeviations(page.split('## What 1.34')[0]);
    expect(deviations.length).toBeLessThanOrEqual(40);
    expect(deviations.filter(({ field }) => field === '' || field === '*')).toEqual([]);
  });
});
