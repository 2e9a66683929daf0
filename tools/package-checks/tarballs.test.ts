import { describe, expect, it } from 'vitest';
import { budgetComplaints, weighPackage } from './budgets.mjs';
import { countedProblems } from './counted-problems.mjs';
import { differences, buildOrder } from './reproducible.mjs';
import { tarballComplaints } from './tarball-rules.mjs';

const file = (path: string, text = '') => ({ path, data: new TextEncoder().encode(text) });
const whole = [file('LICENSE'), file('README.md'), file('package.json'), file('dist/index.js', 'export {}')];
const manifest = { name: '@kopfts/core', scripts: { build: 'tsup' } };

describe('a tarball', () => {
  it('is fine with licence, readme and nothing that runs where it is installed', () => {
    expect(tarballComplaints({ manifest, files: whole })).toEqual([]);
  });

  it.each(['preinstall', 'install', 'postinstall', 'prepare'])('is refused with the script %s', (name) => {
    const complaints = tarballComplaints({ manifest: { ...manifest, scripts: { [name]: 'node setup.js' } }, files: whole });
    expect(complaints).toEqual([`the script ${name} would run where the package is installed`]);
  });

  it.each(['dist/slot.test.js', 'src/registry.test-d.ts', 'test/a.real.test.ts'])('is refused with the test %s', (path) => {
    const complaints = tarballComplaints({ manifest, files: [...whole, file(path)] });
    expect(complaints).toEqual([`${path} is a test and must not be published`]);
  });

  it('is refused without a licence', () => {
    expect(tarballComplaints({ manifest, files: whole.slice(1) })).toEqual(['LICENSE is missing']);
  });
});

describe('a budget', () => {
  const packed = { tarball: new Uint8Array(2500), files: [file('a', 'x'.repeat(4001))] };
  const measured = weighPackage(packed, { '.': { modules: 3, bytes: 5001 } });

  it('counts started kilobytes, packed, unpacked and loaded', () => {
    expect(measured).toEqual({ packedKB: 3, unpackedKB: 5, entries: { '.': { modules: 3, loadedKB: 6 } } });
  });

  it('is kept by what weighs no more', () => {
    expect(budgetComplaints(measured, measured)).toEqual([]);
  });

  it('names what is over it, with both numbers', () => {
    const complaints = budgetComplaints(measured, { packedKB: 2, unpackedKB: 9, entries: { '.': { modules: 2, loadedKB: 9 } } });
    expect(complaints.map((line) => line.split('. ')[0])).toEqual([
      'packedKB is 3, the budget is 2',
      "the import of '.': modules is 3, the budget is 2",
    ]);
  });

  it('is asked for when there is none, for a package or for an entry', () => {
    expect(budgetComplaints(measured, undefined)).toHaveLength(1);
    expect(budgetComplaints(measured, { ...measured, entries: {} })).toHaveLength(2);
  });
});

describe('two clean builds', () => {
  const one = { sha256: 'a', files: [file('dist/index.js', 'one'), file('dist/same.js')] };

  it('are the same when their tarballs are', () => {
    expect(differences(one, { ...one })).toEqual([]);
  });

  it('are told apart by the files that differ or are in one only', () => {
    const other = { sha256: 'b', files: [file('dist/index.js', 'other'), file('dist/same.js'), file('dist/chunk.js')] };
    expect(differences(one, other)).toEqual(['two clean builds differ in dist/chunk.js, dist/index.js']);
  });

  it('build each package after those that it needs, and refuse a cycle', () => {
    const needs = new Map([
      ['cli', ['core', 'kubernetes']],
      ['kubernetes', ['core']],
      ['core', []],
    ]);
    expect(buildOrder(needs)).toEqual(['core', 'kubernetes', 'cli']);
    expect(() => buildOrder(needs.set('core', ['cli']))).toThrow('cli → core → cli');
  });
});

describe('what "are the types wrong?" finds', () => {
  it('counts, but for the resolution of Node 10 and for ES modules being ES modules', () => {
    const problems = [
      { kind: 'NoResolution', resolutionKind: 'node10' },
      { kind: 'CJSResolvesToESM', resolutionKind: 'node16-cjs' },
      { kind: 'NoResolution', resolutionKind: 'node16-esm' },
      { kind: 'FalseExportDefault' },
    ];
    expect(countedProblems(problems)).toEqual(problems.slice(2));
  });
});
