import type { CliIo } from '../cli-io.js';
import type { OperatorOptions } from '../config-overrides.js';
import { checkFiles } from '../load-for-reading.js';
import { runProject } from '../run-project.js';
import type { LogFlags } from '../session.js';

export interface RunOptions extends OperatorOptions, LogFlags {}

/** `kopf run`: the operator on a real cluster, until a signal ends it. */
export async function run(io: CliIo, files: readonly string[], options: RunOptions): Promise<number> {
  checkFiles(files, options);
  const { config: configFile, profile } = options;
  return runProject(io, options, { cwd: io.cwd, configFile, handlerFiles: files, profile });
}
