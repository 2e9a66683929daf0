// Whatever rules and exceptions lint has today: expressions that strangers' text meets are looked at here, without a clock.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

const cwd = join(import.meta.dirname, '..');
/** What runs in an operator. */
const PACKAGES = ['core', 'kubernetes', 'cli', 'cron', 'observability', 'persistence-annotations', 'persistence-redis'];
/** Looks like an expression, or makes one: all other files need not be parsed. */
const SUSPECT = /RegExp\(|[=(,:[!&|?{};\s]\/(?![/*])[^\n/]*\/|[=(,:[!&|?{};\s]\/(?![/*])[^\n]*\\\//;
/** Constants may be put together; what is read, asked or configured may not become an expression. */
const MADE = ':matches(NewExpression, CallExpression)[callee.name="RegExp"]';
const made = (of: string) => ({ selector: `${MADE}${of}`, message: 'an expression that is made of something unknown' });

const strict = new ESLint({
  cwd,
  overrideConfigFile: true,
  overrideConfig: [
    { ignores: ['**/*.test.ts', '**/*.test-d.ts'] },
    {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' },
      plugins: { regexp },
      rules: {
        'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
        'regexp/no-super-linear-move': ['error', { report: 'potential', ignorePartial: false, ignoreSticky: false }],
        'no-restricted-syntax': [
          'error',
          made(':not([arguments.0.type=/^(?:Literal|TemplateLiteral)$/])'),
          made(' > TemplateLiteral > :not(TemplateElement, Identifier[name=/^[A-Z_]+$/])'),
        ],
      },
    },
  ],
});

const problems = (results: readonly ESLint.LintResult[]): readonly string[] =>
  results.flatMap(({ filePath, messages }) =>
    messages.filter(({ severity }) => severity === 2).map(({ line, message }) => `${filePath}:${String(line)}: ${message}`),
  );

const sourcesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.test(?:-d)?\.ts$/.test(name))
    .map((name) => join(folder, name));

describe('regular expressions', () => {
  it('[N2, SEC7] of an operator take a time that grows with the length of the text, and none is made of what strangers write', async () => {
    const files = PACKAGES.flatMap((name) => sourcesOf(join(cwd, 'packages', name, 'src')));
    expect(files.length).toBeGreaterThan(300);
    const results = await strict.lintFiles(files.filter((file) => SUSPECT.test(readFileSync(file, 'utf8'))));
    expect(results.length).toBeGreaterThan(30);
    expect(problems(results)).toEqual([]);
  }, 120_000); // many files are parsed

  it.each([
    ['export const is = (text: string): boolean => /^(?:a+)+b/.test(text);'],
    [String.raw`export const parts = (text: string): string[] => text.split(/\s+$/); // eslint-disable-line`],
    ['export const of = (glob: string): RegExp => new RegExp(`^${glob.replaceAll("*", ".*")}$`);'],
    ['export const of = (pattern: string): RegExp => RegExp(pattern);'],
    ['export const of = (pattern: string): RegExp => new RegExp(`^${pattern}`);'],
  ])('[N2, SEC7] are found where they do not: %s', async (code) => {
    expect(problems(await strict.lintText(code, { filePath: join(cwd, 'packages/cli/src/x.ts') }))).not.toEqual([]);
  });
});
