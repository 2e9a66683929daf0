import { describe, expect, it } from 'vitest';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith } from './fake-io.js';

const CLUSTER = `{ name: 'cluster', setup(host) { host.contribute('clusterClient', { open: () => ({}) }); } }`;
const HANDLERS = `import { createRegistry } from '@kopfts/core';
const kopf = createRegistry();
export default kopf;
kopf.on.create('pods', function created() {});
`;
const config = (body: string) => `import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';
export default ${body};
`;
const good = config(`{ name: 'x', handlers: [handlers], plugins: [annotations(), ${CLUSTER}] }`);

interface WrongInput {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly argv?: readonly string[];
  readonly code?: number;
  /** `{cwd}` is the folder. */
  readonly says: string;
}

const cases: readonly WrongInput[] = [
  {
    what: 'no configuration',
    files: {},
    says: 'error KOPF_CONFIG_MISSING: There is no configuration in {cwd}: none of kopf.config.ts, kopf.config.mts, kopf.config.js, kopf.config.mjs, kopf.config.cjs. Write a kopf.config.ts, name one with --config, or give the files with your handlers.',
  },
  {
    what: 'a configuration that is not there',
    files: {},
    argv: ['check', '--config', 'nope.ts'],
    says: 'error KOPF_CONFIG_MISSING: There is no configuration nope.ts. Write a kopf.config.ts, name one with --config, or give the files with your handlers.',
  },
  {
    what: 'a configuration that throws',
    files: { 'kopf.config.ts': 'interface Lost {\n  x: string;\n}\nthrow new TypeError("no luck");\n' },
    says: 'error KOPF_CONFIG_BROKEN: kopf.config.ts:4 cannot be loaded: no luck. Correct it and start again.',
  },
  {
    what: 'a configuration without a default export',
    files: { 'kopf.config.mjs': 'export const config = {};\n' },
    says: 'error KOPF_CONFIG_BROKEN: kopf.config.mjs has no configuration as its default export. End it with: export default defineConfig({ … });',
  },
  {
    what: 'a registry for a configuration',
    files: { 'kopf.config.ts': HANDLERS },
    says: 'error KOPF_CONFIG_BROKEN: kopf.config.ts exports a registry, not a configuration. Run it as a file with handlers: kopf run kopf.config.ts',
  },
  {
    what: 'an import of a module that is not there',
    files: { 'kopf.config.ts': good },
    says: "error KOPF_CONFIG_BROKEN: kopf.config.ts:2 cannot be loaded: it imports './handlers.js', which does not exist. Correct it and start again.",
  },
  {
    what: 'a handler module that throws',
    files: { 'kopf.config.ts': good, 'handlers.ts': `${HANDLERS}\nconst nothing = null as unknown as { x: string };\nnothing.x;\n` },
    says: "error KOPF_HANDLER_MODULE: handlers.ts:7 cannot be loaded: Cannot read properties of null (reading 'x'). Correct it and start again.",
  },
  {
    what: 'a glob that matches nothing',
    files: { 'kopf.config.ts': `export default { handlers: ['src/**/*.ts'], plugins: [] };` },
    says: "error KOPF_HANDLER_MODULE: No file with handlers matches 'src/**/*.ts' in {cwd}. Correct the glob.",
  },
  {
    what: 'a handler module without a registry',
    files: { 'kopf.config.ts': `export default { handlers: ['src/*.ts'], plugins: [] };`, 'src/a.ts': 'export default 1;' },
    says: 'error KOPF_HANDLER_MODULE: src/a.ts exports no registry by default. End it with: export default kopf; where kopf is what createRegistry() returned.',
  },
  {
    what: 'a file with handlers that is not there',
    files: {},
    argv: ['check', 'nope.ts'],
    says: 'error KOPF_HANDLER_MODULE: There is no file with handlers nope.ts. Correct its name.',
  },
  {
    what: 'a configuration for a file with handlers',
    files: { 'kopf.config.ts': good, 'handlers.ts': HANDLERS },
    argv: ['check', 'kopf.config.ts'],
    says: 'error KOPF_HANDLER_MODULE: kopf.config.ts exports no registry by default. It is a configuration: give it as --config kopf.config.ts',
  },
  {
    what: 'an unknown option of the configuration',
    files: { 'kopf.config.ts': `export default { handler: [], plugins: [] };` },
    says: "error KOPF_UNKNOWN_OPTION: The configuration has no option 'handler'; did you mean 'handlers'? Remove or rename the option.",
  },
  {
    what: 'an unknown option of a handler',
    files: { 'kopf.config.ts': good, 'handlers.ts': HANDLERS.replace("'pods', ", "'pods', { retires: 3 }, ") },
    says: "error KOPF_UNKNOWN_OPTION: on.create 'created' (handlers.ts:4) has no option 'retires'; did you mean 'retries'? Remove or rename the option.",
  },
  {
    what: 'an unknown option of a plugin',
    files: { 'kopf.config.ts': good.replace('annotations()', 'annotations({ prefiks: "x" })'), 'handlers.ts': HANDLERS },
    says: "error KOPF_UNKNOWN_OPTION: annotations() has no option 'prefiks'; did you mean 'prefix'? (kopf.config.ts:3). Remove or rename the option.",
  },
  {
    what: 'one id for two functions',
    files: { 'kopf.config.ts': good, 'handlers.ts': `${HANDLERS}kopf.on.create('pods', { id: 'created' }, () => {});\n` },
    says: "error KOPF_DUPLICATE_ID: Two different functions have the handler id 'created': on.create (handlers.ts:4) and on.create (handlers.ts:5). Give one of them another `id` in its options, or name the functions differently.",
  },
  {
    what: 'two plugins for one port',
    files: {
      'kopf.config.ts': good.replace('[annotations(), ', `[annotations(), ${CLUSTER.replace("'cluster'", "'other'")}, `),
      'handlers.ts': HANDLERS,
    },
    says: "error KOPF_PLUGIN_CONFLICT: The plugins 'other' and 'cluster' both provide 'clusterClient'. Keep one of them in `plugins`.",
  },
  {
    what: 'no plugin for a port',
    files: { 'kopf.config.ts': good.replace(`, ${CLUSTER}`, ''), 'handlers.ts': HANDLERS },
    says: "error KOPF_PLUGIN_MISSING: No plugin provides 'clusterClient'. Add one to `plugins`, for example kubernetes() of @kopfts/kubernetes.",
  },
  {
    what: 'all namespaces and some',
    files: {},
    argv: ['run', '-A', '-n', 'a'],
    code: 2,
    says: 'error KOPF_USAGE: -A/--all-namespaces and -n/--namespace exclude each other. Give one of them.',
  },
  {
    what: 'a configuration and files with handlers',
    files: {},
    argv: ['run', '--config', 'a.ts', 'b.ts'],
    code: 2,
    says: 'error KOPF_USAGE: --config and files with handlers exclude each other. List the handlers in the configuration.',
  },
  {
    what: 'manifests for a real cluster',
    files: {},
    argv: ['dev', '-f', 'crd.yaml', '--context', 'c'],
    code: 2,
    says: 'error KOPF_USAGE: -f/--filename is for the embedded server, but a cluster is named. Create the objects by kubectl apply -f.',
  },
  {
    what: 'an unknown option of the command line',
    files: {},
    argv: ['run', '--namespaces', 'a'],
    code: 2,
    says: "error KOPF_USAGE: unknown option '--namespaces' (Did you mean --namespace?) See kopf --help.",
  },
  {
    what: 'an unknown command',
    files: {},
    argv: ['rum'],
    code: 2,
    says: "error KOPF_USAGE: unknown command 'rum' (Did you mean run?) See kopf --help.",
  },
  {
    what: 'an unknown format',
    files: {},
    argv: ['run', '--log-format', 'xml'],
    code: 2,
    says: "error KOPF_USAGE: option '--log-format <format>' argument 'xml' is invalid. It must be one of full, plain, json. See kopf --help.",
  },
];

describe('wrong input', () => {
  it.each(cases)('says in one line what is wrong and what to do: $what', async ({ files, argv = ['check'], code = 1, says }) => {
    const cwd = projectWith(files);
    const io = createFakeIo(cwd);
    expect(await runCli(argv, io)).toBe(code);
    expect(io.err.join('')).toBe(`${says.replaceAll('{cwd}', cwd)}\n`);
    expect(io.out).toEqual([]);
  });

  it('[LO-03] is told as a JSON line where lines are JSON', async () => {
    const io = createFakeIo(projectWith({}));
    expect(await runCli(['run', '--config', 'nope.ts', '--log-format', 'json'], io)).toBe(1);
    expect(JSON.parse(io.err.join(''))).toEqual({
      message: expect.stringMatching(/^KOPF_CONFIG_MISSING: There is no configuration nope\.ts\./),
      severity: 'error',
      timestamp: '1970-01-01T00:00:00.000Z',
    });
  });

  it('is told as a JSON line where the output of an operator is JSON', async () => {
    const io = createFakeIo(projectWith({}));
    for (const argv of [
      ['--output', 'json'],
      ['-o', 'json'],
    ])
      expect(await runCli(['run', '--config', 'nope.ts', ...argv], io)).toBe(1);
    expect(io.err.map((line) => (JSON.parse(line) as { severity: string }).severity)).toEqual(['error', 'error']);
    const plain = createFakeIo(projectWith({}));
    expect(await runCli(['run', '--config', 'nope.ts', '--output', 'json', '--log-format', 'plain'], plain)).toBe(1);
    expect(plain.err.join('')).toMatch(/^error KOPF_CONFIG_MISSING/);
  });

  it('is told as a JSON line where the environment says so', async () => {
    const said = async (argv: readonly string[], env: Readonly<Record<string, string>>): Promise<string> => {
      const io = { ...createFakeIo(projectWith({})), env };
      expect(await runCli(['run', '--config', 'nope.ts', ...argv], io)).toBe(1);
      return io.err.join('');
    };
    for (const env of [{ KOPF_RUN_LOG_FORMAT: 'json' }, { KOPF_RUN_OUTPUT: 'json' }] as const)
      expect(JSON.parse(await said([], env))).toMatchObject({ severity: 'error' });
    expect(await said(['--log-format', 'plain'], { KOPF_RUN_LOG_FORMAT: 'json' })).toMatch(/^error KOPF_CONFIG_MISSING/);
    expect(await said([], { KOPF_DEV_OUTPUT: 'json' })).toMatch(/^error KOPF_CONFIG_MISSING/);
  });

  it.each([
    {
      argv: ['state'],
      says: "'kopf state' is not a whole command: it is one of 'kopf state show', 'kopf state clear', 'kopf state move'.",
    },
    { argv: ['finalizers'], says: "'kopf finalizers' is not a whole command: it is one of 'kopf finalizers release'." },
    { argv: ['help', 'bogus'], says: "There is no command 'kopf bogus'." },
  ])('says what is missing: $argv', async ({ argv, says }) => {
    const io = createFakeIo('/');
    expect(await runCli(argv, io)).toBe(2);
    expect(io.err.join('')).toBe(`error KOPF_USAGE: ${says} See kopf --help.\n`);
  });

  it('names a folder that is given for a file, and the option with a wrong address', async () => {
    const io = createFakeIo(projectWith({ 'some/handlers.ts': HANDLERS }));
    for (const argv of [['.'], ['some'], ['--config', 'some']]) expect(await runCli(['check', ...argv], io)).toBe(1);
    expect(io.err.map((line) => line.split('. ')[0])).toEqual([
      'error KOPF_HANDLER_MODULE: There is no file with handlers ./',
      'error KOPF_HANDLER_MODULE: There is no file with handlers some',
      'error KOPF_CONFIG_MISSING: There is no configuration some',
    ]);
    const other = createFakeIo(projectWith({ 'kopf.config.ts': good, 'handlers.ts': HANDLERS, 'package.json': '{"type":"module"}' }));
    const wrong = [
      ['--explanations', 'banana'],
      ['--explanations', 'http://0.0.0.0:1'],
      ['--liveness', 'http://here:99999'],
    ];
    for (const argv of wrong) expect(await runCli(['run', ...argv], other)).toBe(2);
    expect(other.err).toEqual([
      'error KOPF_USAGE: explanations is "banana", but it must be an address such as \'http://0.0.0.0:8080/healthz\'; only http is spoken there. See kopf --help.\n',
      'error KOPF_USAGE: The address of explanations is "http://0.0.0.0:1", but it must be one of this machine only, such as http://127.0.0.1:8089, or with a token file. See kopf --help.\n',
      'error KOPF_USAGE: liveness is "http://here:99999", but it must be an address such as \'http://0.0.0.0:8080/healthz\'; only http is spoken there. See kopf --help.\n',
    ]);
  });

  it('is told by each run alone: one that never came to its handlers is no reason to be careful', async () => {
    const plugins = "import { kubernetes } from '@kopfts/kubernetes';";
    const cwd = projectWith({
      'kopf.config.ts': `${plugins}\n${good.replace(CLUSTER, 'kubernetes()')}`,
      'handlers.ts': HANDLERS,
    });
    for (let run = 0; run < 2; run += 1) {
      const io = createFakeIo(cwd);
      expect(await runCli(['run', '--kubeconfig', 'nope'], io)).toBe(1);
      expect(io.err.join('')).toMatch(/^error KOPF_[A-Z_]+: [^\n]*nope[^\n]*\n$/);
    }
  });

  it('shows the stack only with --verbose', async () => {
    const io = createFakeIo(projectWith({ 'kopf.config.ts': 'throw new Error("no luck")' }));
    expect(await runCli(['check', '--verbose'], io)).toBe(1);
    expect(io.err.join('')).toMatch(
      /^error KOPF_CONFIG_BROKEN: kopf\.config\.ts:1 cannot be loaded: no luck\..*\n[\s\S]*caused by Error: no luck\n\s+at /,
    );
  });
});

describe('kopf plugins', () => {
  const odd = (members: string): string => `{ name: 'odd', ${members} }`;
  it.each([
    {
      what: 'one that was not called',
      plugin: 'annotations',
      says: "KOPF_PLUGIN_FAILED: The plugin 'annotations' failed: a plugin is an object { name, setup(host) }; did you forget to call it? See the cause; the plugin may need other options or another version.",
    },
    {
      what: 'one that throws',
      plugin: odd(`setup() { throw new Error('no luck'); }`),
      says: "KOPF_PLUGIN_FAILED: The plugin 'odd' failed: no luck. See the cause; the plugin may need other options or another version.",
    },
    {
      what: 'one that is asynchronous',
      plugin: odd(`async setup() {}`),
      says: "KOPF_PLUGIN_FAILED: The plugin 'odd' failed: its `setup` is asynchronous; open things in a part instead. See the cause; the plugin may need other options or another version.",
    },
    {
      what: 'one of another version',
      plugin: odd(`apiVersion: 2, setup() {}`),
      says: "KOPF_PLUGIN_FAILED: The plugin 'odd' failed: it was made for plugin interface 2, this is 1. Update @kopfts/core.",
    },
    {
      what: 'one that contributes nonsense',
      plugin: odd(`setup(host) { host.contribute('kindStores', { selectors: 'pods' }); }`),
      says: "KOPF_PLUGIN_FAILED: The plugin 'odd' failed: what it contributes to 'kindStores' has no selectors; use forKinds(). See docs/plugins.md for what each point wants.",
    },
    {
      what: 'one that mistypes a point',
      plugin: odd(`setup(host) { host.contribute('factsink', {}); }`),
      says: "KOPF_PLUGIN_FAILED: The plugin 'odd' failed: it contributes to 'factsink', which does not exist; did you mean 'factSink'? See the cause; the plugin may need other options or another version.",
    },
    {
      what: 'one that requires what has another name',
      plugin: odd(`requires: ['clusters'], setup() {}`),
      says: "KOPF_PLUGIN_MISSING: The plugin 'odd' requires the plugin 'clusters', which is not there; did you mean 'cluster'? Add it to `plugins`, or leave 'odd' out.",
    },
  ])('names it in one line: $what', async ({ plugin, says }) => {
    const text = config(`{ name: 'x', handlers: [handlers], plugins: [annotations(), ${CLUSTER}, ${plugin}] }`);
    const io = createFakeIo(projectWith({ 'kopf.config.ts': text, 'handlers.ts': HANDLERS }));
    expect(await runCli(['plugins'], io)).toBe(1);
    expect(io.err.join('')).toBe(`error ${says}\n`);
    expect(io.out).toEqual([]);
  });
});

describe('kopf check', () => {
  it.each([
    { what: 'TypeScript', name: 'kopf.config.ts', text: good },
    { what: 'a TypeScript module', name: 'kopf.config.mts', text: good },
    { what: 'JavaScript', name: 'kopf.config.js', text: good },
    { what: 'a JavaScript module', name: 'kopf.config.mjs', text: good },
    {
      what: 'CommonJS',
      name: 'kopf.config.cjs',
      text: `const { annotations } = require('@kopfts/persistence-annotations');
module.exports = { name: 'x', handlers: ['./handlers.ts'], plugins: [annotations(), ${CLUSTER}] };`,
    },
  ])('says what a configuration in $what declares', async ({ name, text }) => {
    const io = createFakeIo(projectWith({ [name]: text, 'handlers.ts': HANDLERS, 'package.json': '{"type":"module"}' }));
    expect(await runCli(['check'], io)).toBe(0);
    expect(io.err).toEqual([]);
    expect(io.out.join('')).toBe(
      [
        `configuration ${name}`,
        'operator      x',
        'namespaces    all',
        'plugin        persistence-annotations: progressStore, diffBaseStore',
        'plugin        cluster: clusterClient',
        'handler       create  created  pods  handlers.ts:4',
        '1 handler, no mistakes found.',
        '',
      ].join('\n'),
    );
  });

  it('[CL-08] takes the files that it is given, in their order, and fails if one of them is not there', async () => {
    const files = { 'b.ts': HANDLERS.replace('created', 'first'), 'a.ts': HANDLERS.replace('created', 'second'), 'package.json': '{}' };
    const io = createFakeIo(projectWith(files));
    expect(await runCli(['check', 'b.ts', 'a.ts'], io)).toBe(0);
    expect(io.out.join('').match(/(?<=create  )\w+/g)).toEqual(['first', 'second']);
    const missing = createFakeIo(io.cwd);
    expect(await runCli(['run', 'b.ts', 'c.ts'], missing)).toBe(1);
    expect(missing.err.join('')).toContain('There is no file with handlers c.ts.');
  });

  it('lists the activities of the operator, too', async () => {
    const activities = `kopf.on.startup({ id: 'begin' }, () => undefined);\nkopf.on.probe(function alive() {});\nkopf.on.cleanup(() => undefined);\n`;
    const io = createFakeIo(projectWith({ 'kopf.config.ts': good, 'handlers.ts': `${HANDLERS}${activities}` }));
    expect(await runCli(['check'], io)).toBe(0);
    expect(io.out.join('').split('\n').slice(-6)).toEqual([
      'activity      startup  begin    handlers.ts:5',
      'activity      probe    alive    handlers.ts:6',
      'activity      cleanup  cleanup  handlers.ts:7',
      'handler       create  created  pods  handlers.ts:4',
      '4 handlers, no mistakes found.',
      '',
    ]);
  });

  it('loads handlers by globs, in the order of their names', async () => {
    const files = {
      'src/b.ts': HANDLERS.replace('created', 'second'),
      'src/deep/a.ts': HANDLERS.replace('created', 'third'),
      'src/a.ts': HANDLERS,
    };
    const text = `import { annotations } from '@kopfts/persistence-annotations';
export default { handlers: ['src/**/*.ts'], plugins: [annotations(), ${CLUSTER}] };`;
    const io = createFakeIo(projectWith({ ...files, 'src/node_modules/x/a.ts': 'throw 1', 'kopf.config.ts': text }));
    expect(await runCli(['check'], io)).toBe(0);
    expect(io.out.join('').match(/created|second|third/g)).toEqual(['created', 'second', 'third']);
  });

  it('loads TypeScript also where the package does not say that its modules are ES modules', async () => {
    const io = createFakeIo(projectWith({ 'package.json': '{}', 'kopf.config.ts': good, 'handlers.ts': HANDLERS }));
    expect(await runCli(['check'], io)).toBe(0);
  });
});

describe('the command line', () => {
  it('tells its version', async () => {
    const io = createFakeIo('/');
    expect(await runCli(['--version'], io)).toBe(0);
    expect(io.out.join('')).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('[CL-06] cannot ask for all namespaces and for some', async () => {
    const io = createFakeIo('/');
    expect(await runCli(['run', '-A', '-n', 'one'], io)).toBe(2);
    expect(io.err.join('')).toContain('exclude each other');
  });

  it('[CL-01] has `run`, its version and its help, and says what `freeze` and `resume` are: no commands', async () => {
    const io = createFakeIo('/');
    expect(await runCli(['--help'], io)).toBe(0);
    expect(io.out.join('')).toMatch(/\n {2}run .*\n/);
    for (const command of ['freeze', 'resume']) expect(await runCli([command, '-P', 'default'], io)).toBe(2);
    expect(io.err.join('').match(/unknown command '(?:freeze|resume)'/g)).toEqual(["unknown command 'freeze'", "unknown command 'resume'"]);
  });

  it.each([['--dev'], ['-P', 'default'], ['--peering', 'default'], ['-p', '5'], ['-m', 'handlers']])(
    '[CL-03] refuses the option %s of Kopf, which would change nothing here',
    async (...option) => {
      const io = createFakeIo(projectWith({}));
      expect(await runCli(['run', ...option], io)).toBe(2);
      expect(io.err.join('')).toContain(`unknown option '${option[0]}'`);
    },
  );

  it.each([
    ['-A'],
    ['--all-namespaces'],
    ['-n', 'one', '-n', 'two-*'],
    ['--namespace', 'one'],
    ['--standalone'],
    ['-L', 'http://:8080/healthz'],
  ])('[CL-03] takes %s, as Kopf does, also with files', async (...option) => {
    const io = createFakeIo(projectWith({}));
    expect(await runCli(['run', ...option, 'nope.ts'], io)).toBe(1);
    expect(io.err.join('')).toContain('There is no file with handlers nope.ts.');
  });

  it('[CL-12] takes namespaces as texts: what looks like a regular expression is none', async () => {
    const io = createFakeIo(projectWith({ 'kopf.config.ts': good, 'handlers.ts': HANDLERS }));
    expect(await runCli(['config', '--output', 'json', '-n', '/^team-.*$/', '-n', 'team-.+'], io)).toBe(0);
    const { values } = JSON.parse(io.out.join('')) as { readonly values: readonly { readonly path: string; readonly value: unknown }[] };
    expect(values.find(({ path }) => path === 'namespaces')?.value).toEqual(['/^team-.*$/', 'team-.+']);
  });

  it.each([
    {
      what: 'the configuration',
      argv: [],
      env: {},
      text: config(`{ name: 'x', handlers: [handlers], plugins: [annotations(), ${CLUSTER}], settings: { logging: { level: 'debug' } } }`),
    },
    { what: 'the command line', argv: ['--set', 'logging.level=debug'], env: {}, text: good },
    { what: 'the environment', argv: [], env: { KOPF_SETTINGS_LOGGING_LEVEL: 'debug' }, text: good },
  ])('[LO-06] finds no setting of logging in $what', async ({ argv, env, text }) => {
    const io = createFakeIo(projectWith({ 'kopf.config.ts': text, 'handlers.ts': HANDLERS }));
    expect(await runCli(['config', ...argv], { ...io, env })).not.toBe(0);
    expect(io.err.join('')).toMatch(/^error KOPF_\w+: .*logging/i);
  });

  it('[CL-07] takes options from the environment that it is given', async () => {
    const io = createFakeIo(projectWith({}));
    expect(await runCli(['run'], { ...io, env: { KOPF_RUN_CLUSTERWIDE: '1', KOPF_RUN_NAMESPACES: 'one' } })).toBe(2);
    expect(io.err.join('')).toContain('exclude each other');
    expect(await runCli(['run', '--verbose'], { ...io, env: { KOPF_RUN_LOG_FORMAT: 'xml' } })).toBe(2);
    expect(io.err.join('')).toContain('KOPF_RUN_LOG_FORMAT is "xml"');
  });

  it('accepts --standalone, which is always so, and no priority, which there is not', async () => {
    const io = createFakeIo(projectWith({}));
    expect(await runCli(['run', '--standalone'], io)).toBe(1);
    expect(io.err.join('')).toContain('KOPF_CONFIG_MISSING');
    expect(await runCli(['run', '--priority', '5'], io)).toBe(2);
  });

  it.each([[['--help']], [['run', '--help']], [['dev', '-h']]])('explains itself by %j', async (argv) => {
    const io = createFakeIo('/');
    expect(await runCli(argv, io)).toBe(0);
    expect(io.out.join('')).toMatch(/^Usage: kopf /);
  });

  it('explains itself when it is asked for nothing, as a wrong usage', async () => {
    const io = createFakeIo('/');
    expect(await runCli([], io)).toBe(2);
    expect(io.err.join('')).toMatch(/^Usage: kopf /);
  });
});
