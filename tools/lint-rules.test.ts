import { join } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

const cwd = join(import.meta.dirname, '..');
/** Types are not needed to see a banned name, and files that do not exist have none. */
const untyped = new ESLint({
  cwd,
  overrideConfig: [
    { files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked },
    { files: ['**/*.ts'], languageOptions: { parserOptions: { project: null } } },
  ],
});
/** Under CI the parser would take the file from the disk instead of the text given here. */
const typed = new ESLint({
  cwd,
  overrideConfig: { files: ['**/*.ts'], languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } } },
});

async function rulesBroken(eslint: ESLint, filePath: string, code: string): Promise<readonly string[]> {
  const results = await eslint.lintText(code, { filePath: join(cwd, filePath) });
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => ruleId ?? message));
}

const lines = (count: number) => 'f();\n'.repeat(count);

describe('lint', () => {
  it.each([
    {
      what: 'the clock in core',
      file: 'packages/core/src/cause/x.ts',
      code: 'export const f = () => Date.now();',
      rule: 'no-restricted-globals',
    },
    { what: 'a timer in core', file: 'packages/core/src/engine/x.ts', code: 'setTimeout(() => 1, 1);', rule: 'no-restricted-globals' },
    {
      what: 'a timer by globalThis in core',
      file: 'packages/core/src/engine/x.ts',
      code: 'globalThis.setTimeout(() => 1, 1);',
      rule: 'no-restricted-properties',
    },
    {
      what: 'a timer behind a signal in core',
      file: 'packages/core/src/engine/x.ts',
      code: 'export const s = () => AbortSignal.timeout(5);',
      rule: 'no-restricted-properties',
    },
    {
      what: 'chance in the cluster adapter',
      file: 'packages/kubernetes/src/transport/x.ts',
      code: 'export const f = () => Math.random();',
      rule: 'no-restricted-properties',
    },
    {
      what: 'timers of Node in the cluster adapter',
      file: 'packages/kubernetes/src/x.ts',
      code: `export { setTimeout } from 'node:timers/promises';`,
      rule: 'no-restricted-imports',
    },
    {
      what: 'the environment in the cluster adapter',
      file: 'packages/kubernetes/src/x.ts',
      code: 'export const f = () => process.env;',
      rule: 'no-restricted-globals',
    },
    {
      what: 'the environment in core/runtime',
      file: 'packages/core/src/runtime/x.ts',
      code: 'export const f = () => process.env;',
      rule: 'no-restricted-globals',
    },
    {
      what: 'the clock in auth',
      file: 'packages/kubernetes/src/auth/x.ts',
      code: 'export const f = () => Date.now();',
      rule: 'no-restricted-globals',
    },
    {
      what: 'the clock in the API server',
      file: 'packages/apiserver/src/x.ts',
      code: 'export const f = () => Date.now();',
      rule: 'no-restricted-properties',
    },
    {
      what: 'the present date in the API server',
      file: 'packages/apiserver/src/x.ts',
      code: 'export const f = () => new Date();',
      rule: 'no-restricted-syntax',
    },
    {
      what: 'a module of Node in core',
      file: 'packages/core/src/config/x.ts',
      code: `export { readFileSync } from 'node:fs';`,
      rule: 'no-restricted-imports',
    },
    {
      what: 'a package in core',
      file: 'packages/core/src/config/x.ts',
      code: `export { parse } from 'yaml';`,
      rule: 'no-restricted-imports',
    },
    {
      what: '[N2, SEC7] a regular expression that tries the same text in many ways',
      file: 'packages/core/src/model/x.ts',
      code: 'export const is = (text: string): boolean => /^(?:a+)+b/.test(text);',
      rule: 'regexp/no-super-linear-backtracking',
    },
    {
      what: '[N2, SEC7] a regular expression that begins the same text at many places',
      file: 'packages/kubernetes/src/x.ts',
      code: `export const trimmed = (text: string): string => text.replace(/a+$/, '');`,
      rule: 'regexp/no-super-linear-move',
    },
    { what: 'a default export', file: 'packages/core/src/model/x.ts', code: 'export default 1;', rule: 'no-restricted-syntax' },
    { what: 'export *', file: 'packages/cli/src/x.ts', code: `export * from './y.js';`, rule: 'no-restricted-syntax' },
    {
      what: 'any',
      file: 'packages/cli/src/x.ts',
      code: 'export const f = (x: any): number => Number(x);',
      rule: '@typescript-eslint/no-explicit-any',
    },
    {
      what: 'the exclamation mark',
      file: 'packages/cli/src/x.ts',
      code: 'export const f = (x?: string) => x!;',
      rule: '@typescript-eslint/no-non-null-assertion',
    },
    { what: 'a promise thrown away with void', file: 'packages/cli/src/x.ts', code: 'void Promise.resolve();', rule: 'no-void' },
    {
      what: 'four positional parameters',
      file: 'packages/cli/src/x.ts',
      code: 'export const f = (a: 1, b: 1, c: 1, d: 1) => [a, b, c, d];',
      rule: 'kopfts/max-positional-params',
    },
    {
      what: 'a function of 61 lines',
      file: 'packages/cli/src/x.ts',
      code: `export function f() {\n${lines(60)}}`,
      rule: 'max-lines-per-function',
    },
    { what: 'a file of 501 lines', file: 'packages/cli/test/x.test.ts', code: lines(501), rule: 'max-lines' },
    { what: 'nesting of four', file: 'packages/cli/src/x.ts', code: 'if (a) { if (b) { if (c) { if (d) { f(); } } } }', rule: 'max-depth' },
    {
      what: 'a file name that says nothing',
      file: 'packages/core/src/model/object-utils.ts',
      code: 'export const x = 1;',
      rule: 'kopfts/file-name',
    },
    { what: 'work left for later', file: 'packages/core/src/model/x.ts', code: '// TODO: everything', rule: 'no-warning-comments' },
  ])('refuses $what', async ({ file, code, rule }) => expect(await rulesBroken(untyped, file, code)).toContain(rule));

  it.each([
    {
      what: 'the clock in core/runtime',
      file: 'packages/core/src/runtime/x.ts',
      code: 'export const now = () => Date.now() + Math.random();',
    },
    { what: 'the environment in auth', file: 'packages/kubernetes/src/auth/x.ts', code: 'export const home = () => process.env.HOME;' },
    {
      what: 'dates computed from a given moment in the API server',
      file: 'packages/apiserver/src/x.ts',
      code: 'export const f = (ms: number) => new Date(ms).toISOString();',
    },
    {
      what: 'the clock in the clock of the API server',
      file: 'packages/apiserver/src/system-clock.ts',
      code: 'export const now = () => Date.now();',
    },
    { what: 'the clock in tests', file: 'packages/core/src/cause/x.test.ts', code: 'export const now = () => Date.now();' },
    {
      what: 'sockets in the cluster adapter',
      file: 'packages/kubernetes/src/transport/x.ts',
      code: `export { request } from 'node:https';`,
    },
    {
      what: 'options and a signal after three parameters',
      file: 'packages/cli/src/x.ts',
      code: 'export const f = (a: 1, b: 1, c: 1, options: 1, signal: 1) => [a, b, c, options, signal];',
    },
    { what: 'default exports of examples', file: 'examples/00-hello/kopf.config.ts', code: 'export default 1;' },
  ])('allows $what', async ({ file, code }) => expect(await rulesBroken(untyped, file, code)).toEqual([]));

  it('refuses a promise that nobody waits for, and a switch that forgets a variant', async () => {
    const code = `async function f(): Promise<void> { await Promise.resolve(); }
f();
export function g(x: 'a' | 'b'): void { switch (x) { case 'a': f().catch(() => 1); } }
`;
    const broken = await rulesBroken(typed, 'packages/core/src/index.ts', code);
    expect(broken).toEqual(['@typescript-eslint/no-floating-promises', '@typescript-eslint/switch-exhaustiveness-check']);
  }, 120_000); // the whole program is typed for it
});
