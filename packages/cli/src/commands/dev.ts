import { relative } from 'node:path';
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
import { planReload, type LoadedProject, type ReloadPlan } from '../reload/plan-reload.js';
import { createReloadingLoader, type ReloadingLoader } from '../reload/reloading-loader.js';
import { watchSources, type SourceWatch } from '../reload/watch-sources.js';
import { openSession } from '../session.js';
import type { LogFlags, Session } from '../session.js';
import { listenForShutdown } from '../signals.js';
import { suggestCommands } from '../suggested-commands.js';

export interface DevOptions extends OperatorOptions, LogFlags {
  /** Manifests for the embedded server. */
  readonly filename?: readonly string[];
}

type Load = () => Promise<LoadedConfig>;

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
  const loader = createReloadingLoader();
  const session = openSession(io, options, { format: 'plain', showChanges: true, loader });
  let server: EmbeddedServer | undefined;
  const say = (message: string) => session.logger.log({ level: 'info', message });
  const shutdown = listenForShutdown(io, say, () => server?.removeFiles());
  let generation = 0;
  const load: Load = async () => {
    const { importModule } = session;
    const loaded = await loadConfig({
      cwd: io.cwd,
      configFile: options.config,
      handlerFiles: files,
      importModule,
      generation: generation++,
      profile: options.profile,
    });
    const sources = { environment: io.env ?? {} };
    const config = await withOwnExplanations(await withOptions(loaded, options, sources), sources);
    return { ...loaded, config: { ...config, plugins: [...config.plugins, session.levels.plugin] } };
  };
  let watch: SourceWatch | undefined;
  try {
    const readAt = Date.now(); // The clock of files.
    const [{ value: first }, objects] = await Promise.all([loader.reload(load), readManifests(manifests, io.cwd)]);
    const project = projectOf(first);
    server = cluster === undefined ? await startEmbeddedServer() : undefined;
    if (server !== undefined) {
      const applied = await server.create(objects);
      greet(session, server, { applied, commands: suggestCommands(server.kubeconfig, applied, project.handlers) });
    }
    const slot = createOperatorSlot({
      cluster: server === undefined ? cluster : { kubeconfig: server.kubeconfig },
      factSinks: [session.sink],
      signal: shutdown.signal,
    });
    if (shutdown.signal.aborted) return EXIT_OK;
    await slot.replace(first.config);
    const watched = { folders: first.folders, readAt, isRead: (file: string) => loader.files().has(file) };
    const reload = createReloader({ session, load, slot, loader, project, onLoaded: () => watch?.add(loader.files()) });
    watch = await watchSources(watched, reload);
    watch.add(loader.files());
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

interface Reloading {
  readonly session: Session;
  readonly load: Load;
  readonly loader: ReloadingLoader;
  readonly slot: OperatorSlot;
  /** What runs. */
  readonly project: LoadedProject;
  readonly onLoaded: () => void;
}

/** Loads the code anew, one change after the other; what cannot be loaded is shown, and the old code goes on. */
function createReloader({ session, load, loader, slot, project, onLoaded }: Reloading): () => void {
  let running: LoadedProject | undefined = project;
  let last: Promise<void> = Promise.resolve();
  const say = (message: string): void => session.logger.log({ level: 'info', message });
  const once = async (): Promise<void> => {
    const { value: after, ...found } = await loader.reload(async () => projectOf(await load()));
    onLoaded();
    const before = running;
    const plan: ReloadPlan = before === undefined ? { kind: 'restart', why: 'none runs' } : planReload({ before, after, ...found });
    running = undefined;
    await follow(plan, after.config, { slot, say, cwd: session.io.cwd });
    running = after;
  };
  return () => {
    last = last
      .then(() => once())
      .catch((error: unknown) => {
        const stack = error instanceof Error ? error.stack : undefined;
        const goesOn = running === undefined ? '' : ' The old code goes on.';
        session.logger.log({ level: 'error', message: `${describeError(error, UNEXPECTED)}${goesOn}`, stack });
      });
  };
}

async function follow(
  plan: ReloadPlan,
  config: OperatorConfig,
  { slot, say, cwd }: { readonly slot: OperatorSlot; readonly say: (message: string) => void; readonly cwd: string },
): Promise<void> {
  switch (plan.kind) {
    case 'nothing':
      return;
    case 'handlers':
      if (await slot.exchange(config.handlers)) {
        say(
          `The code has changed: the operator goes on with it; of ${String(plan.kept + plan.others)} handlers ${String(plan.kept)} are as before.`,
        );
        return;
      }
      say('The code has changed: the operator starts anew, since it was not ready yet.');
      return slot.replace(config);
    case 'restart':
      say(`The code has changed: the operator starts anew (${placeOf(plan.file, cwd)}${plan.why}).`);
      return slot.replace(config);
  }
}

function placeOf(file: string | undefined, cwd: string): string {
  return file === undefined ? '' : `${relative(cwd, file)} `;
}

/** @throws KopfError for what the engine would refuse. */
function projectOf({ config, configFiles }: LoadedConfig): LoadedProject {
  const { handlers, activities } = checkConfig(config);
  return { config, configFiles, handlers, activities };
}
