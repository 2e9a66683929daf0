import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

const files = {
  'package.json': '{"type":"module"}',
  'vitest.config.ts': `export default { test: { include: ['packages/*/src/*.test.ts'] } };`,
  'packages/demo/src/greeting.ts': `export function greeting(name: string): string {
  if (name === '') return 'Hello, whoever you are!';
  return 'Hello, ' + name + '!';
}
`,
  'packages/demo/src/greeting.test.ts': `import { expect, it } from 'vitest';
import { greeting } from './greeting.js';

it('[X-1] greets by name', () => expect(greeting('Ada')).toBe('Hello, Ada!'));
it('[X-2] greets whoever comes', () => {
  greeting('');
  expect(true).toBe(true);
});
it('another test fails in here', () => expect(1).toBe(2));
// it('[X-3] is only a comment', () => undefined);
`,
};

describe('the mutation of what tests of the specification run', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kopfts-planted-'));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function mutate(ids: string): Promise<{ readonly code: unknown; readonly output: string }> {
    const args = [join(root, 'tools/spec-mutation.mjs'), '--root', folder, '--config', 'vitest.config.ts', '--seed', 'x', '--ids', ids];
    return new Promise((resolve) => {
      execFile(process.execPath, args, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }));
    });
  }

  it('finds the test that cannot fail, and the one that is none, and nothing wrong with the one that can', async () => {
    const { code, output } = await mutate('X-1,X-2,X-3');
    expect(output).toContain('again: npm run spec-mutation -- --ids X-1,X-2,X-3 --seed x');
    expect(output).toMatch(/^ {2}X-1: [1-9]\d* of \d+ mutants killed by 1 test$/m);
    expect(output).toMatch(/^X-2: its tests noticed none of [1-9]\d* mutants of the code they run/m);
    expect(output).toMatch(/^X-3: titles quote it, but no test of that name ran$/m);
    expect(output.trim().split('\n').at(-1)).toBe('1 passed, 2 failed');
    expect(code).toBe(1);
  }, 600_000);

  it('refuses an id that no test quotes', async () => {
    const { code, output } = await mutate('X-4');
    expect(output).toContain('no test that can be run on mutants quotes X-4');
    expect(code).toBe(1);
  });
});
