import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { projectWith } from './fake-io.js';

/** On the built packages: sources are compiled by the very hook that must leave packages alone. */
const packages = fileURLToPath(new URL('../../', import.meta.url));

function check(files: Readonly<Record<string, string>>): Promise<{ readonly out: string; readonly err: string }> {
  const cwd = projectWith(files);
  mkdirSync(join(cwd, 'node_modules/@kopfts'), { recursive: true });
  for (const name of ['core', 'kubernetes', 'persistence-annotations'])
    symlinkSync(join(packages, name), join(cwd, 'node_modules/@kopfts', name));
  return new Promise((resolve) => {
    execFile(process.execPath, ['--no-warnings', join(packages, 'cli/dist/main.js'), 'check'], { cwd }, (_, out, err) => {
      resolve({ out, err });
    });
  });
}

/** Both are the user's: one requires core, the other imports it, and says so if that is another one. */
const REQUIRING = `const { defineConfig, createRegistry } = require('@kopfts/core');
const { kubernetes } = require('@kopfts/kubernetes');
const { annotations } = require('@kopfts/persistence-annotations');
globalThis.required = createRegistry;
module.exports = defineConfig({ handlers: [require('./required.cjs'), 'imported.mjs'], plugins: [kubernetes(), annotations()] });
`;
const COMPILED = `import { defineConfig, createRegistry } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import required from './required.cjs';
(globalThis as { required?: unknown }).required = createRegistry;
export default defineConfig({ handlers: [required, 'imported.mjs'], plugins: [kubernetes(), annotations()] });
`;
const HANDLERS = {
  'required.cjs': `const { createRegistry } = require('@kopfts/core');
const kopf = createRegistry();
module.exports = kopf;
kopf.on.create('pods', function required() {});
`,
  'imported.mjs': `import { createRegistry } from '@kopfts/core';
if (globalThis.required !== createRegistry) throw new Error('there are two copies of core');
const kopf = createRegistry();
export default kopf;
kopf.on.create('pods', function imported() {});
`,
};

describe('kopf check of a CommonJS project', () => {
  it.each([
    { what: 'kopf.config.cjs', manifest: '{"type":"module"}', file: 'kopf.config.cjs', text: REQUIRING },
    { what: 'kopf.config.js', manifest: '{}', file: 'kopf.config.js', text: REQUIRING },
    { what: 'kopf.config.ts', manifest: '{"type":"commonjs"}', file: 'kopf.config.ts', text: COMPILED },
  ])('loads $what and handlers with the one copy of core that modules import', async ({ manifest, file, text }) => {
    const { out, err } = await check({ 'package.json': manifest, [file]: text, ...HANDLERS });
    expect(err).toBe('');
    expect(out).toContain(`configuration ${file}\n`);
    expect(out).toMatch(
      /handler {7}create {2}required {2}pods {2}required\.cjs:4\nhandler {7}create {2}imported {2}pods {2}imported\.mjs:5\n/,
    );
  });
});
