import { Argument, Command, Option } from 'commander';
import { EXIT_OK, EXIT_USAGE } from './cli-io.js';
import type { CliIo } from './cli-io.js';
import { clusterOptions, collect, configOptions, operatorOptions, outputOption, projectOptions, scopeOptions } from './command-options.js';
import type { BuildOptions } from './commands/build.js';
import type { CheckOptions } from './commands/check.js';
import type { ConfigOptions } from './commands/config.js';
import type { DevOptions } from './commands/dev.js';
import type { ReleaseOptions } from './commands/finalizers.js';
import type { NewPluginOptions } from './commands/new-plugin.js';
import type { ExplainCommandOptions } from './commands/explain.js';
import type { RunOptions } from './commands/run.js';
import type { MoveOptions, StateOptions } from './commands/state.js';
import { placeOfOption } from './environment-options.js';
import { addExamples } from './help-examples.js';
import { OUTPUT_FORMATS } from './output.js';
import { parseProgram, speakingBy } from './parse-program.js';
import { withProgress } from './progress.js';
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
  return parseProgram(program, { argv, io, help: 'kopf --help', code: () => code });
}

type Done = (exitCode: number) => void;

/** All commands with their options; `done` hears the exit code of the one that runs. */
export function createProgram(io: CliIo, done: Done): Command {
  const program = speakingBy(io, new Command('kopf'))
    .description('Kubernetes operators in TypeScript')
    .version(readVersion(), '-V, --version');
  addRun(program, io, done);
  addDev(program, io, done);
  addCheck(program, io, done);
  addConfig(program, io, done);
  addPlugins(program, io, done);
  addState(program, io, done);
  addBuild(program, io, done);
  addFinalizers(program, io, done);
  addNewPlugin(program, io, done);
  addExplain(program, io, done);
  addCompletion(program, io, done);
  addExamples(program);
  return program;
}

function addRun(program: Command, io: CliIo, done: Done): void {
  const command = program
    .command('run')
    .description('run the operator on a cluster: that of a kubeconfig, or the one around it')
    .argument('[files...]', 'files with handlers, instead of a configuration');
  operatorOptions(projectOptions(command)).action(async (files: string[], options: RunOptions) => {
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
  operatorOptions(projectOptions(command)).action(async (files: string[], options: DevOptions) => {
    const { dev } = await import('./commands/dev.js');
    done(await dev(io, files, options));
  });
}

function addCheck(program: Command, io: CliIo, done: Done): void {
  const command = program
    .command('check')
    .description('load and validate the configuration, and say what is declared')
    .argument('[files...]', 'files with handlers, instead of a configuration')
    .option('--cluster', 'also ask the cluster for rights that are missing and fields that do not exist')
    .option('-v, --verbose', 'show stack traces');
  outputOption(clusterOptions(configOptions(command))).action(async (files: string[], options: CheckOptions) => {
    const { check } = await import('./commands/check.js');
    done(await withProgress(io, 'Checking', (spoken) => check(spoken, files, options)));
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
    done(await withProgress(io, 'Reading', (spoken) => config(spoken, files, { ...options, sourceOf })));
  });
}

function addPlugins(program: Command, io: CliIo, done: Done): void {
  const command = program
    .command('plugins')
    .description('say which plugins are put together, and who provides what')
    .option('-v, --verbose', 'show stack traces');
  outputOption(configOptions(command)).action(async (options: CheckOptions) => {
    const { plugins } = await import('./commands/plugins.js');
    done(await withProgress(io, 'Reading', (spoken) => plugins(spoken, options)));
  });
}

function addState(program: Command, io: CliIo, done: Done): void {
  const state = program.command('state').description('what the operator remembers of objects: show it, clear it, move it to another store');
  stateOptions(state.command('show').description('print what the stores of the operator have of one object'))
    .argument('<object>', 'KIND/NAMESPACE/NAME, or KIND/NAME')
    .action(async (name: string, options: StateOptions) => {
      const { showState } = await import('./commands/state.js');
      done(await withProgress(io, 'Reading', (spoken) => showState(spoken, name, options)));
    });
  stateOptions(state.command('clear').description('forget one object: the operator handles it as a new one'))
    .argument('<object>', 'KIND/NAMESPACE/NAME, or KIND/NAME')
    .option('--dry-run', 'only say what would be done')
    .action(async (name: string, options: StateOptions) => {
      const { clearState } = await import('./commands/state.js');
      done(await withProgress(io, 'Clearing', (spoken) => clearState(spoken, name, options)));
    });
  stateOptions(state.command('move').description('copy what one store has of all objects to another, while the operator runs with both'))
    .argument('[kinds...]', 'only objects of these kinds')
    .requiredOption('--from <store>', 'the old one, such as annotations')
    .requiredOption('--to <store>', 'the new one, such as redis')
    .option('--remove', 'take away what the old one has of objects that are in the new one: at the end, when no operator uses it any more')
    .option('--dry-run', 'only say what would be done')
    .action(async (kinds: string[], options: MoveOptions) => {
      const { moveState } = await import('./commands/state.js');
      done(await withProgress(io, 'Moving', (spoken) => moveState(spoken, kinds, options)));
    });
}

function stateOptions(command: Command): Command {
  return outputOption(scopeOptions(configOptions(command))).option('-v, --verbose', 'show stack traces');
}

function addBuild(program: Command, io: CliIo, done: Done): void {
  const command = program
    .command('build')
    .description('put the operator into one file, for images: node FILE runs it')
    .argument('[files...]', 'files with handlers, instead of a configuration')
    .option('-o, --out <file>', 'the file to write, which ends with .mjs; default: dist/operator.mjs')
    .option('--external <package>', 'a package that stays outside, to be installed beside the file (repeatable)', collect)
    .option('-v, --verbose', 'show stack traces')
    .addOption(new Option('--output <format>', 'for people or for programs').choices(OUTPUT_FORMATS).default('text'));
  projectOptions(command).action(async (files: string[], options: BuildOptions) => {
    const { build } = await import('./commands/build.js');
    done(await withProgress(io, 'Building', (spoken) => build(spoken, files, options)));
  });
}

function addFinalizers(program: Command, io: CliIo, done: Done): void {
  const finalizers = program.command('finalizers').description("the operator's finalizer on the objects of a cluster");
  const release = finalizers
    .command('release')
    .description('take it from objects, when the operator is gone for good')
    .argument('[objects...]', 'as KIND/NAMESPACE/NAME, or KIND/NAME')
    .option('--all', 'from all objects of the cluster')
    .option('--dry-run', 'only say which objects have it')
    .option('-y, --yes', 'really do it')
    .option('-v, --verbose', 'show stack traces');
  clusterOptions(outputOption(configOptions(release))).action(async (objects: string[], options: ReleaseOptions) => {
    const { releaseFinalizers } = await import('./commands/finalizers.js');
    done(await withProgress(io, 'Releasing', (spoken) => releaseFinalizers(spoken, objects, options)));
  });
}

function addNewPlugin(program: Command, io: CliIo, done: Done): void {
  program
    .command('new-plugin')
    .description('write a package with a plugin of your own: tested, and ready to be published')
    .argument('<name>', 'of the package, such as kopf-plugin-files')
    .option('--dir <folder>', 'where to write it; default: the last part of the name')
    .option('-v, --verbose', 'show stack traces')
    .addOption(new Option('-o, --output <format>', 'for people or for programs').choices(OUTPUT_FORMATS).default('text'))
    .action(async (name: string, options: NewPluginOptions) => {
      const { newPlugin } = await import('./commands/new-plugin.js');
      done(await newPlugin(io, name, options));
    });
}

function addExplain(program: Command, io: CliIo, done: Done): void {
  const command = program
    .command('explain')
    .description('ask a running operator why its handlers ran for an object, or did not')
    .argument('<object>', 'KIND/NAMESPACE/NAME, or KIND/NAME')
    .option('--handler <id>', 'only this handler')
    .option('--operator <name>', 'one of several on this machine, by its name')
    .option('--endpoint <url>', 'where it gives explanations; default: it is found, if it runs on this machine and is yours')
    .option('--token-file <file>', 'what it asks for there; default: as it is found')
    .option('--pod <namespace/name:port>', 'ask a pod, through the API server')
    .option('--kubeconfig <file>', 'with --pod: a kubeconfig file')
    .option('--context <name>', 'with --pod: a context of the kubeconfig')
    .option('-v, --verbose', 'show stack traces');
  outputOption(command).action(async (object: string, options: ExplainCommandOptions) => {
    const { explain } = await import('./commands/explain.js');
    done(await withProgress(io, 'Asking', (spoken) => explain(spoken, object, options)));
  });
}

function addCompletion(program: Command, io: CliIo, done: Done): void {
  program
    .command('completion')
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .action(async (shell: Shell) => {
      const { completion } = await import('./commands/completion.js');
      done(completion(io, shell, program));
    });
}
