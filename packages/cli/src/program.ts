import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { EXIT_OK, EXIT_USAGE } from './cli-io.js';
import type { CliIo } from './cli-io.js';
import type { CheckOptions } from './commands/check.js';
import type { ConfigOptions } from './commands/config.js';
import type { DevOptions } from './commands/dev.js';
import type { RunOptions } from './commands/run.js';
import { applyEnvironment, placeOfOption } from './environment-options.js';
import { LOG_FORMATS } from './log-options.js';
import type { LogFormat } from './log-options.js';
import { OUTPUT_FORMATS } from './output.js';
import { SHELLS } from './shells.js';
import type { Shell } from './shells.js';
import { readVersion } from './version.js';

/** Understands the arguments and runs the command, whose code is imported only now. */
export async function runProgram(argv: readonly string[], io: CliIo): Promise<number> {
  let code = EXIT_OK;
  const program = createProgram(io, (exitCode) => {
    code = exitCode;
  });
  if (argv.length === 0) {
    io.stderr(program.helpInformation());
    return EXIT_USAGE;
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return failed(error, argv, io);
  }
}

async function failed(error: unknown, argv: readonly string[], io: CliIo): Promise<number> {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT_OK; // --help, --version
    const what = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
    io.stderr(`error KOPF_USAGE: ${/[.?!)]$/.test(what) ? what : `${what}.`} See kopf --help.\n`);
    return EXIT_USAGE;
  }
  const { errorReport, exitCodeOf } = await import('./report-error.js');
  const verbose = argv.some((argument) => ['-v', '--verbose', '-d', '--debug'].includes(argument));
  const json = /(?:^| )--log-format[ =]json(?: |$)/i.test(argv.join(' '));
  io.stderr(errorReport(error, { verbose, json, at: io.now() }));
  return exitCodeOf(error);
}

type Done = (exitCode: number) => void;

function createProgram(io: CliIo, done: Done): Command {
  const program = new Command('kopf')
    .description('Kubernetes operators in TypeScript')
    .version(readVersion(), '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        io.stdout(text);
      },
      writeErr: () => undefined, // Errors are told in our own form.
    })
    .showSuggestionAfterError()
    .hook('preAction', (_program, command) => applyEnvironment(command, io.env ?? {}));
  addRun(program, io, done);
  addDev(program, io, done);
  addCheck(program, io, done);
  addConfig(program, io, done);
  addPlugins(program, io, done);
  addCompletion(program, io, done);
  return program;
}

function addRun(program: Command, io: CliIo, done: Done): void {
  const command = program
    .command('run')
    .description('run the operator on a cluster: that of a kubeconfig, or the one around it')
    .argument('[files...]', 'files with handlers, instead of a configuration');
  operatorOptions(command).action(async (files: string[], options: RunOptions) => {
    const { run } = await import('./commands/run.js');
    done(await run(io, files, options));
  });
}

function addDev(program: Command, io: CliIo, done: Done): void {
  const command = program
    .command('dev')
    .description('run the operator on an embedded API server and load its code anew when it changes')
    .argument('[files...]', 'files with handlers, instead of a configuration')
    .option('-f, --filename <file>', 'create the objects of this file in the embedded server (repeatable)', collect);
  operatorOptions(command).action(async (files: string[], options: DevOptions) => {
    const { dev } = await import('./commands/dev.js');
    done(await dev(io, files, options));
  });
}

function addCheck(program: Command, io: CliIo, done: Done): void {
  const command = program
    .command('check')
    .description('load and validate the configuration, and say what is declared')
    .argument('[files...]', 'files with handlers, instead of a configuration')
    .option('-v, --verbose', 'show stack traces');
  outputOption(configOptions(command)).action(async (files: string[], options: CheckOptions) => {
    const { check } = await import('./commands/check.js');
    done(await check(io, files, options));
  });
}

function addConfig(program: Command, io: CliIo, done: Done): void {
  const command = program
    .command('config')
    .description('say what the operator would run with')
    .argument('[files...]', 'files with handlers, instead of a configuration')
    .option('--explain', 'also where each value comes from, and what it means')
    .option('-v, --verbose', 'show stack traces');
  outputOption(scopeOptions(configOptions(command))).action(async (files: string[], options: ConfigOptions) => {
    const { config } = await import('./commands/config.js');
    const sourceOf = (attribute: string): string => placeOfOption(command, attribute);
    done(await config(io, files, { ...options, sourceOf }));
  });
}

function addPlugins(program: Command, io: CliIo, done: Done): void {
  const command = program
    .command('plugins')
    .description('say which plugins are put together, and who provides what')
    .option('-v, --verbose', 'show stack traces');
  outputOption(configOptions(command)).action(async (options: CheckOptions) => {
    const { plugins } = await import('./commands/plugins.js');
    done(await plugins(io, options));
  });
}

function addCompletion(program: Command, io: CliIo, done: Done): void {
  program
    .command('completion')
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .addHelpText('after', '\nFor this shell only: source <(kopf completion bash)')
    .action(async (shell: Shell) => {
      const { completion } = await import('./commands/completion.js');
      done(completion(io, shell, program));
    });
}

function outputOption(command: Command): Command {
  return command.addOption(new Option('-o, --output <format>', 'for people or for programs').choices(OUTPUT_FORMATS).default('text'));
}

function configOptions(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration; default: kopf.config.* here')
    .option('--profile <name>', "one of the configuration's profiles")
    .option('--set <setting=value>', 'a setting, such as queueing.workerLimit=64 (repeatable)', collect);
}

function scopeOptions(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'the cluster: a kubeconfig file')
    .option('--context <name>', 'the cluster: a context of the kubeconfig')
    .option('-n, --namespace <pattern>', 'a namespace or a glob of them (repeatable)', collect)
    .option('-A, --all-namespaces', 'all namespaces');
}

function operatorOptions(command: Command): Command {
  return scopeOptions(configOptions(command))
    .addOption(
      new Option('-L, --liveness <url>', 'say over HTTP whether it is alive, for example at http://0.0.0.0:8080/healthz').argParser(
        parseLiveness,
      ),
    )
    .option('--standalone', 'without peering, which is always so')
    .option('-v, --verbose', 'say every step, show stack traces')
    .option('-d, --debug', 'the same as --verbose')
    .option('-q, --quiet', 'say only what is wrong')
    .addOption(new Option('--log-format <format>', `one of ${LOG_FORMATS.join(', ')}`).argParser(parseFormat))
    .option('--log-refkey <key>', 'the key of the object reference in JSON lines; default: object')
    .option('--log-prefix', 'the name of the object before messages; default: in texts, not in JSON')
    .option('--no-log-prefix', 'without it');
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
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
