import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith, write } from './fake-io.js';

async function kopf(
  cwd: string,
  ...argv: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const io = createFakeIo(cwd);
  const code = await runCli(['new-plugin', ...argv], io);
  return { code, out: io.out.join(''), err: io.err.join('') };
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('kopf new-plugin', () => {
  it('writes a package named as it was asked, and leaves no word of the template in it', async () => {
    const cwd = projectWith({});
    expect(await kopf(cwd, '@team/kopf-plugin-my-store')).toEqual({
      code: 0,
      out: 'kopf-plugin-my-store: the package @team/kopf-plugin-my-store, with myStore().\nTry it: cd kopf-plugin-my-store && npm install && npm test\n',
      err: '',
    });
    const folder = join(cwd, 'kopf-plugin-my-store');
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
      name: '@team/kopf-plugin-my-store',
      peerDependencies: { '@kopfts/core': '>=0.1.0 <1' },
    });
    expect(readFileSync(join(folder, 'src/plugin.ts'), 'utf8')).toContain("name: 'my-store'");
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toContain('node_modules/');
    for (const file of filesIn(folder)) expect(`${file}\n${readFileSync(file, 'utf8')}`).not.toMatch(/__[A-Z_]+__|\.template/);
  });

  it('makes a function of a name that is a word of the language', async () => {
    const cwd = projectWith({});
    expect((await kopf(cwd, 'kopf-new', '--dir', 'x')).out).toContain('x: the package kopf-new, with newPlugin().');
  });

  it('has the same stores as the example, on the same kind of backend', () => {
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    for (const name of ['backend.ts', 'stores.ts']) {
      const template = readFileSync(join(root, 'packages/cli/templates/plugin/src', `${name}.template`), 'utf8');
      expect(template).toBe(readFileSync(join(root, 'examples/20-plugin', name), 'utf8'));
    }
  });

  it.each([
    {
      what: 'no name',
      argv: [],
      code: 2,
      says: "error KOPF_USAGE: missing required argument 'name'. See kopf --help.\n",
    },
    {
      what: 'a name that npm refuses',
      argv: ['My Plugin'],
      code: 2,
      says: "error KOPF_USAGE: 'My Plugin' cannot be the name of a package. Use lower-case letters, digits, dashes and dots, such as kopf-plugin-files or @team/kopf-plugin-files.\n",
    },
    {
      what: 'a name without a word',
      argv: ['9-9'],
      code: 2,
      says: "error KOPF_USAGE: '9-9' gives no name for a function: its last part must begin with a letter. Choose a name such as kopf-plugin-files.\n",
    },
    {
      what: 'a folder with something in it',
      argv: ['full'],
      code: 1,
      says: 'error KOPF_NEW_PLUGIN: The folder full is not empty. Name another one by --dir.\n',
    },
    {
      what: 'a file in the place of the folder',
      argv: ['x', '--dir', 'file'],
      code: 1,
      says: 'error KOPF_NEW_PLUGIN: file is no folder that can be written. Name another one by --dir.\n',
    },
    {
      what: 'a folder that can have none below',
      argv: ['x', '--dir', '/proc/kopf-none'],
      code: 1,
      says: expect.stringMatching(
        /^error KOPF_NEW_PLUGIN: The folder \S+ cannot be written: E[A-Z]+: .*\. Name another one by --dir\.\n$/,
      ) as string,
    },
  ])('says what is wrong with $what, and writes nothing', async ({ argv, code, says }) => {
    const cwd = projectWith({ file: 'text' });
    mkdirSync(join(cwd, 'full'));
    write(cwd, 'full/kept', 'text');
    const before = filesIn(cwd);
    expect(await kopf(cwd, ...argv)).toEqual({ code, out: '', err: says });
    expect(filesIn(cwd)).toEqual(before);
  });
});
