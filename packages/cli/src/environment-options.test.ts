import { Command, InvalidArgumentError, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { applyEnvironment, type Environment } from './environment-options.js';

function optionsOf(argv: readonly string[], environment: Environment): unknown {
  const command = new Command('run')
    .exitOverride()
    .option('-v, --verbose', '')
    .option('-A, --all-namespaces', '')
    .option('-n, --namespace <pattern>', '', (value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
    .option('-L, --liveness <url>', '')
    .addOption(
      new Option('--log-format <format>').argParser((value) => {
        if (value !== 'json') throw new InvalidArgumentError('It must be json.');
        return value;
      }),
    )
    .action(() => undefined)
    .hook('preAction', (_, acting) => applyEnvironment(acting, environment));
  command.parse([...argv], { from: 'user' });
  return command.opts();
}

describe('options from the environment', () => {
  it.each<[Environment, unknown]>([
    [{ KOPF_RUN_VERBOSE: 'true' }, { verbose: true }],
    [{ KOPF_RUN_VERBOSE: '0' }, {}],
    [{ KOPF_RUN_CLUSTERWIDE: 'yes' }, { allNamespaces: true }],
    [{ KOPF_RUN_NAMESPACES: 'one  team-*' }, { namespace: ['one', 'team-*'] }],
    [{ KOPF_RUN_NAMESPACES: 'one', KOPF_RUN_NAMESPACE: 'two' }, { namespace: ['one', 'two'] }],
    [{ KOPF_RUN_LIVENESS_ENDPOINT: 'http://:1/' }, { liveness: 'http://:1/' }],
    [{ KOPF_RUN_LOG_FORMAT: 'json' }, { logFormat: 'json' }],
    [{ KOPF_DEV_VERBOSE: 'true', VERBOSE: 'true', KOPF_RUN_OTHER: 'x' }, {}],
  ])('[CL-07] %j', (environment, options) => {
    expect(optionsOf([], environment)).toEqual(options);
  });

  it('[CL-07] give way to what is typed', () => {
    expect(optionsOf(['-n', 'typed'], { KOPF_RUN_NAMESPACES: 'one' })).toEqual({ namespace: ['typed'] });
  });

  it('[CL-06, CL-07] give way to a typed option that takes their place', () => {
    expect(optionsOf(['-n', 'typed'], { KOPF_RUN_CLUSTERWIDE: 'yes' })).toEqual({ namespace: ['typed'] });
    expect(optionsOf(['-A'], { KOPF_RUN_NAMESPACES: 'one' })).toEqual({ allNamespaces: true });
  });

  it.each([{ KOPF_RUN_VERBOSE: 'maybe' }, { KOPF_RUN_LOG_FORMAT: 'xml' }])(
    'are refused by name where they make no sense: %j',
    (environment) => {
      const [name] = Object.keys(environment);
      expect(() => optionsOf([], environment as Environment)).toThrow(
        expect.objectContaining({ code: 'KOPF_USAGE', message: expect.stringContaining(String(name)) }),
      );
    },
  );
});
