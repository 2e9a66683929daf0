import { describe, expect, it } from 'vitest';
import { composeLayers } from '../src/config-layers.js';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith } from './fake-io.js';

const CLUSTER = `{ name: 'cluster', setup(host) { host.contribute('clusterClient', { open: () => ({}) }); } }`;
const REGISTRY = (name: string): string => `import { createRegistry } from '@kopfts/core';
const kopf = createRegistry();
export default kopf;
kopf.on.create('pods', function ${name}() {});
`;
const FILES = {
  'shared/base.ts': `import { annotations } from '@kopfts/persistence-annotations';
export default { name: 'base', handlers: ['*-handlers.ts'], plugins: [annotations(), ${CLUSTER}], namespaces: ['base'],
  settings: { queueing: { workerLimit: 1, eventLimit: 2 }, probing: { maxAge: 3 } } };`,
  'shared/base-handlers.ts': REGISTRY('below'),
  'own.ts': REGISTRY('above'),
  'kopf.config.ts': `import { defineConfig } from '@kopfts/core';
import own from './own.js';
export default defineConfig({ extends: './shared/base.js', name: 'mine', handlers: [own], settings: { queueing: { workerLimit: 4 } },
  profiles: {
    production: { clusterwide: true, settings: { queueing: { workerLimit: 64 } } },
    staging: { namespaces: ['staging'] },
  } });`,
};

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function kopf(argv: readonly string[], env: Record<string, string> = {}, files: Record<string, string> = FILES): Promise<Said> {
  const cwd = projectWith(files);
  const io = { ...createFakeIo(cwd), env };
  const code = await runCli(argv, io);
  return { code, out: io.out.join(''), err: io.err.join('').replaceAll(cwd, '{cwd}') };
}

interface Explained {
  readonly values: readonly { readonly path: string; readonly value: unknown; readonly source: string }[];
}

async function explained(argv: readonly string[], env: Record<string, string> = {}): Promise<Record<string, readonly [unknown, string]>> {
  const { out, err } = await kopf(['config', '--output', 'json', ...argv], env);
  expect(err).toBe('');
  return Object.fromEntries((JSON.parse(out) as Explained).values.map(({ path, value, source }) => [path, [value, source]]));
}

describe('a configuration in layers', () => {
  it('goes before what it extends, setting by setting, and after its profile', async () => {
    expect(await explained([])).toMatchObject({
      name: ['mine', 'kopf.config.ts'],
      namespaces: [['base'], 'shared/base.ts'],
      plugins: [['persistence-annotations', 'cluster'], 'shared/base.ts'],
      'settings.queueing.workerLimit': [4, 'kopf.config.ts'],
      'settings.queueing.eventLimit': [2, 'shared/base.ts'],
      'settings.queueing.writeLimit': [50, 'default'],
      'settings.probing.maxAge': [3, 'shared/base.ts'],
    });
    expect(await explained(['--profile', 'production'])).toMatchObject({
      clusterwide: [true, "profile 'production' of kopf.config.ts"],
      'settings.queueing.workerLimit': [64, "profile 'production' of kopf.config.ts"],
    });
  });

  it('is below the environment, which is below what is typed', async () => {
    const env = {
      KOPF_PROFILE: 'staging',
      KOPF_SETTINGS_QUEUEING_WORKER_LIMIT: '5',
      KOPF_SETTINGS_QUEUEING_EVENT_LIMIT: '6',
      KOPF_SETTINGS_PROCESS_ULTIMATE_EXITING_TIMEOUT: 'null',
      KOPF_SETTINGS_POSTING_ENABLED: 'no',
      KOPF_SETTINGS_QUEUEING_ERROR_DELAYS: '1, 2s',
      KOPF_RUN_NAMESPACES: 'one two',
    };
    expect(await explained(['--set', 'queueing.workerLimit=7', '--context', 'here'], env)).toMatchObject({
      namespaces: [['one', 'two'], 'environment KOPF_RUN_NAMESPACES'],
      context: ['here', '--context'],
      'settings.queueing.workerLimit': [7, '--set'],
      'settings.queueing.eventLimit': [6, 'environment KOPF_SETTINGS_QUEUEING_EVENT_LIMIT'],
      'settings.queueing.errorDelays': [[1, '2s'], 'environment KOPF_SETTINGS_QUEUEING_ERROR_DELAYS'],
      'settings.process.ultimateExitingTimeout': [null, 'environment KOPF_SETTINGS_PROCESS_ULTIMATE_EXITING_TIMEOUT'],
      'settings.posting.enabled': [false, 'environment KOPF_SETTINGS_POSTING_ENABLED'],
    });
    expect(await explained([], { KOPF_PROFILE: 'staging' })).toMatchObject({
      namespaces: [['staging'], "profile 'staging' of kopf.config.ts"],
    });
  });

  it('has the handlers of all its layers, those of what it extends first', async () => {
    const { out } = await kopf(['check', '--output', 'json']);
    const { handlers } = JSON.parse(out) as { readonly handlers: readonly { readonly id: string; readonly kind: string }[] };
    expect(handlers.map(({ kind, id }) => `${kind} ${id}`)).toEqual(['create below', 'create above']);
  });

  it('has one plugin of a name, at its first place', () => {
    const plugin = (name: string, setup: () => void = () => undefined): { name: string; setup: () => void } => ({ name, setup });
    const other = plugin('b');
    const { plugins } = composeLayers([
      { source: 'below', config: { plugins: [plugin('a'), plugin('b'), plugin('c')] } },
      { source: 'above', config: { plugins: [plugin('d'), other] } },
    ]);
    expect(plugins.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    expect(plugins[1]).toBe(other);
  });

  it('is explained to people in a table, with functions by their names', async () => {
    const files = {
      ...FILES,
      'kopf.config.ts': `import { asap } from '@kopfts/core';
export default { extends: ['./shared/base'], settings: { execution: { lifecycle: asap } } };`,
    };
    const { out, code } = await kopf(['config', '--explain'], {}, files);
    expect(code).toBe(0);
    expect(out).toMatch(/^VALUE OF +IS +FROM +MEANING\n/);
    expect(out).toMatch(/^settings\.execution\.lifecycle +asap +kopf\.config\.ts +which of the change handlers/m);
    const { out: short } = await kopf(['config'], {}, files);
    expect(short).toMatch(/^settings\.queueing\.workerLimit +1$/m);
  });

  it.each<readonly [string, readonly string[], Record<string, string>, Record<string, string>, string]>([
    [
      'a profile that is not there',
      ['--profile', 'prodution'],
      {},
      {},
      "error KOPF_CONFIG_BROKEN: kopf.config.ts has no profile 'prodution'; did you mean 'production'? It has production, staging.\n",
    ],
    [
      'a file that is not there',
      [],
      {},
      { 'kopf.config.ts': `export default { extends: './bass.ts' };` },
      "error KOPF_CONFIG_BROKEN: kopf.config.ts extends './bass.ts', which does not exist. Correct its name.\n",
    ],
    [
      'a package that is not there',
      [],
      {},
      { 'kopf.config.ts': `export default { extends: 'acme-kopf-base' };` },
      "error KOPF_CONFIG_BROKEN: kopf.config.ts extends 'acme-kopf-base', which does not exist. Install the package, or write './acme-kopf-base' for a file.\n",
    ],
    [
      'what is no reference',
      [],
      {},
      { 'kopf.config.ts': `export default { extends: [{}] };` },
      "error KOPF_CONFIG_BROKEN: 'extends' of kopf.config.ts has {}, but it must name files. Write it as extends: './kopf.base.js'.\n",
    ],
    [
      'a circle',
      [],
      {},
      { 'kopf.config.ts': `export default { extends: './b.ts' };`, 'b.ts': `export default { extends: './kopf.config.ts' };` },
      'error KOPF_CONFIG_BROKEN: kopf.config.ts extends itself: kopf.config.ts → b.ts → kopf.config.ts. Take one of these out of `extends`.\n',
    ],
    [
      'a profile that is no mapping',
      [],
      {},
      { 'kopf.config.ts': `export default { profiles: { x: [] } };` },
      "error KOPF_CONFIG_BROKEN: The profile 'x' of kopf.config.ts is no configuration. Write it as an object.\n",
    ],
    [
      'mistakes in several of its layers',
      [],
      {},
      {
        'shared/base.ts': FILES['shared/base.ts'].replace('eventLimit: 2', 'eventLimit: NaN'),
        'kopf.config.ts': FILES['kopf.config.ts']
          .replace("name: 'mine'", "nmae: 'mine'")
          .replace('workerLimit: 64', 'workerLimits: 64')
          .replace("['staging']", '[], clusterwide: 1'),
      },
      [
        'error KOPF_INVALID_CONFIG: There are 4 mistakes:',
        '(1) settings.queueing.eventLimit is NaN, but it must be a whole number of at least 1 (shared/base.ts).',
        "(2) The configuration has no option 'nmae'; did you mean 'name'?",
        "(3) settings.queueing has no option 'workerLimits'; did you mean 'workerLimit'? (profile 'production' of kopf.config.ts)",
        "(4) clusterwide is 1, but it must be true or false (profile 'staging' of kopf.config.ts).",
        'Correct all of them.\n',
      ].join(' '),
    ],
    [
      'a mistake in a profile that is not asked for',
      ['--profile', 'production'],
      {},
      { 'kopf.config.ts': FILES['kopf.config.ts'].replace("['staging']", '[], handlers: [1]') },
      [
        'error KOPF_INVALID_CONFIG: There are 2 mistakes:',
        "(1) 'handlers[0]' is no registry (profile 'staging' of kopf.config.ts).",
        "(2) 'namespaces' must be a list with at least one name or glob (profile 'staging' of kopf.config.ts).",
        'Correct all of them.\n',
      ].join(' '),
    ],
    [
      'a profile that extends',
      [],
      {},
      { 'kopf.config.ts': FILES['kopf.config.ts'].replace('staging: {', "staging: { extends: './other.js',") },
      "error KOPF_INVALID_CONFIG: 'extends' is said by a whole configuration, not by a part of one (profile 'staging' of kopf.config.ts). Write it at the top of the file, beside `profiles`.\n",
    ],
    [
      'neither handlers nor plugins in any layer',
      [],
      {},
      { 'kopf.config.ts': `export default { name: 'x', profiles: { a: { settings: 1 } } };` },
      [
        'error KOPF_INVALID_CONFIG: There are 3 mistakes:',
        "(1) settings is 1, but it must be an object (profile 'a' of kopf.config.ts).",
        "(2) 'handlers' must be a list of registries or of globs.",
        "(3) 'plugins' must be a list, for example [kubernetes(), annotations()].",
        'Correct all of them.\n',
      ].join(' '),
    ],
    [
      'wrong values of settings from several places above it',
      ['--set', 'queueing.workerLimit=many', '--set', 'probing.maxAge=soon'],
      { KOPF_SETTINGS_POSTING_LEVEL: 'loud' },
      {},
      [
        'error KOPF_INVALID_CONFIG: There are 3 mistakes:',
        '(1) settings.posting.level is "loud", but it must be one of debug, info, warn, error (environment KOPF_SETTINGS_POSTING_LEVEL).',
        '(2) settings.queueing.workerLimit is "many", but it must be a whole number of at least 1 (command line).',
        "(3) settings.probing.maxAge is \"soon\", but it must be a number of seconds, or text with a unit such as '500ms', '5s', '1m', '2h', '1d' (command line).",
        'Correct all of them.\n',
      ].join(' '),
    ],
    [
      'a variable that is no setting',
      [],
      { KOPF_SETTINGS_QUEUEING_WORKERS_LIMIT: '1' },
      {},
      "error KOPF_USAGE: The environment's KOPF_SETTINGS_QUEUEING_WORKERS_LIMIT names no setting; did you mean KOPF_SETTINGS_QUEUEING_WORKER_LIMIT? All settings: kopf config --explain.\n",
    ],
    [
      'a typed setting that does not exist',
      ['--set', 'queueing.workerLimits=1'],
      {},
      {},
      'error KOPF_USAGE: --set queueing.workerLimits names no setting; did you mean queueing.workerLimit? All settings: kopf config --explain.\n',
    ],
    [
      'no assignment',
      ['--set', 'queueing'],
      {},
      {},
      'error KOPF_USAGE: --set queueing is no assignment. Write it as --set queueing.workerLimit=64.\n',
    ],
    [
      'a value that the setting cannot have',
      ['--set', 'queueing.workerLimit=many'],
      {},
      {},
      'error KOPF_INVALID_OPTION: settings.queueing.workerLimit is "many", but it must be a whole number of at least 1 (command line). Change settings.queueing.workerLimit.\n',
    ],
    [
      'a function as text',
      ['--set', 'execution.lifecycle=asap'],
      {},
      {},
      'error KOPF_USAGE: --set execution.lifecycle is a function, which text cannot be. Set it in the configuration.\n',
    ],
  ])('is refused in one line with %s', async (_what, argv, env, files, says) => {
    const { code, err } = await kopf(['config', ...argv], env, { ...FILES, ...files });
    expect(err).toBe(says);
    expect(code).toBe(says.includes('KOPF_USAGE') ? 2 : 1);
  });

  it('has no profile where files are run without one', async () => {
    const { code, err } = await kopf(['check', 'own.ts', '--profile', 'production']);
    expect(err).toContain("error KOPF_USAGE: Files with handlers have no profile 'production'.");
    expect(code).toBe(2);
  });
});

describe('kopf plugins', () => {
  it('says who provides what, for people and for programs', async () => {
    const { out } = await kopf(['plugins']);
    expect(out.split('\n')[0]).toMatch(/^PLUGIN +INTERFACE +PROVIDES$/);
    expect(out).toMatch(/^persistence-annotations +1 +progressStore, diffBaseStore$/m);
    const { out: json } = await kopf(['plugins', '-o', 'json']);
    expect(JSON.parse(json)).toEqual({
      configuration: 'kopf.config.ts',
      apiVersion: 1,
      plugins: [
        { name: 'persistence-annotations', provides: ['progressStore', 'diffBaseStore'], apiVersion: 1, requires: [] },
        { name: 'cluster', provides: ['clusterClient'], apiVersion: 1, requires: [] },
      ],
    });
  });
});
