import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'kopfts-release-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const names = readdirSync(join(root, 'packages'));
const files = ['package.json', 'package-lock.json', ...names.map((name) => `packages/${name}/package.json`)];

/** The manifests after `changeset version` on a copy where everything has one minor change. */
function released(bump: 'minor' | 'patch'): readonly Manifest[] {
  rmSync(join(folder, '.changeset'), { recursive: true, force: true });
  const pending = bump === 'minor' ? '.changeset' : '.changeset/config.json'; // the changes waiting for the next release are minor ones
  for (const file of [...files, pending]) cpSync(join(root, file), join(folder, file), { recursive: true });
  const all = names.map((name) => `'@kopfts/${name}': ${bump}`).join('\n');
  writeFileSync(join(folder, '.changeset/change.md'), `---\n${all}\n---\n\nA change.\n`);
  const changeset = join(root, 'node_modules/@changesets/cli/bin.js');
  const { status, stderr } = spawnSync(process.execPath, [changeset, 'version'], { cwd: folder, encoding: 'utf8' });
  expect(stderr).not.toMatch(/error/i);
  expect(status).toBe(0);
  return names.map((name) => JSON.parse(readFileSync(join(folder, `packages/${name}/package.json`), 'utf8')) as Manifest);
}

const ours = (ranges: Readonly<Record<string, string>> = {}) => Object.entries(ranges).filter(([name]) => name.startsWith('@kopfts/'));

describe('a release', () => {
  const [major = 0, minor = 0, patch = 0] = (JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8')) as Manifest).version
    .split('.')
    .map(Number);

  it('of a minor change gives every package the next minor version, and never 1.0', () => {
    const versions = new Set(released('minor').map(({ version }) => version));
    expect([...versions]).toEqual([`${String(major)}.${String(minor + 1)}.0`]);
  });

  it('of a patch keeps every package at one version', () => {
    expect(new Set(released('patch').map(({ version }) => version))).toEqual(
      new Set([`${String(major)}.${String(minor)}.${String(patch + 1)}`]),
    );
  });

  it('leaves peers as wide as they were, and binds dependencies to the version released with them', () => {
    const manifests = released('minor');
    expect(manifests.flatMap((one) => ours(one.peerDependencies).map(([, range]) => range))).toSatisfy((ranges: string[]) =>
      ranges.every((range) => range === '>=0.1.0 <1'),
    );
    expect(manifests.flatMap((one) => ours(one.dependencies).map(([, range]) => range))).toSatisfy((ranges: string[]) =>
      ranges.every((range) => range === `^${String(manifests[0]?.version)}`),
    );
  });

  it('has the licence in every package', () => {
    const licence = readFileSync(join(root, 'LICENSE'), 'utf8');
    for (const name of names) expect(readFileSync(join(root, 'packages', name, 'LICENSE'), 'utf8')).toBe(licence);
  });
});
