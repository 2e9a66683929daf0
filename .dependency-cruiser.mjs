/** The layer table of the project: who may import whom. Type-only imports count, too. */

const tests = '\\.(test|test-d)\\.ts$|^packages/[^/]+/test/';
const core = (folders) => `^packages/core/src/(${folders})(/|\\.ts$)`;
const packages = (names) => `^packages/(${names})/`;

/** In core: what a folder may reach besides itself. Stages only know the stages to their left. */
const withinCore = {
  errors: ['model/without-secrets', 'model/value-text'],
  version: [],
  model: ['errors'],
  watch: ['model', 'errors'],
  queue: ['model', 'errors', 'watch'],
  cause: ['model', 'errors', 'watch', 'queue'],
  handlers: ['model', 'errors', 'watch', 'queue', 'cause'],
  patch: ['model', 'errors', 'watch', 'queue', 'cause', 'handlers'],
  hierarchy: ['model', 'errors'],
  ports: ['model', 'errors'],
  plugin: ['model', 'errors', 'version', 'ports'],
  config: ['model', 'errors', 'ports', 'plugin', 'handlers/(registry|handler-spec)'],
  runtime: ['model', 'errors', 'ports'],
  contracts: ['model', 'errors', 'ports'],
  explain: ['model', 'errors', 'ports', 'handlers', 'config/namespace-pattern'],
  engine: [
    'model',
    'errors',
    'version',
    'watch',
    'queue',
    'cause',
    'handlers',
    'patch',
    'hierarchy',
    'ports',
    'plugin',
    'config',
    'runtime',
    'explain',
  ],
};

/** Between packages: what a package's sources may import, besides itself, from the workspace. */
const betweenPackages = {
  core: [],
  apiserver: [],
  'kubernetes|persistence-[^/]+|observability|admission|dashboard|cron|schema': ['core'],
  testing: ['core', 'apiserver', 'kubernetes'],
};

/** What the tests of a package may import on top. Nothing but examples and tools uses `testing`: that would be a cycle of packages. */
const testsMayUse = { kubernetes: ['apiserver'], testing: ['persistence-annotations', 'persistence-redis', 'cron', 'observability'] };

const coreRules = Object.entries(withinCore).map(([folder, allowed]) => ({
  name: `core-${folder}`,
  comment: `core/${folder} may import ${allowed.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: core(folder), pathNot: tests },
  to: { path: '^packages/core/src/', pathNot: core([folder, ...allowed].join('|')) },
}));

const packageRules = Object.entries(betweenPackages).flatMap(([from, allowed]) => {
  const rule = (name, scope, more) => ({
    name,
    comment: `${from} may import ${[...allowed, ...more].join(', ') || 'no other package'}`,
    severity: 'error',
    from: scope,
    to: { path: '^packages/([^/]+)/', pathNot: ['^packages/$1/', ...[...allowed, ...more].map(packages)] },
  });
  const path = `^packages/(${from})/`;
  return [
    rule(`package-${from.split('|')[0]}`, { path, pathNot: tests }, []),
    ...from.split('|').map((name) => ({
      ...rule(
        `package-${name}-tests`,
        { path: `^packages/(${name})/.*(${tests.replaceAll('^packages/[^/]+', '')})` },
        testsMayUse[name] ?? [],
      ),
    })),
  ];
});

export default {
  forbidden: [
    ...coreRules,
    ...packageRules,
    {
      name: 'no-cycle',
      comment: 'One concept per file; a cycle is one concept in two files, also when only types go round.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-depends-on-nothing',
      severity: 'error',
      from: { path: '^packages/core/src/', pathNot: tests },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'npm-no-pkg', 'npm-unknown', 'core'] },
    },
    {
      name: 'nobody-imports-an-index-of-its-own',
      comment: 'The index is for other packages; inside, import the file that has the thing.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/', pathNot: tests },
      to: { path: '^packages/$1/src/index\\.ts$' },
    },
    {
      name: 'no-internals-of-other-packages',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: {
        path: '^packages/',
        pathNot: [
          '^packages/$1/',
          '^packages/[^/]+/(src/index\\.ts|dist/index\\.d?\\.?[jt]s)$',
          '^packages/core/src/contracts/index\\.ts$',
        ],
      },
    },
    {
      name: 'examples-use-published-names',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^packages/', pathNot: ['^packages/[^/]+/(src/(contracts/)?index\\.ts|dist/(index|contracts)\\.d?\\.?[jt]s)$'] },
    },
    {
      name: 'cli-imports-parts-when-needed',
      comment: 'The parts are optional peers: import() in the command that needs them (types may be imported).',
      severity: 'error',
      from: { path: '^packages/cli/src/', pathNot: tests },
      to: { path: '^packages/', pathNot: packages('cli|core'), dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: '/dist/|\\.cache/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'], mainFields: ['module', 'main'] },
  },
};
