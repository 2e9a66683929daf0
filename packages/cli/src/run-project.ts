import { EXIT_OK } from './cli-io.js';
import type { CliIo, ImportModule } from './cli-io.js';
import { checkScope, clusterOf, withOptions } from './config-overrides.js';
import type { OperatorOptions } from './config-overrides.js';
import { loadConfig, type ConfigSource } from './load-config.js';
import { runOperator } from './running-operator.js';
import { openSession } from './session.js';
import type { LogFlags } from './session.js';
import { listenForShutdown } from './signals.js';

/** Where an operator comes from; without `importModule` its modules are compiled as they are imported. */
export type Project = Omit<ConfigSource, 'generation' | 'importModule'> & { readonly importModule?: ImportModule };

/** Runs an operator on a cluster until a signal ends it. @returns the exit code. */
export async function runProject(io: CliIo, options: OperatorOptions & LogFlags, project: Project): Promise<number> {
  checkScope(options);
  const session = openSession(io, options, { format: 'full', showChanges: false });
  const shutdown = listenForShutdown(io, (message) => session.logger.log({ level: 'info', message }));
  try {
    const loaded = await loadConfig({ importModule: session.importModule, ...project, generation: 0 });
    const config = await withOptions(loaded, options, { environment: io.env ?? {} });
    if (!shutdown.signal.aborted)
      await runOperator({ config, cluster: clusterOf(options, io.cwd), factSinks: [session.sink], signal: shutdown.signal });
    return EXIT_OK;
  } finally {
    shutdown.dispose();
    await session.dispose();
  }
}
