import { EXIT_OK } from './cli-io.js';
import type { CliIo } from './cli-io.js';
import { createProcessIo } from './process-io.js';
import { readVersion } from './version.js';

/**
 * Runs one command. Everything but `--version` is imported when it is needed: a start must be quick.
 *
 * @param argv without the interpreter and the program, as in `['dev', '-f', 'crd.yaml']`.
 * @returns the exit code: 0, 1 for errors, 2 for a wrong usage.
 */
export async function runCli(argv: readonly string[], io: CliIo = createProcessIo()): Promise<number> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    io.stdout(`${readVersion()}\n`);
    return EXIT_OK;
  }
  const { runProgram } = await import('./program.js');
  return runProgram(argv, io);
}
