import { checkConfig } from '@kopfts/core';
import type { OperatorConfig } from '@kopfts/core';
import { EXIT_OK } from '../cli-io.js';
import type { CliIo } from '../cli-io.js';
import { checkScope, clusterOf, withOptions, withOwnExplanations } from '../config-overrides.js';
import type { OperatorOptions } from '../config-overrides.js';
import { startEmbeddedServer } from '../embedded-server.js';
import type { AppliedObject, EmbeddedServer } from '../embedded-server.js';
import { describeError } from '../error-text.js';
import { UNEXPECTED, UsageError } from '../errors.js';
import { loadConfig } from '../load-config.js';
import type { LoadedConfig } from '../load-config.js';
import { readManifests } from '../manifest.js';
import { createOperatorSlot } from '../operator-slot.js';
import type { OperatorSlot } from '../operator-slot.js';
import { watchSources } from '../reload.js';
import type { SourceWatch } from '../reload.js';
import { openSession } from '../session.js';
import type { LogFlags, Session } from '../session.js';
import { listenForShutdown } from '../signals.js';
import { suggestCommands } from '../suggested-commands.js';

export interface DevOptions extends OperatorOptions, LogFlags {
  /** Manifests for the embedded server. */
  readonly filename?: readonly string[];
}

type Load = (generation: number) => Promise<LoadedConfig>;

/** `kopf dev`: the operator on an embedded API server, unless a cluster is named; its code is loaded anew when it changes. */
export async function dev(io: CliIo, files: readonly string[], options: DevOptions): Promise<number> {
  checkScope(options);
  const cluster = clusterOf(options, io.cwd);
  const manifests = options.filename ?? [];
  if (cluster !== undefined && manifests.length > 0) {
    throw new UsageError('-f/--filename is for the embedded server, but a cluster is named.', {
      remedy: 'Create the objects by kubectl apply -f.',
    });
  }
  const session = openSession(io, options, { format: 'plain', showChanges: true });
  let server: EmbeddedServer | undefined;
  const say = (message: string) => session.logger.log({ level: 'info', message });
  const shutdown = listenForShutdown(io, say, () => server?.removeFiles());
  const load: Load = async (generation) => {
    const { importModule } = session;
    const loaded = await loadConfig({
      cwd: io.cwd,
      configFile: options.config,
      handlerFiles: files,
      importModule,
      generation,
      profile: options.profile,
    });
    const sources = { environment: io.env ?? {} };
    return { ...loaded, config: await withOwnExplanations(await withOptions(loaded, options, sources), sources) };
  };
  let watch: SourceWatch | undefined;
  try {
    const readAt = Date.now(); // The clock of files.
    const [first, objects] = await Promise.all([load(0), readManifests(manifests, io.cwd)]);
    const { handlers } = checkConfig(first.config);
    server = cluster === undefined ? await startEmbeddedServer() : undefined;
    if (server !== undefined) {
      const applied = await server.create(objects);
      greet(session, server, { applied, commands: suggestCommands(server.kubeconfig, applied, handlers) });
    }
    const slot = createOperatorSlot({
      cluster: server === undefined ? cluster : { kubeconfig: server.kubeconfig },
      factSinks: [session.sink],
      signal: shutdown.signal,
    });
    if (shutdown.signal.aborted) return EXIT_OK;
    await slot.replace(first.config);
    const reload = createReloader(session, load, slot);
    watch = await watchSources({ folders: first.folders, readAt }, reload);
    await slot.ended;
    return EXIT_OK;
  } finally {
    await watch?.close();
    await server?.close();
    shutdown.dispose();
    await session.dispose();
  }
}

function greet(
  session: Session,
  server: EmbeddedServer,
  shown: { readonly applied: readonly AppliedObject[]; readonly commands: readonly string[] },
): void {
  const created = shown.applied.map(({ manifest }) => `${manifest.kind} '${manifest.name}'`).join(', ');
  const lines = [
    `An embedded API server is at ${server.url}${created === '' ? '' : `, with ${created}`}.`,
    `Its kubeconfig is ${server.kubeconfig}`,
    'Try from a second terminal:',
    ...shown.commands.map((command) => `  ${command}`),
  ];
  for (const message of lines) session.logger.log({ level: 'info', message });
}

/** Loads the code anew, one change after the other; what cannot be loaded is shown, and the old code goes on. */
function createReloader(session: Session, load: Load, slot: OperatorSlot): () => void {
  let generation = 0;
  let last: Promise<void> = Promise.resolve();
  const once = async (): Promise<void> => {
    generation += 1;
    const config = await loadChecked(load, generation);
    session.logger.log({ level: 'info', message: 'The code has changed: the operator starts anew.' });
    await slot.replace(config);
  };
  return () => {
    last = last.then(once).catch((error: unknown) => {
      const stack = error instanceof Error ? error.stack : undefined;
      session.logger.log({ level: 'error', message: `${describeError(error, UNEXPECTED)} The old code goes on.`, stack });
    });
  };
}

async function loadChecked(load: Load, generation: number): Promise<OperatorConfig> {
  const { config } = await load(generation);
  checkConfig(config);
  return config;
}
