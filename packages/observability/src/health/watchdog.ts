// The main thread's side of the watchdog: it beats while the event loop turns, and says which handler runs.
import { AsyncLocalStorage } from 'node:async_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { Worker } from 'node:worker_threads';
import type { ExtensionPoints } from '@kopfts/core';
import { EndpointUnavailableError } from '../errors.js';
import type { HealthOptions } from '../options.js';
import type { Checks } from './checks.js';
import { tellRarely, watchLag, type Lagging } from './lag-window.js';

/** The event loop was blocked for longer than it may. */
export interface Blockage {
  readonly handler: string | undefined;
  /** The handler was seen at it; else it is the one that began last. */
  readonly certain: boolean;
  readonly blockedMs: number;
  /** Functions and places, innermost first. */
  readonly stack: readonly string[];
}

export interface Watchdog {
  readonly port: number;
  readonly aroundInvoke: ExtensionPoints['aroundInvoke'];
  close(): Promise<void>;
}

export interface WatchdogOptions extends HealthOptions {
  /** Asked with each beat. */
  readonly checks: () => Checks;
  readonly blocked: (blockage: Blockage) => void;
  /** The event loop is late again and again. */
  readonly lagging: (lagging: Lagging) => void;
  /** For how long lateness is added up; default 10,000. */
  readonly lagWindowMs?: number;
}

const BEAT = 0;
const LAST_BEGUN = 1;
/** With a beat and a look, each every 250 ms, it is told within five seconds. */
const BLOCKED_AFTER_MS = 4500;
const LAG_WINDOW_MS = 10_000;
/** Who runs, for a debugger that stopped the main thread: the thread cannot ask in any other way. By the number of the watchdog. */
const REGISTRY = Symbol.for('@kopfts/observability watchdogs');

/** @throws EndpointUnavailableError `KOPF_OBSERVABILITY_UNAVAILABLE` */
export async function openWatchdog(options: WatchdogOptions): Promise<Watchdog> {
  const { host = '0.0.0.0', port, blockedAfterMs = BLOCKED_AFTER_MS, endBlockedAfterMs = Infinity, checks } = options;
  const memory = new Int32Array(new SharedArrayBuffer(8));
  const running = new AsyncLocalStorage<string>();
  const watchdog = register(() => running.getStore());
  const worker = new Worker(new URL('./watchdog-thread.js', import.meta.url), {
    workerData: { shared: memory.buffer, host, port, blockedAfterMs, endBlockedAfterMs, watchdog: watchdog.number },
    execArgv: [],
    env: {},
  });
  worker.unref();
  const endLag = watchLag(options.lagWindowMs ?? LAG_WINDOW_MS, (lagMs) => worker.postMessage({ kind: 'lagging', lagMs }));
  const close = async (): Promise<void> => {
    watchdog.remove();
    clearInterval(beating);
    endLag();
    await worker.terminate();
  };
  const beating = setInterval(beat, Math.max(10, Math.min(250, blockedAfterMs / 5)));
  beating.unref();
  let told = '';
  function beat(): void {
    Atomics.add(memory, BEAT, 1);
    const now = checks();
    const text = JSON.stringify(now);
    if (text === told) return;
    told = text;
    worker.postMessage({ kind: 'checks', checks: now });
  }
  beat();
  try {
    const lagging = tellRarely(options.lagging, () => performance.now());
    const chosen = await listening(worker, `${host}:${port}`, { blocked: options.blocked, lagging });
    return { port: chosen, aroundInvoke: follow(worker, memory, running), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Told =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'failed'; readonly message: string }
  | ({ readonly kind: 'unblocked' } & Blockage)
  | ({ readonly kind: 'lagging' } & Lagging);

function listening(worker: Worker, address: string, { blocked, lagging }: Pick<WatchdogOptions, 'blocked' | 'lagging'>): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new EndpointUnavailableError('health', address, why));
    worker.on('message', (told: Told) => {
      if (told.kind === 'listening') resolve(told.port);
      else if (told.kind === 'failed') fail(told.message);
      else if (told.kind === 'lagging') lagging(told);
      else blocked(told);
    });
    // Later the endpoint is silent, and whoever asks knows.
    worker.on('error', (error: unknown) => fail(error instanceof Error ? error.message : String(error)));
  });
}

/** Names are told once; each attempt costs a store into the memory that both threads see. */
function follow(worker: Worker, memory: Int32Array, running: AsyncLocalStorage<string>): ExtensionPoints['aroundInvoke'] {
  const indexes = new Map<string, number>();
  return ({ handler }, next) => {
    let index = indexes.get(handler);
    if (index === undefined) {
      indexes.set(handler, (index = indexes.size + 1));
      worker.postMessage({ kind: 'handler', index, id: handler });
    }
    Atomics.store(memory, LAST_BEGUN, index);
    return running.run(handler, next);
  };
}

function register(current: () => string | undefined): { readonly number: number; remove(): void } {
  const found: unknown = Reflect.get(globalThis, REGISTRY);
  const all: Map<unknown, unknown> = found instanceof Map ? found : new Map<unknown, unknown>();
  Reflect.set(globalThis, REGISTRY, all);
  let number = 1;
  while (all.has(number)) number += 1;
  all.set(number, current);
  return { number, remove: () => all.delete(number) };
}
