import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

const sources = ['packages/*/src/**/*.ts'];
const tests = ['**/*.test.ts', '**/*.test-d.ts', 'packages/*/test/**/*.ts'];
/** Where time and chance are ports: everything that must run under a manual clock and a seeded random. */
const deterministic = ['packages/core/src/**/*.ts', 'packages/kubernetes/src/**/*.ts'];

const ban = (names, message) => names.map((name) => ({ name, message }));
const timers = ban(
  ['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'],
  'Time is a port: take a Clock (or `now`) as an argument.',
);
const environment = ban(['process', 'fetch', 'crypto', 'navigator'], 'Nothing outside is reached from here: take a port as an argument.');
const random = [
  { object: 'Math', property: 'random', message: 'Chance is a port: take a Random as an argument.' },
  { object: 'AbortSignal', property: 'timeout', message: 'A hidden timer: use the Clock.' },
];
/** The same globals by another way: `globalThis.Date`, and modules that hand them out. */
const viaGlobalThis = [...timers, ...environment].map(({ name, message }) => ({ object: 'globalThis', property: name, message }));
const clockModules = ['timers', 'timers/promises', 'perf_hooks', 'crypto', 'process'].flatMap((name) => [name, `node:${name}`]);

const exportRules = [
  { selector: 'ExportAllDeclaration', message: 'No `export *`: name what is exported.' },
  { selector: 'ExportDefaultDeclaration', message: 'No default exports: name what is exported.' },
  { selector: 'TSEnumDeclaration', message: 'A union of strings, not an enum.' },
];

const namesThatSayNothing = ['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'manager', 'data', 'info'];

/** Rules of our own: what a file may be called, and how many positional parameters there are before the options. */
const kopfts = {
  rules: {
    'max-positional-params': {
      meta: {
        type: 'suggestion',
        schema: [],
        messages: { many: '{{count}} positional parameters: at most three, then one options object.' },
      },
      create(context) {
        // The last one may be an options object, after it (or instead) comes the signal of everything that waits.
        const isNamed = (param, names) => names.test((param.left ?? param).name ?? '') || (param.left ?? param).type === 'ObjectPattern';
        const check = (node) => {
          const params = node.params.filter((param) => param.name !== 'this');
          if (params.length > 0 && isNamed(params.at(-1), /^(_?signal)$/)) params.pop();
          if (params.length > 0 && isNamed(params.at(-1), /^(_?options)$/)) params.pop();
          if (params.length > 3) context.report({ node, messageId: 'many', data: { count: params.length } });
        };
        return { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check };
      },
    },
    'file-name': {
      meta: {
        type: 'suggestion',
        schema: [],
        messages: { empty: '`{{name}}` says nothing: name the concept.', kebab: 'File names are kebab-case.' },
      },
      create: (context) => ({
        Program(node) {
          const base = context.filename.split(/[\\/]/).pop() ?? '';
          const stem = base.replace(/^\./, '').replace(/(\.real|\.process)?(\.test|\.test-d|\.config|\.d)?\.[cm]?[jt]sx?$/, '');
          const said = stem.split('-').find((word) => namesThatSayNothing.includes(word));
          if (said !== undefined) context.report({ node, messageId: 'empty', data: { name: said } });
          if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem)) context.report({ node, messageId: 'kebab' });
        },
      }),
    },
  },
};

export default tseslint.config(
  { ignores: ['**/dist/**', '**/coverage/**', '**/node_modules/**', '.nx/**', 'tools/fixtures/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    // One project for all: it maps our own names to sources, so nothing has to be built first.
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { kopfts },
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false }],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // `default: return assertNever(x)` is how we close a switch; without a default every variant must be there.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': 'off', // `return resolve()` as an early return is fine
      '@typescript-eslint/require-await': 'off', // an async function without await turns a throw into a rejection, which callers rely on
      '@typescript-eslint/no-dynamic-delete': 'off', // objects of the cluster are JSON, their keys are data
      '@typescript-eslint/no-misused-spread': 'off', // `[...text]` is how code points are counted
      '@typescript-eslint/no-unnecessary-type-parameters': 'off', // typed accessors name a type once
      '@typescript-eslint/no-invalid-void-type': 'off', // handlers may return nothing: `unknown | void` documents it
      'no-void': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
      'no-restricted-syntax': ['error', ...exportRules],
      'kopfts/file-name': 'error',
      'max-lines': ['error', { max: 500 }],
      'max-depth': ['error', 3],
      eqeqeq: 'error',
    },
  },
  {
    files: sources,
    ignores: tests,
    plugins: { regexp },
    rules: {
      // What strangers write is matched in a time that grows with its length, and no faster.
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignorePartial: false, ignoreSticky: false }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'kopfts/max-positional-params': 'error',
      'no-console': 'error',
    },
  },
  {
    files: deterministic,
    ignores: [...tests, 'packages/core/src/runtime/**'],
    rules: {
      'no-restricted-globals': ['error', ...timers, ...environment],
      'no-restricted-properties': ['error', ...random, ...viaGlobalThis],
      'no-restricted-imports': [
        'error',
        { paths: clockModules.map((name) => ({ name, message: 'Time, chance and environment are ports.' })) },
      ],
    },
  },
  {
    // The clock and the random of production. Still nothing but them.
    files: ['packages/core/src/runtime/**/*.ts'],
    ignores: tests,
    rules: { 'no-restricted-globals': ['error', ...environment.filter(({ name }) => name !== 'crypto')] },
  },
  {
    files: ['packages/core/src/**/*.ts'],
    ignores: tests,
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^[^.]', message: 'core depends on nothing: neither on `node:` modules nor on packages.' }] },
      ],
    },
  },
  {
    // Credentials come from the environment, and only there.
    files: ['packages/kubernetes/src/auth/**/*.ts'],
    ignores: tests,
    rules: {
      'no-restricted-globals': ['error', ...timers, ...environment.filter(({ name }) => name !== 'process')],
      'no-restricted-properties': ['error', ...random, ...viaGlobalThis.filter(({ property }) => property !== 'process')],
      'no-restricted-imports': [
        'error',
        {
          paths: clockModules.filter((name) => !name.endsWith('process')).map((name) => ({ name, message: 'Time and chance are ports.' })),
        },
      ],
    },
  },
  {
    // Its clock is injected. What `Date` computes from a given moment is pure, so only asking it for the present one is refused.
    files: ['packages/apiserver/src/**/*.ts'],
    ignores: [...tests, 'packages/apiserver/src/{system-,}clock.ts'],
    rules: {
      'no-restricted-globals': ['error', ...timers.filter(({ name }) => name !== 'Date')],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: timers[0].message }, ...viaGlobalThis],
      'no-restricted-syntax': [
        'error',
        ...exportRules,
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: timers[0].message },
        { selector: 'CallExpression[callee.name="Date"]', message: timers[0].message },
      ],
    },
  },
  {
    files: ['packages/cli/src/**/*.ts'],
    ignores: tests,
    rules: { 'no-console': 'off' },
  },
  {
    files: tests,
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off', // matchers like expect.any() are typed any
      '@typescript-eslint/no-unsafe-member-access': 'off', // spec, status and body are any on purpose
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/unbound-method': 'off',
      'no-void': 'off', // `() => void list.push(x)` is the shortest handler; a floating promise is caught by its own rule
    },
  },
  {
    // What users write: registries and configurations are default exports, and handlers see `any`.
    files: ['examples/**/*.ts', 'tools/pages/**/*.ts', '**/*.config.ts'],
    rules: {
      'no-restricted-syntax': 'off',
      'no-console': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    plugins: { kopfts },
    extends: [tseslint.configs.base],
    rules: {
      'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'kopfts/file-name': 'error',
      'max-lines': ['error', { max: 500 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'kopfts/max-positional-params': 'error',
      'max-depth': ['error', 3],
      eqeqeq: 'error',
    },
  },
  { files: ['tools/**', 'vitest.config.ts'], rules: { 'no-console': 'off' } },
  // As pages have it: names of files that users choose, and what is taken out of an answer.
  { files: ['tools/pages/**'], rules: { 'kopfts/file-name': 'off', '@typescript-eslint/unbound-method': 'off' } },
);
