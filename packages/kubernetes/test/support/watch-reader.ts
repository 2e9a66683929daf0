import { createManualClock, createSeededRandom, type ManualClock, type WatchSignal } from '@kopfts/core';
import { afterEach, expect } from 'vitest';
import { reflect } from '../../src/watch/reflect.js';
import type { ReflectPorts } from '../../src/watch/session.js';
import { createScriptedTransport, type PendingRequest, type ScriptedStream, type ScriptedTransport } from './scripted-transport.js';
import { IN_DEFAULT, listOf } from './sample-objects.js';

/** A watch of examples in `default`, being read, with the test as its server and its clock. */
export interface WatchReader {
  readonly server: ScriptedTransport;
  readonly clock: ManualClock;
  readonly signals: WatchSignal[];
  readonly notes: string[];
  /** `listed a, deleted b (inferred)` since the last call. */
  changes(): string;
  /** The next request; time passes as far as needed. */
  next(): Promise<PendingRequest>;
  /** Answers a list with nothing in it and accepts the watch that follows. */
  watching(resourceVersion: number): Promise<ScriptedStream>;
  /** Lets everything happen that needs no time. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export function readWatch(seed = 1, more: Partial<ReflectPorts> = {}): WatchReader {
  const server = createScriptedTransport();
  const clock = createManualClock();
  const controller = new AbortController();
  const signals: WatchSignal[] = [];
  const notes: string[] = [];
  let reported = 0;
  const ports = { transport: server, clock, random: createSeededRandom(seed), note: (name: string) => notes.push(name), ...more };
  const reading = (async () => {
    for await (const said of reflect(IN_DEFAULT, ports, controller.signal)) signals.push(said);
  })();
  const reader: WatchReader = {
    server,
    clock,
    signals,
    notes,
    changes() {
      const fresh = signals.slice(reported);
      reported = signals.length;
      return fresh
        .flatMap((said) => (said.kind === 'change' ? [`${said.type} ${said.object.name}${said.inferred ? ' (inferred)' : ''}`] : []))
        .join(', ');
    },
    async next() {
      const pending = server.next();
      const progress = { isHere: false };
      const seen = pending.then(() => (progress.isHere = true));
      for (;;) {
        await settle();
        if (progress.isHere) break;
        clock.advanceTo(clock.nextDueMs() ?? clock.monotonicMs());
      }
      await seen;
      return pending;
    },
    async watching(resourceVersion) {
      (await reader.next()).reply(200, listOf(resourceVersion, []));
      const stream = (await reader.next()).stream();
      await settle();
      return stream;
    },
    settle,
    async stop() {
      controller.abort(new Error('the test is over'));
      await reading;
    },
  };
  return reader;
}

/** Longer than any chain of promises here; no timers. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Readers that are stopped after each test, which is to leave no stream and no timer behind. For the top level of a suite. */
export function readersOfSuite(): typeof readWatch {
  let open: WatchReader[] = [];
  afterEach(async () => {
    for (const reader of open) {
      await reader.stop();
      expect({ streams: reader.server.stats().streams, timers: reader.clock.pending }).toEqual({ streams: 0, timers: 0 });
    }
    open = [];
  });
  return (seed, more) => {
    const reader = readWatch(seed, more);
    open.push(reader);
    return reader;
  };
}

/** What was said, in short. */
export const kindsOf = (reader: WatchReader) => reader.signals.map((said) => (said.kind === 'health' ? said.state : said.kind));
