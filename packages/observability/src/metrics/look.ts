// Metrics that are not told by facts: looked up when somebody asks.
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import process from 'node:process';
import { VERSION, type Clock, type ServedOperator } from '@kopfts/core';
import type { LabelValues } from './label-values.js';
import type { Reading } from './meters.js';
import type { RunningWork } from './running-work.js';
import type { WatchLedger } from './watch-ledger.js';

export interface Looking {
  readonly clock: Clock;
  readonly labels: LabelValues;
  readonly work: RunningWork;
  readonly watches: WatchLedger;
  /** The operator, while it serves. */
  readonly served: () => ServedOperator | undefined;
}

export interface Look {
  /** Sees everything anew. */
  begin(): void;
  read(metric: string): readonly Reading[];
  close(): void;
}

/** How finely the lag of the event loop is measured. */
const LAG_RESOLUTION_MS = 20;

export function openLook(looking: Looking): Look {
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  lag.enable();
  let seen = new Map<string, readonly Reading[]>();
  return {
    begin() {
      seen = new Map([...ofProcess(lag), ...ofWork(looking), ...ofWatches(looking), ...ofOperator(looking)]);
    },
    read: (metric) => seen.get(metric) ?? [],
    close: () => lag.disable(),
  };
}

type Readings = readonly (readonly [string, readonly Reading[]])[];

function ofProcess(lag: IntervalHistogram): Readings {
  const { user, system } = process.cpuUsage();
  // A histogram without values has none that could be read; its own period is no lag.
  const late = (quantile: number): number =>
    lag.count === 0 ? 0 : Math.max(0, lag.percentile(quantile * 100) / 1e9 - LAG_RESOLUTION_MS / 1000);
  const lags = [0.5, 0.99, 1].map((quantile) => ({ labels: [String(quantile)], value: late(quantile) }));
  lag.reset();
  return [
    ['process_resident_memory_bytes', [{ labels: [], value: process.memoryUsage.rss() }]],
    ['process_cpu_seconds_total', [{ labels: [], value: (user + system) / 1e6 }]],
    ['kopf_event_loop_lag_seconds', lags],
    ['kopf_build', [{ labels: [VERSION], value: 1 }]],
  ];
}

function ofWork({ work, clock }: Looking): Readings {
  const waits = [...work.ages('wait', clock.now())];
  const turns = [...work.ages('turn', clock.now())];
  const attempts = [...work.ages('attempt', clock.now())];
  return [
    ['workqueue_depth', [...work.depths()].map(([kind, value]) => ({ labels: [kind], value }))],
    ['kopf_queue_age_seconds', waits.map(([kind, { oldest }]) => ({ labels: [kind], value: oldest / 1000 }))],
    ['workqueue_unfinished_work_seconds', turns.map(([kind, { total }]) => ({ labels: [kind], value: total / 1000 }))],
    ['workqueue_longest_running_processor_seconds', turns.map(([kind, { oldest }]) => ({ labels: [kind], value: oldest / 1000 }))],
    ['kopf_handler_longest_running_seconds', attempts.map(([handler, { oldest }]) => ({ labels: [handler], value: oldest / 1000 }))],
  ];
}

function ofWatches({ watches, labels, clock }: Looking): Readings {
  const silence = new Map<string, number>();
  const now = clock.now();
  for (const { of, aliveAt } of watches.all()) {
    const kind = labels.kind(of.resource);
    silence.set(kind, Math.max(silence.get(kind) ?? 0, (now - aliveAt) / 1000));
  }
  return [['kopf_watch_silence_seconds', [...silence].map(([kind, value]) => ({ labels: [kind], value }))]];
}

function ofOperator({ served, labels }: Looking): Readings {
  const operator = served();
  if (operator === undefined) return [['kopf_ready', [{ labels: [], value: 0 }]]];
  const { collections, indexes, abandoned } = operator.inspect();
  const sums = {
    known: new Map<string, number>(),
    held: new Map<string, number>(),
    inPass: new Map<string, number>(),
    queued: new Map<string, number>(),
  };
  const add = (to: Map<string, number>, kind: string, count: number) => to.set(kind, (to.get(kind) ?? 0) + count);
  for (const { of, objects } of collections) {
    const kind = labels.kind(of.resource);
    add(sums.known, kind, objects.length);
    let [held, inPass, queued] = [0, 0, 0];
    for (const object of objects) {
      if (!object.resting) held += 1;
      if (object.inPass) inPass += 1;
      queued += object.queuedEvents;
    }
    add(sums.held, kind, held);
    add(sums.inPass, kind, inPass);
    add(sums.queued, kind, queued);
  }
  const readings = (of: ReadonlyMap<string, number>): Reading[] => [...of].map(([kind, value]) => ({ labels: [kind], value }));
  return [
    ['kopf_ready', [{ labels: [], value: operator.readiness().length === 0 ? 1 : 0 }]],
    ['kopf_objects', readings(sums.known)],
    ['kopf_objects_in_memory', readings(sums.held)],
    ['kopf_objects_in_progress', readings(sums.inPass)],
    ['kopf_events_queued', readings(sums.queued)],
    ['kopf_abandoned_tasks', [{ labels: [], value: abandoned.length }]],
    ['kopf_index_keys', indexes.map(({ id, keys }) => ({ labels: [id], value: keys }))],
    ['kopf_index_objects', indexes.map(({ id, objects }) => ({ labels: [id], value: objects }))],
  ];
}
