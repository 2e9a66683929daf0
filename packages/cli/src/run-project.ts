import type { OperatorConfig } from '@kopfts/core';
import { EXIT_ERROR, EXIT_OK } from './cli-io.js';
import type { CliIo, ImportModule } from './cli-io.js';
import { checkScope, clusterOf, withOptions } from './config-overrides.js';
import type { OperatorOptions } from './config-overrides.js';
import { loadConfig, type ConfigSource } from './load-config.js';
import { openQuarantine } from './quarantine/open-quarantine.js';
import { runOperator, type OperatorRun } from './running-operator.js';
import { openSession } from './session.js';
import type { LogFlags, Session } from './session.js';
import { listenForShutdown } from './signals.js';

/** Where an operator comes from; without `importModule` its modules are compiled as they are imported. */
export type Project = Omit<ConfigSource, 'generation' | 'importModule'> & { readonly importModule?: ImportModule };

/** With what keeps errors and deaths of handlers from passing unseen, and knows what objects ask of the log. */
async function runGuarded(config: OperatorConfig, session: Session, run: Pick<OperatorRun, 'cluster' | 'signal'>): Promise<void> {
  const { strays, levels, logger, io, sink } = session;
  const quarantine = openQuarantine(config, io.cwd, logger);
  const more = [...quarantine.plugins, strays.plugin, levels.plugin];
  // What is no list is refused by the engine, in its own words.
  const guarded = isList(config.plugins) ? { ...config, plugins: [...config.plugins, ...more] } : config;
  const seen = { ready: false };
  try {
    await runOperator({ ...run, config: guarded, factSinks: [sink], onReady: () => (seen.ready = true) });
  } catch (error) {
    // Who never came to its handlers has killed nobody; after any other failure, whoever starts it again is to be careful.
    if (!seen.ready) quarantine.close();
    throw error;
  }
  quarantine.close();
}

/** Runs an operator on a cluster until a signal ends it. @returns the exit code. */
export async function runProject(io: CliIo, options: OperatorOptions & LogFlags, project: Project): Promise<number> {
  checkScope(options);
  const session = openSession(io, options, { format: 'full', showChanges: false, endsByExceptions: true });
  const shutdown = listenForShutdown(io, (message) => session.logger.log({ level: 'info', message }));
  try {
    const loaded = await loadConfig({ importModule: session.importModule, ...project, generation: 0 });
    const config = await withOptions(loaded, options, { environment: io.env ?? {} });
    const signal = AbortSignal.any([shutdown.signal, session.broken]);
    if (!signal.aborted) await runGuarded(config, session, { cluster: clusterOf(options, io.cwd), signal });
    return session.broken.aborted ? EXIT_ERROR : EXIT_OK;
  } finally {
    shutdown.dispose();
    await session.dispose();
  }
}

function isList(value: unknown): boolean {
  return Array.isArray(value);
}
