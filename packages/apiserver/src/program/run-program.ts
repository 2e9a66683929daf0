// `kopf-apiserver`: the server as a program, for kubectl and clients in any language.

import type { ApiServer, ListeningServer } from '../api-server.js';
import { systemClock } from '../clock.js';
import type { ServerSnapshot } from '../snapshot.js';
import { createApiServer } from '../create-api-server.js';
import { checkKubeconfigPath, writeKubeconfig } from './kubeconfig-file.js';
import type { KubeconfigFile } from './kubeconfig-file.js';
import { defineFromFiles } from './definition-files.js';
import type { ProgramIo, ProgramSignal } from './program-io.js';
import { ProgramError } from './program-io.js';
import type { ProgramOptions } from './program-options.js';
import { parseProgramOptions } from './program-options.js';
import type { StateFile } from './state-file.js';
import { keepStateFile, readStateFile } from './state-file.js';

const SIGNAL_NUMBERS: Readonly<Record<ProgramSignal, number>> = { SIGINT: 2, SIGTERM: 15 };

const SAME_SIGNAL_MS = 300;

/** Runs until a signal comes; resolves with the exit code. Whatever is wrong with the input is one line on the error output. */
export async function runProgram(argv: readonly string[], io: ProgramIo): Promise<number> {
  const stopped = untilSignal(io);
  try {
    const options = parseProgramOptions(argv, io);
    if (options === undefined) return 0;
    const running = await start(options, io);
    stopped.onExit(() => running.kubeconfig.remove());
    tell(running, io);
    await stopped.signal;
    await stop(running);
    return 0;
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    io.stderr(`error: ${error.message}\n`);
    return error.exitCode;
  }
}

/** The first signal ends the program, a second one at once. One Ctrl-C can arrive twice: from the terminal, and passed on by npx. */
function untilSignal(io: ProgramIo): { readonly signal: Promise<void>; onExit(act: () => void): void } {
  let beforeExit: () => void = () => undefined;
  let askedAt: number | undefined;
  const signal = new Promise<void>((resolve) => {
    io.onSignal((name) => {
      const now = systemClock.now();
      askedAt ??= now;
      resolve();
      if (now - askedAt < SAME_SIGNAL_MS) return;
      beforeExit();
      io.exit(128 + SIGNAL_NUMBERS[name]);
    });
  });
  return { signal, onExit: (act) => (beforeExit = act) };
}

interface Running {
  readonly server: ApiServer;
  readonly listening: ListeningServer;
  readonly state: StateFile | undefined;
  readonly kubeconfig: KubeconfigFile;
}

async function start(options: ProgramOptions, io: ProgramIo): Promise<Running> {
  if (options.kubeconfig !== undefined) checkKubeconfigPath(options.kubeconfig);
  const snapshot = options.persist === undefined ? undefined : await readStateFile(options.persist);
  // Another seed for each state: a second run must not give the uids of the first one again.
  const seed = options.seed === undefined ? undefined : (options.seed + (snapshot?.version ?? 0)) >>> 0;
  const server = createApiServer({ seed });
  try {
    if (snapshot !== undefined) restore(server, snapshot, options.persist ?? '');
    await defineFromFiles(server, options.crd);
    const onFailure = (message: string): void => io.stderr(`error: ${message}\n`);
    const listening = await listen(server, options);
    const state =
      options.persist === undefined ? undefined : await keepStateFile(options.persist, { server, clock: systemClock, onFailure });
    const kubeconfig = writeKubeconfig(server.kubeconfig(listening.url), options.kubeconfig);
    return { server, listening, state, kubeconfig };
  } catch (error) {
    await server.close();
    throw error;
  }
}

function restore(server: ApiServer, snapshot: ServerSnapshot, path: string): void {
  try {
    server.restore(snapshot);
  } catch (error) {
    throw new ProgramError(`${path} holds no state of this program: ${error instanceof Error ? error.message : String(error)}.`, {
      cause: error,
    });
  }
}

async function listen(server: ApiServer, { port, host, tls }: ProgramOptions): Promise<ListeningServer> {
  try {
    return await server.listen({ port, host, tls });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      throw new ProgramError(`port ${port} of ${host} is taken; give another --port, or none for a free one.`, { cause: error });
    if (code === 'EACCES') throw new ProgramError(`port ${port} of ${host} may not be used by this user.`, { cause: error });
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new ProgramError(`${host} is no address of this machine.`, { cause: error });
    throw error;
  }
}

function tell({ listening, kubeconfig }: Running, io: ProgramIo): void {
  io.stdout(
    [
      `kopf-apiserver listens on ${listening.url}`,
      `kubeconfig: ${kubeconfig.path}`,
      `try: kubectl --kubeconfig ${shellWord(kubeconfig.path)} get namespaces`,
      '',
    ].join('\n'),
  );
}

/** As it can be pasted into a shell. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

async function stop({ server, state, kubeconfig }: Running): Promise<void> {
  kubeconfig.remove();
  // No request may change anything after the last write.
  await server.close();
  await state?.close();
}
