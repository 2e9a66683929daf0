// What a built file does: the same as `kopf run`, with everything that it is made of inside. Only this module and what it
// imports go into such a file, beside the user's own code.
import { dirname } from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import type { CliIo } from '../cli-io.js';
import { EXIT_OK } from '../cli-io.js';
import { operatorOptions, profileOption } from '../command-options.js';
import type { OperatorOptions } from '../config-overrides.js';
import { endProcess } from '../end-process.js';
import { parseProgram, speakingBy } from '../parse-program.js';
import { createProcessIo } from '../process-io.js';
import { runProject } from '../run-project.js';
import type { LogFlags } from '../session.js';
import { replayFiles, type FoundFiles } from './found-files.js';

/** An operator with all its modules, as `kopf build` writes it. */
export interface BuiltOperator {
  /** Of @kopfts, when it was built. */
  readonly version: string;
  readonly found: FoundFiles;
  /** Modules by their paths in `found`. */
  readonly modules: Readonly<Record<string, () => Promise<unknown>>>;
  readonly configFile: string | undefined;
  readonly handlerFiles: readonly string[];
  /** The profile that it was built with; then no other can be asked for. */
  readonly profile: string | undefined;
  /** Whether there are profiles to ask for. */
  readonly hasProfiles: boolean;
}

/** Runs until a signal ends it. @returns the exit code. */
export async function runBuilt(built: BuiltOperator, argv: readonly string[], io: CliIo): Promise<number> {
  let code = EXIT_OK;
  const program = speakingBy(io, new Command('run'))
    .configureHelp({ commandUsage: () => 'node FILE [options]' })
    .description('run this operator on a cluster: that of a kubeconfig, or the one around it')
    .version(`built by @kopfts ${built.version}`, '-V, --version');
  if (built.hasProfiles) program.addOption(profileOption());
  operatorOptions(program).action(async (options: OperatorOptions & LogFlags) => {
    code = await runProject(io, options, {
      cwd: built.found.cwd,
      configFile: built.configFile,
      handlerFiles: built.handlerFiles,
      profile: built.profile ?? options.profile,
      files: replayFiles(built.found),
      importModule: (file) => moduleOf(built, file),
    });
  });
  return parseProgram(program, { argv, io, help: '--help', code: () => code });
}

function moduleOf({ modules }: BuiltOperator, file: string): Promise<unknown> {
  const load = modules[file];
  if (load === undefined) throw new Error(`${file} of ${dirname(file)} is not in this file`);
  return load();
}

/** The whole of a built file: arguments, signals and exit code of this process. */
export function startBuilt(built: BuiltOperator): void {
  const argv = process.argv.slice(2);
  endProcess(runBuilt(built, argv, createProcessIo()), argv);
}
