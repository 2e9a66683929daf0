// How a program of commander speaks and fails in our own form.
import { CommanderError, type Command } from 'commander';
import { EXIT_OK, EXIT_USAGE, type CliIo } from './cli-io.js';
import { applyEnvironment } from './environment-options.js';

/** A program whose errors are thrown, whose texts go to `io`, and whose options may come from the environment. */
export function speakingBy(io: CliIo, program: Command): Command {
  return program
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        io.stdout(text);
      },
      writeErr: () => undefined, // Errors are told in our own form.
    })
    .showSuggestionAfterError()
    .hook('preAction', (_program, command) => applyEnvironment(command, io.env ?? {}));
}

/** What is to be parsed. */
export interface ProgramRun {
  readonly argv: readonly string[];
  readonly io: CliIo;
  /** How to ask for help. */
  readonly help: string;
  /** The exit code that the command gave. */
  readonly code: () => number;
}

/** Runs the command that the arguments ask for; returns the exit code. */
export async function parseProgram(program: Command, { argv, io, help, code }: ProgramRun): Promise<number> {
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code();
  } catch (error) {
    return failed(error, { argv, io, help, program });
  }
}

interface FailedRun extends Omit<ProgramRun, 'code'> {
  readonly program: Command;
}

async function failed(error: unknown, { argv, io, help, program }: FailedRun): Promise<number> {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT_OK; // --help, --version
    const message = error.code === 'commander.help' ? missingCommand(program, argv) : error.message;
    const what = message.replace(/^error: /, '').replace(/\s+/g, (gap) => (gap.includes('\n') ? ' ' : gap));
    io.stderr(`error KOPF_USAGE: ${/[.?!)]$/.test(what) ? what : `${what}.`} See ${help}.\n`);
    return EXIT_USAGE;
  }
  const { errorReport, exitCodeOf, saysJsonLines } = await import('./report-error.js');
  const verbose = argv.some((argument) => ['-v', '--verbose', '-d', '--debug'].includes(argument));
  const json = saysJsonLines(argv, io.env ?? {});
  io.stderr(errorReport(error, { verbose, json, at: io.now() }));
  return exitCodeOf(error);
}

/** What commander answers by printing its help: a command that has none of its own, but others below it. */
function missingCommand(program: Command, argv: readonly string[]): string {
  const words = argv[0] === 'help' ? argv.slice(1) : argv;
  let [command, name] = [program, program.name()];
  for (const word of words) {
    const below = command.commands.find((one) => one.name() === word);
    if (below === undefined && argv[0] === 'help') return `There is no command '${name} ${word}'.`;
    if (below === undefined) break;
    [command, name] = [below, `${name} ${word}`];
  }
  const names = command.commands.map((one) => `'${name} ${one.name()}'`);
  return `'${name}' is not a whole command: it is one of ${names.join(', ')}.`;
}
