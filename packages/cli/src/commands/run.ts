import { EXIT_OK } from '../cli-io.js';
import type { CliIo } from '../cli-io.js';
import { checkScope, clusterOf, withOptions } from '../config-overrides.js';
import type { OperatorOptions } from '../config-overrides.js';
import { loadConfig } from '../load-config.js';
import { checkFiles } from '../load-for-reading.js';
import { runOperator } from '../running-operator.js';
import { openSession } from '../session.js';
import type { LogFlags } from '../session.js';
import { listenForShutdown } from '../signals.js';

export interface RunOptions extends OperatorOptions, LogFlags {}

/** `kopf run`: the operator on a real cluster, until a signal ends it. */
export async function run(io: CliIo, files: readonly string[], options: RunOptions): Promise<number> {
  checkScope(options);
  checkFiles(files, options);
  const session = openSession(io, options, { format: 'full', showChanges: false });
  const shutdown = listenForShutdown(io, (message) => session.logger.log({ level: 'info', message }));
  try {
    const { importModule } = session;
    const loaded = await loadConfig({
      cwd: io.cwd,
      configFile: options.config,
      handlerFiles: files,
      importModule,
      generation: 0,
      profile: options.profile,
    });
    const config = await withOptions(loaded, options, { environment: io.env ?? {} });
    if (!shutdown.signal.aborted)
      await runOperator({ config, cluster: clusterOf(options, io.cwd), factSinks: [session.sink], signal: shutdown.signal });
    return EXIT_OK;
  } finally {
    shutdown.dispose();
    await session.dispose();
  }
}
