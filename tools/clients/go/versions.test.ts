import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unavailableReason } from './build.mjs';

const lines = (folder: string): string =>
  readFileSync(join(import.meta.dirname, '..', '..', folder, 'go.mod'), 'utf8').replaceAll(/ \/\/.*/g, '');
/** The version of each module, as required or as replaced. */
function versions(module: string): ReadonlyMap<string, string> {
  const required = [...module.matchAll(/^\t(\S+) (v\S+)$/gm)];
  const replaced = [...module.matchAll(/^\s*(?:replace )?\S+ => (\S+) (v\S+)$/gm)];
  return new Map([...required, ...replaced].map(([, name = '', version = '']) => [name, version]));
}

describe('the client in Go', () => {
  it('is made of the modules of the control plane, so that nothing is fetched or compiled twice', () => {
    const [ours, theirs] = [versions(lines('clients/go')), versions(lines('kube-apiserver'))];
    expect(ours.get('k8s.io/client-go')).toMatch(/^v0\.\d+\.\d+$/);
    for (const [name, version] of ours) expect([name, theirs.get(name)]).toEqual([name, version]);
    const go = /^go (\S+)$/m;
    expect(go.exec(lines('clients/go'))?.[1]).toBe(go.exec(lines('kube-apiserver'))?.[1]);
  });

  it('says in one line why it cannot be built', () => {
    expect(unavailableReason({ PATH: '' })).toBe('Go is not installed');
  });
});
