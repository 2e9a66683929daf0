import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectWith } from '../test/fake-io.js';
import { findTsconfig } from './find-tsconfig.js';

describe('the tsconfig.json of a project', () => {
  it.each([
    { what: 'the one beside it', files: ['app/package.json', 'app/tsconfig.json', 'tsconfig.json'], found: 'app/tsconfig.json' },
    { what: 'one between it and its package.json', files: ['package.json', 'tsconfig.json'], found: 'tsconfig.json' },
    { what: 'none above its package.json', files: ['app/package.json', 'tsconfig.json'], found: undefined },
  ])('is $what', ({ files, found }) => {
    const folder = projectWith(Object.fromEntries(files.map((file) => [file, '{}'])));
    expect(findTsconfig(join(folder, 'app/kopf.config.ts'))).toBe(found === undefined ? undefined : join(folder, found));
  });
});
