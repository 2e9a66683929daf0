import { describe, expect, it } from 'vitest';
import { judgeRelease, type ReleasedManifest } from './judge-release.mjs';

const manifest: ReleasedManifest = {
  name: '@kopfts/a',
  version: '0.2.0',
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
  bin: { a: 'dist/main.js' },
  publishConfig: { access: 'public', provenance: true },
  repository: { url: 'git+https://git.example/owner/name.git' },
};
const paths = ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts', 'dist/main.js'];
const tarball = (files = paths, version = '0.2.0') => ({ version, files: files.map((path) => ({ path })) });
const judge = (
  over: Partial<ReleasedManifest> = {},
  published: Parameters<typeof judgeRelease>[0]['published'] = { '@kopfts/a': tarball() },
) => judgeRelease({ manifests: [{ ...manifest, ...over }], published, version: '0.2.0', repository: 'owner/name' });

describe('what would be published', () => {
  it('is fine with its version, its files, public, with provenance, from where it is', () => {
    expect(judge()).toEqual([]);
  });

  it.each<[string, Partial<ReleasedManifest>]>([
    ['has version 0.1.0, not 0.2.0', { version: '0.1.0' }],
    ['is private', { private: true }],
    ['publishConfig.access is not "public"', { publishConfig: { provenance: true } }],
    ['publishConfig.provenance is not true', { publishConfig: { access: 'public' } }],
    ['repository is not the one it is published from', { repository: { url: 'git+https://git.example/another/name.git' } }],
    ['dist/second.js would be missing', { exports: { ...manifest.exports, './second': { default: './dist/second.js' } } }],
    ['dist/other.js would be missing', { bin: { a: './dist/other.js' } }],
  ])('is not when the manifest … %s', (complaint, over) => {
    expect(judge(over)).toEqual([`@kopfts/a: ${complaint}`]);
  });

  it('has no tests, sources or maps, and never less than the licence', () => {
    const files = [...paths.filter((path) => path !== 'LICENSE'), 'src/a.ts', 'dist/a.test.js', 'dist/index.js.map'];
    expect(judge({}, { '@kopfts/a': tarball(files) })).toEqual([
      '@kopfts/a: LICENSE would be missing',
      '@kopfts/a: src/a.ts is not for users',
      '@kopfts/a: dist/a.test.js is not for users',
      '@kopfts/a: dist/index.js.map is not for users',
    ]);
  });

  it('is every package of the group, at its version, and nothing else', () => {
    expect(judge({}, {})).toEqual(['@kopfts/a: would not be published']);
    expect(judge({}, { '@kopfts/a': tarball(paths, '0.1.9'), example: tarball() })).toEqual([
      'example would be published and is no package of the group',
      '@kopfts/a: would be published as 0.1.9',
    ]);
  });
});
