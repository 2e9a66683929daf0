// Modules of a project, loaded again and again by Node itself: what changed is another one, the rest keeps what it holds.
import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { projectWith } from './fake-io.js';
import type { Step, StepResult } from './reload-steps.js';

const script = fileURLToPath(new URL('reload-steps.ts', import.meta.url));
const tsconfig = fileURLToPath(new URL('../../../tsconfig.json', import.meta.url));

async function loaded(...steps: readonly Step[]): Promise<readonly StepResult[]> {
  const cwd = projectWith({});
  mkdirSync(join(cwd, 'node_modules/@kopfts'), { recursive: true });
  symlinkSync(fileURLToPath(new URL('../../core', import.meta.url)), join(cwd, 'node_modules/@kopfts/core'));
  const argv = ['--import', import.meta.resolve('tsx'), script, cwd, JSON.stringify(steps)];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { env: { ...process.env, TSX_TSCONFIG_PATH: tsconfig } });
  return JSON.parse(stdout) as readonly StepResult[];
}

const counting = (name: string, rest: string): string =>
  `globalThis.evaluated.${name} = (globalThis.evaluated.${name} ?? 0) + 1;\n${rest}\n`;
const word = (said: string): string => counting('word', `export const word: string = '${said}';`);
const A = counting('a', `import { state } from './state.js';\nexport const a = (): number => (state.count += 1);`);
const B = counting('b', `import { word } from './word.js';\nexport const b = (): string => word;`);
const PROJECT = {
  'main.ts': counting('main', `import { a } from './a.js';\nimport { b } from './b.js';\nexport default () => [a(), b()];`),
  'a.ts': A,
  'b.ts': B,
  'state.ts': counting('state', `export const state: { count: number } = { count: 0 };`),
  'word.ts': word('old'),
};

describe.each([
  { what: 'ES modules', type: 'module' },
  { what: 'CommonJS', type: 'commonjs' },
])('a project of $what that is loaded again', ({ type }) => {
  it('evaluates what changed and what imports it; all else keeps what it holds, also when something cannot be loaded', async () => {
    const project = { 'package.json': JSON.stringify({ type }), ...PROJECT };
    const steps = await loaded(
      project,
      { 'word.ts': word('new') },
      { 'word.ts': word('new') },
      { 'a.ts': 'const = 1;' },
      { 'b.ts': counting('b', `export const b = (): string => 'none';`) },
      { 'a.ts': A, 'b.ts': B },
      { 'a.ts': `${A}export const more = 1;` },
      { 'more.ts': `export const word: string = 'more';`, 'b.ts': B.replace('word.js', 'more.js') },
      { 'word.ts': null },
      { 'more.ts': `export const word: string = 'most';` },
    );
    expect(steps.map(({ said }) => said)).toEqual([
      [1, 'old'],
      [2, 'new'],
      [3, 'new'],
      undefined,
      undefined,
      [4, 'new'],
      [5, 'new'],
      [6, 'more'],
      [7, 'more'],
      [8, 'most'],
    ]);
    expect(steps.map(({ changed }) => changed.join())).toEqual(['', 'word.ts', '', '', '', '', 'a.ts', 'b.ts', '', 'more.ts']);
    expect(steps[2]?.evaluated).toEqual({ main: 2, a: 1, state: 1, b: 2, word: 2 });
    expect(steps.at(-1)?.evaluated).toMatchObject({ state: 1, word: 2 });
  });
});

describe('a registry of a project that is loaded again', () => {
  it('is another one where a module that declares on it is, so that nothing is declared twice', async () => {
    const declaring = (id: string): string =>
      `import { kopf } from './kopf.js';\nkopf.on.event('pods', { id: '${id}' }, () => undefined);\n`;
    const own = (id: string): string =>
      counting(
        'own',
        `import { createRegistry } from '@kopfts/core';\nexport const own = createRegistry();\nown.on.event('pods', { id: '${id}' }, () => undefined);`,
      );
    const steps = await loaded(
      {
        'package.json': '{"type":"module"}',
        'kopf.ts': `import { createRegistry } from '@kopfts/core';\nexport const kopf = createRegistry();\n`,
        'one.ts': declaring('one'),
        'two.ts': declaring('two'),
        'own.ts': own('own'),
        'main.ts': `import './one.js';\nimport './two.js';\nimport { kopf } from './kopf.js';\nimport { own } from './own.js';\nexport default () => [...kopf.handlers, ...own.handlers].map(({ id }) => id);\n`,
      },
      { 'two.ts': declaring('three') },
      { 'own.ts': own('other') },
    );
    expect(steps.map(({ said }) => said)).toEqual([
      ['one', 'two', 'own'],
      ['one', 'three', 'own'],
      ['one', 'three', 'other'],
    ]);
    expect(steps.map(({ evaluated }) => evaluated['own'])).toEqual([1, 1, 2]);
  });
});
