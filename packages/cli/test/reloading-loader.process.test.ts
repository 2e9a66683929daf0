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

/** How a module finds a file beside it. */
const BESIDE = { module: (file: string) => `new URL('${file}', import.meta.url)`, commonjs: (file: string) => `__dirname + '/${file}'` };

describe.each([
  { what: 'ES modules', type: 'module' as const, attribute: ` with { type: 'json' }` },
  { what: 'CommonJS', type: 'commonjs' as const, attribute: '' },
])('data of a project of $what that is loaded again', ({ type, attribute }) => {
  const beside = BESIDE[type];
  const project = {
    'package.json': JSON.stringify({ type }),
    'main.ts': counting(
      'main',
      `import { one } from './imports.js';\nimport { two } from './reads.js';\nimport { three } from './asks.js';\nimport { four } from './late.js';\nexport default () => [one, two, three(), four()];`,
    ),
    'imports.ts': counting('imports', `import data from './imported.json'${attribute};\nexport const one: string = data.said;`),
    'reads.ts': counting(
      'reads',
      `import { readFileSync } from 'node:fs';\nexport const two = readFileSync(${beside('read.txt')}, 'utf8');`,
    ),
    'read.ts': counting(
      'read',
      `import { readFileSync } from 'node:fs';\nexport const read = (file: string | URL) => readFileSync(file, 'utf8');`,
    ),
    'asks.ts': counting(
      'asks',
      `import { read } from './read.js';\nlet said = 'nothing';\ntry { said = read(${beside('asked.json')}); } catch {}\nexport const three = () => said;`,
    ),
    'late.ts': counting(
      'late',
      `import { readFileSync, writeFileSync } from 'node:fs';\nlet said: string | undefined;\nexport const four = () => {\n  writeFileSync(${beside('own.json')}, String(Math.random()));\n  readFileSync(${beside('own.json')});\n  return (said ??= readFileSync(${beside('late.json')}, 'utf8'));\n};`,
    ),
    'imported.json': '{"said":"one"}',
    'read.txt': 'two',
    'late.json': '"four"',
    'unread.json': '1',
  };

  it('evaluates those anew that import or read what changed, at once or later, and no others', async () => {
    const steps = await loaded(
      project,
      { 'imported.json': '{"said":"uno"}' },
      { 'read.txt': 'due' },
      { 'unread.json': '2' },
      { 'asked.json': '"tre"' },
      { 'late.json': '"quattro"' },
      {},
    );
    expect(steps.map(({ said }) => said)).toEqual([
      ['one', 'two', 'nothing', '"four"'],
      ['uno', 'two', 'nothing', '"four"'],
      ['uno', 'due', 'nothing', '"four"'],
      ['uno', 'due', 'nothing', '"four"'],
      ['uno', 'due', '"tre"', '"four"'],
      ['uno', 'due', '"tre"', '"quattro"'],
      ['uno', 'due', '"tre"', '"quattro"'],
    ]);
    expect(steps.map(({ changed }) => changed.join())).toEqual(['', 'imported.json', 'read.txt', '', 'asked.json', 'late.json', '']);
    // What reads for another is evaluated with it: it may keep what it read.
    expect(steps.at(-1)?.evaluated).toEqual({ main: 5, imports: 2, reads: 2, read: 2, asks: 2, late: 2 });
  });
});

describe('a module that is imported late', () => {
  it('is another one when it changes before anything else does', async () => {
    const late = (said: string): string => `export const said: string = '${said}';`;
    const steps = await loaded(
      {
        'package.json': '{"type":"module"}',
        'main.ts': `export default async () => (await import('./late.js')).said;`,
        'late.ts': late('old'),
      },
      { 'late.ts': { now: late('new') } },
    );
    expect(steps.map(({ said }) => said)).toEqual(['old', 'new']);
    expect(steps.map(({ changed }) => changed.join())).toEqual(['', 'late.ts']);
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
