import { isKopfError, type Clock, type Resource, type WatchSignal } from '@kopfts/core';
import type { DiscoveryMemory } from './discovery-memory.js';
import { linkedAbort } from './linked-abort.js';
import { reflect } from './watch/reflect.js';
import type { ReflectPorts } from './watch/session.js';

/** The kind whose objects say which kinds there are. */
const CUSTOM_RESOURCE_DEFINITIONS: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  subresources: ['status'],
  namespaced: false,
  preferred: true,
  verbs: ['list', 'watch'],
};

/** Discovery follows a definition a little later, longest where there are several API servers: so look at once, and again. */
const LOOKS_MS = [0, 1000, 5000];
/** Where definitions cannot be watched, or discovery could not tell everything. */
const POLL_MS = 30_000;
/** Nothing is due: only the bell ends this wait. */
const LONG_MS = 3_600_000;

/**
 * Yields whenever what is served may have changed: once when watching begins, on each change of a definition and twice after it,
 * and about every 30 s where definitions cannot be watched, or while discovery cannot tell everything. Ends only by its signal.
 */
export async function* watchCatalogue(ports: CataloguePorts, signal: AbortSignal): AsyncGenerator<void, void, undefined> {
  const { clock } = ports;
  const ended = new AbortController();
  const running = AbortSignal.any([signal, ended.signal]);
  const schedule = createSchedule(clock);
  const deaf = ports.memory.listen((isIncomplete) => schedule.repeatFor('incomplete', isIncomplete));
  const observer = observe(schedule, ports, running);
  try {
    while (!running.aborted) {
      if (schedule.takeDue()) yield;
      else await schedule.wait(running);
    }
  } finally {
    deaf();
    ended.abort();
    await observer;
  }
}

/** What this needs of the outside; in `memory` is whether discovery could tell everything. */
export interface CataloguePorts extends ReflectPorts {
  readonly memory: DiscoveryMemory;
}

/** When to look next. Times are absolute, so that a bell in between loses nothing. */
interface Schedule {
  /** Looks at these times from now on, instead of those planned before. */
  plan(delaysMs: readonly number[]): void;
  /** Also looks every 30 seconds as long as one of the reasons holds. */
  repeatFor(reason: 'blind' | 'incomplete', holds: boolean): void;
  /** Whether a look is due; it counts as done. */
  takeDue(): boolean;
  /** Until one is due or the plan changed. */
  wait(signal: AbortSignal): Promise<void>;
}

function createSchedule(clock: Clock): Schedule {
  let planned: readonly number[] = [];
  let everyMs: number | undefined;
  const reasons = new Set<string>();
  let bell = new AbortController();
  const ring = () => bell.abort();
  return {
    plan(delaysMs) {
      planned = delaysMs.map((delayMs) => clock.monotonicMs() + delayMs);
      ring();
    },
    repeatFor(reason, holds) {
      if (holds) reasons.add(reason);
      else reasons.delete(reason);
      const intervalMs = reasons.size > 0 ? POLL_MS : undefined;
      if (everyMs === intervalMs) return;
      everyMs = intervalMs;
      if (intervalMs !== undefined) planned = [...planned, clock.monotonicMs() + intervalMs];
      ring();
    },
    takeDue() {
      const now = clock.monotonicMs();
      const left = planned.filter((dueMs) => dueMs > now);
      const isDue = left.length < planned.length;
      planned = isDue && left.length === 0 && everyMs !== undefined ? [now + everyMs] : left;
      return isDue;
    },
    async wait(signal) {
      if (bell.signal.aborted) bell = new AbortController();
      const untilDue = Math.min(...planned.map((dueMs) => dueMs - clock.monotonicMs()), LONG_MS);
      const { signal: rung } = bell;
      const cut = linkedAbort(signal);
      const wake = (): void => cut.abort();
      rung.addEventListener('abort', wake, { once: true });
      try {
        await clock.sleep(Math.max(0, untilDue), cut.signal);
      } catch {
        // Rung, or ended: the caller looks.
      } finally {
        rung.removeEventListener('abort', wake);
        cut.release();
      }
    },
  };
}

async function observe(schedule: Schedule, ports: ReflectPorts, signal: AbortSignal): Promise<void> {
  // That something changed is all that matters; the schemas of a large cluster take tens of megabytes.
  const observed = { ...ports, content: 'metadata' } as const;
  let isSynced = false;
  let isDenied = false;
  for await (const said of reflect({ resource: CUSTOM_RESOURCE_DEFINITIONS, namespace: undefined }, observed, signal)) {
    if (said.kind === 'health') {
      schedule.repeatFor('blind', isBlind(said));
      if (said.state === 'denied' && !isDenied) noteDenied(ports, said);
      if (said.state === 'live' && isDenied) noteAllowed(ports);
      // A server that is away in between has not changed its mind.
      isDenied = said.state === 'denied' || (isDenied && said.state !== 'live');
    }
    // The first list is one look: something may have come between the first discovery and it.
    if (said.kind === 'sync-end' && !isSynced) schedule.plan([0]);
    if (said.kind === 'change' && isSynced) schedule.plan(LOOKS_MS);
    if (said.kind === 'sync-end') isSynced = true;
  }
}

/** Nothing is wrong with what is served; only what comes later is late (spec D-10). */
function noteDenied(ports: ReflectPorts, { error }: WatchHealth): void {
  const seconds = String(POLL_MS / 1000);
  const message = `Definitions may not be watched: new kinds, and changes of kinds, are noticed within ${seconds} seconds instead of at once.`;
  const remedy = "Allow 'list' and 'watch' of customresourcedefinitions in apiextensions.k8s.io, or leave it as it is.";
  const why = error === undefined ? {} : { code: error.code, error: error.message };
  ports.note('definitions-unwatched', { level: 'warn', message: `${message} ${remedy}`, ...why });
}

function noteAllowed(ports: ReflectPorts): void {
  ports.note('definitions-watched', { level: 'info', message: 'Definitions are watched: new kinds are noticed at once.' });
}

type WatchHealth = Extract<WatchSignal, { kind: 'health' }>;

/** The server answers, but not this: waiting for the watch to heal could take for ever. */
function isBlind({ state, error }: WatchHealth): boolean {
  return state === 'denied' || (state === 'retrying' && isKopfError(error, 'KOPF_REQUEST_FAILED'));
}
