import { EXIT_OK } from '../cli-io.js';
import type { CliIo } from '../cli-io.js';
import { checkScope, clusterOf, withLiveness, withScope } from '../config-overrides.js';
import type { OperatorOptions } from '../config-overrides.js';
import { UsageError } from '../errors.js';
import { loadConfig } from '../load-config.js';
import { runOperator } from '../running-operator.js';
import { openSession } from '../session.js';
import type { LogFlags } from '../session.js';
import { listenForShutdown } from '../signals.js';

export interface RunOptions extends OperatorOptions, LogFlags {}

/** `kopf run`: the operator on a real cluster, until a signal ends it. */
export async function run(io: CliIo, files: readonly string[], options: RunOptions): Promise<number> {
  checkScope(options);
  if (files.length > 0 && options.config !== undefined) {
    throw new UsageError('--config and files with handlers exclude each other.', { remedy: 'List the handlers in the configuration.' });
  }
  const session = openSession(io, options, { format: 'full', showChanges: false });
  const shutdown = listenForShutdown(io, (message) => session.logger.log({ level: 'info', message }));
  try {
    const { importModule } = session;
    const loaded = await loadConfig({ cwd: io.cwd, configFile: options.config, handlerFiles: files, importModule, generation: 0 });
    const config = await withLiveness(withScope(loaded.config, options), options);
    if (!shutdown.signal.aborted)
      await runOperator({ config, cluster: clusterOf(options, io.cwd), factSinks: [session.sink], signal: shutdown.signal });
    return EXIT_OK;
  } finally {
    shutdown.dispose();
    session.dispose();
  }
}
