// Options that several commands have.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { LOG_FORMATS, type LogFormat } from './log-options.js';
import { STRAY_POLICIES } from './stray/stray-policy.js';
import { OUTPUT_FORMATS } from './output.js';

/** `--output`, for commands that say something; those that run say one object per line. */
export function outputOption(command: Command): Command {
  return command.addOption(new Option('-o, --output <format>', 'for people or for programs').choices(OUTPUT_FORMATS).default('text'));
}

/** Which configuration, and what goes before it. */
export function configOptions(command: Command): Command {
  return settingOptions(projectOptions(command));
}

/** Which configuration. */
export function projectOptions(command: Command): Command {
  return command.option('--config <file>', 'the configuration; default: kopf.config.* here').addOption(profileOption());
}

/** `--profile`. */
export function profileOption(): Option {
  return new Option('--profile <name>', "one of the configuration's profiles");
}

function settingOptions(command: Command): Command {
  return command.option('--set <setting=value>', 'a setting, such as queueing.workerLimit=64 (repeatable)', collect);
}

/** Which cluster. */
export function clusterOptions(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'the cluster: a kubeconfig file')
    .option('--context <name>', 'the cluster: a context of the kubeconfig');
}

/** Which cluster, and what of it. */
export function scopeOptions(command: Command): Command {
  return clusterOptions(command)
    .option('-n, --namespace <pattern>', 'a namespace or a glob of them (repeatable)', collect)
    .option('-A, --all-namespaces', 'all namespaces');
}

/** Of an operator that runs, whatever it is made of. */
export function operatorOptions(command: Command): Command {
  return outputOption(scopeOptions(settingOptions(command)))
    .addOption(
      new Option('-L, --liveness <url>', 'say over HTTP whether it is alive, for example at http://0.0.0.0:8080/healthz').argParser(
        parseLiveness,
      ),
    )
    .option('--explanations <url>', 'answer kopf explain at this address, for example at http://127.0.0.1:8089')
    .option(
      '--explanations-token-file <file>',
      'whose content is asked for there; default: made anew, and found by this user on this machine',
    )
    .option('--standalone', 'without peering, which is always so')
    .addOption(
      new Option('--stray-errors <policy>', 'when a promise fails that a handler left behind, say so only, or end').choices(STRAY_POLICIES),
    )
    .option('-v, --verbose', 'say every step, show stack traces')
    .option('-d, --debug', 'the same as --verbose')
    .option('-q, --quiet', 'say only what is wrong')
    .addOption(new Option('--log-format <format>', `one of ${LOG_FORMATS.join(', ')}`).argParser(parseFormat))
    .option('--log-refkey <name>', 'of json: the name of the field with the object; default: object')
    .option('--log-prefix', 'begin lines about an object with its name; default: in text yes, in json no')
    .option('--no-log-prefix', 'do not');
}

/** Of an option that may be repeated. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** Its module is imported when the operator is. */
function parseLiveness(value: string): string {
  if (/^http:\/\//.test(value)) return value;
  throw new InvalidArgumentError('It must be an address such as http://0.0.0.0:8080/healthz; only http is spoken there.');
}

function parseFormat(value: string): LogFormat {
  const format = LOG_FORMATS.find((known) => known === value.toLowerCase());
  if (format === undefined) throw new InvalidArgumentError(`It must be one of ${LOG_FORMATS.join(', ')}.`);
  return format;
}
