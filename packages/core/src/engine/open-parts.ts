// Opens the parts of plugins, each within its time, and closes them in reverse order, whatever fails.
import { BugError, errorText, isKopfError, PluginFailedError } from '../errors.js';
import type { FactBody } from '../model/fact.js';
import { checkOpened } from '../plugin/check-part.js';
import type { Composition } from '../plugin/host.js';
import type { Part, PartScope } from '../plugin/plugin.js';
import { ONCE, type OpenedPoint } from '../plugin/points.js';
import type { Clock } from '../ports/clock.js';
import type { ClusterClient } from '../ports/cluster-client.js';
import type { DiffBaseStore } from '../ports/diff-base-store.js';
import type { FactSink } from '../ports/fact-sink.js';
import type { MemoStore } from '../ports/memo-store.js';
import type { ProgressStore } from '../ports/progress-store.js';
import { OVER } from './race-abort.js';
import { openKindStores, type OpenedKindStores } from './stores/for-kinds.js';

/** What the engine works with. */
export interface OpenedParts {
  readonly client: ClusterClient;
  readonly progressStore: ProgressStore;
  readonly diffBaseStore: DiffBaseStore;
  /** Absent: memos end with the operator. */
  readonly memoStore: MemoStore | undefined;
  readonly kindStores: readonly OpenedKindStores[];
}

/** The life of all parts. */
export interface PartsLife {
  /** What one plugin gets when its part is opened. */
  scopeOf(plugin: string): PartScope;
  /** One after the other, the last one first; one that fails is told and keeps no other open. */
  close(): Promise<void>;
}

/** What opening needs. */
export interface Opening {
  readonly clock: Clock;
  /** Aborts when nobody wants the operator any more. */
  readonly signal: AbortSignal | undefined;
  readonly facts: { emit(fact: FactBody): void; add(sink: FactSink): void };
  readonly life: PartsLife;
}

const OPEN_TIMEOUT_MS = 60_000;
/** For closing what was opened before a part that failed. */
const CLOSE_TIMEOUT_MS = 10_000;

/** An open life. */
export function createPartsLife(emit: (fact: FactBody) => void): PartsLife {
  const controller = new AbortController();
  const closers: Closer[] = [];
  // One that fails must not keep the others open.
  const closeOne = async ({ plugin, close }: Closer): Promise<void> => {
    try {
      await close();
    } catch (error) {
      emit({
        kind: 'logged',
        level: 'error',
        message: 'A part of a plugin could not be closed.',
        fields: { plugin, error: errorText(error) },
      });
    }
  };
  return {
    scopeOf: (plugin) => ({
      signal: controller.signal,
      onClose: (close) => {
        const closer = { plugin, close };
        if (controller.signal.aborted) closeLate(closeOne(closer));
        else closers.push(closer);
      },
    }),
    async close() {
      controller.abort(new Error('the operator has ended'));
      for (const closer of closers.splice(0).reverse()) await closeOne(closer);
    },
  };
}

interface Closer {
  readonly plugin: string;
  readonly close: () => void | Promise<void>;
}

/** A part that opened after everything was over: nobody is there to wait for its end, and it cannot fail. */
function closeLate(closing: Promise<void>): void {
  closing.catch(() => undefined);
}

/**
 * Sinks first, so that they see what comes; then the others, in the order of their plugins. If one fails, those before it are closed.
 *
 * @throws PluginFailedError, or the coded error of the part; the reason of the signal, if it aborts.
 */
export async function openParts(composition: Composition, opening: Opening): Promise<OpenedParts> {
  try {
    return await openAll(composition, opening);
  } catch (error) {
    const { clock, life } = opening;
    await within(life.close(), { clock, ms: CLOSE_TIMEOUT_MS, signal: undefined, late: () => OVER }).catch(() => undefined);
    throw error;
  }
}

async function openAll(composition: Composition, opening: Opening): Promise<OpenedParts> {
  for (const { plugin, part } of composition.factSink) await addSink({ plugin, point: 'factSink', part }, opening);
  const opened = new Map<string, unknown>();
  for (const { name: plugin, provides } of composition.plugins) {
    for (const point of provides) {
      if (!isOnce(point)) continue;
      const part: Part<unknown> | undefined = composition[point].find((one) => one.plugin === plugin)?.part;
      if (part) opened.set(point, await open({ plugin, point, part }, opening));
    }
  }
  // Each was checked when it was opened, and that there is one when plugins were put together.
  return {
    client: opened.get('clusterClient') as ClusterClient,
    progressStore: opened.get('progressStore') as ProgressStore,
    diffBaseStore: opened.get('diffBaseStore') as DiffBaseStore,
    memoStore: opened.get('memoStore') as MemoStore | undefined,
    kindStores: await openKindStores(composition.kindStores, (part) => open(part, opening)),
  };
}

/** Only the cluster client, for tools. @throws as {@link openParts}. */
export async function openClient(composition: Composition, opening: Opening): Promise<ClusterClient> {
  const [contribution] = composition.clusterClient;
  if (contribution === undefined) throw new BugError('plugins were put together without a cluster client');
  try {
    return await open({ ...contribution, point: 'clusterClient' }, opening);
  } catch (error) {
    await opening.life.close();
    throw error;
  }
}

function isOnce(point: string): point is Exclude<OpenedPoint, 'factSink'> {
  return (ONCE as readonly string[]).includes(point);
}

interface OpenedPart<T> {
  readonly plugin: string;
  readonly point: OpenedPoint;
  readonly part: Part<T>;
}

async function addSink(part: OpenedPart<FactSink>, opening: Opening): Promise<void> {
  try {
    opening.facts.add(await open(part, opening));
  } catch (error) {
    if (part.part.optional !== true || opening.signal?.aborted === true) throw error;
    opening.facts.emit({
      kind: 'logged',
      level: 'warn',
      message: 'An optional part of a plugin could not be opened; it goes on without.',
      fields: { plugin: part.plugin, error: errorText(error) },
    });
  }
}

async function open<T>({ plugin, point, part }: OpenedPart<T>, { clock, signal, life }: Opening): Promise<T> {
  const ms = part.openTimeoutMs ?? OPEN_TIMEOUT_MS;
  const late = () =>
    new PluginFailedError(plugin, `its '${point}' has not opened within ${String(ms / 1000)} s.`, {
      remedy: 'Look at what it waits for, or leave the plugin out.',
    });
  try {
    const opening = part.open(life.scopeOf(plugin));
    const opened = isPromise(opening) ? await within(opening, { clock, ms, signal, late }) : opening;
    checkOpened(plugin, point, opened);
    return opened;
  } catch (error) {
    if (isKopfError(error) || (signal?.aborted === true && error === signal.reason)) throw error;
    throw new PluginFailedError(plugin, errorText(error), { cause: error });
  }
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return value instanceof Promise;
}

interface Limit {
  readonly clock: Clock;
  readonly ms: number;
  readonly signal: AbortSignal | undefined;
  readonly late: () => Error;
}

/** Leaves nothing behind but the promise, if that hangs. */
async function within<T>(promise: Promise<T>, { clock, ms, signal, late }: Limit): Promise<T> {
  const done = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const abort = (): void => reject(signal?.reason instanceof Error ? signal.reason : OVER);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true, signal: done.signal });
  });
  const overtime = clock.sleep(ms, done.signal).then(
    () => Promise.reject(late()),
    () => new Promise<never>(() => undefined),
  );
  for (const one of [promise, aborted, overtime]) one.catch(() => undefined); // Those that lose have nobody to tell.
  try {
    return await Promise.race([promise, aborted, overtime]);
  } finally {
    done.abort(OVER);
  }
}
