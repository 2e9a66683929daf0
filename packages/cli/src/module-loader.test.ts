import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectWith } from '../test/fake-io.js';
import { createModuleLoader } from './module-loader.js';

describe('the loader of modules', () => {
  it('leaves require() as it was, so that a process may load any number of projects', async () => {
    const { extensions } = createRequire(import.meta.url) as unknown as { readonly extensions: Readonly<Record<string, unknown>> };
    const before = { ...extensions };
    const cwd = projectWith({ 'package.json': '{}', 'one.ts': 'export default 1 as number;' });
    for (let project = 0; project < 12; project += 1) {
      const loader = createModuleLoader();
      expect(await loader.importModule(join(cwd, 'one.ts'), project)).toMatchObject({ default: 1 });
      expect(extensions).not.toEqual(before);
      await loader.dispose();
    }
    expect(extensions).toEqual(before);
  });
});
