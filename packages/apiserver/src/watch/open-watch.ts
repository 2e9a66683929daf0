// One watch: what it replays or lists at its start, what it passes on, when it sends bookmarks and ends.

import type { ApiServerClock } from '../clock.js';
import { expired } from '../errors.js';
import type { Collection } from '../store/collection.js';
import type { Commit } from '../store/commit.js';
import type { ObjectStore } from '../store/object-store.js';
import { StoredObject } from '../store/stored-object.js';
import { ByteQueue } from './byte-queue.js';
import type { Selection } from './selection.js';
import { seenThrough, selects } from './selection.js';
import type { WatchHub, Watcher } from './watch-hub.js';

const encoder = new TextEncoder();
const BEFORE_DEADLINE_MS = 2_000;

/** Where a watch starts. */
export type WatchStart =
  | { readonly at: 'now' }
  | { readonly at: 'version'; readonly version: number }
  /** Everything there is as ADDED; `marksEnd` adds the annotated bookmark after it. */
  | { readonly at: 'state'; readonly marksEnd: boolean };

export interface WatchRequest {
  readonly collection: string;
  readonly selection: Selection;
  readonly start: WatchStart;
  readonly bookmarks: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** The line of an event, or its object. */
  render(type: string, object: StoredObject): string;
  /** Equal keys promise equal lines, so that watchers share them; undefined when lines depend on the watch. */
  readonly sharedAs: string | undefined;
}

export interface WatchParts {
  readonly store: ObjectStore;
  readonly hub: WatchHub;
  readonly clock: ApiServerClock;
  readonly bookmarkIntervalMs: number;
  readonly pendingEventLimit: number;
  readonly lines: SharedLines;
}

/** The lines of the latest commit: with many watchers, an event is written once. */
export class SharedLines {
  #version = 0;
  readonly #lines = new Map<string, Uint8Array>();

  get(version: number, key: string, write: () => string): Uint8Array {
    if (version !== this.#version) {
      this.#lines.clear();
      this.#version = version;
    }
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = encoder.encode(write());
      this.#lines.set(key, line);
    }
    return line;
  }
}

export function openWatch(parts: WatchParts, request: WatchRequest): AsyncIterable<Uint8Array> {
  const collection = parts.store.collection(request.collection);
  const replay = request.start.at === 'version' ? collection.history.since(request.start.version) : [];
  if (replay === undefined) return tooOld(request, collection);
  const stream = new WatchStream(parts, request);
  stream.open(collection, replay);
  return stream.chunks;
}

/** Over a connection that says 200, the refusal is an event. */
function tooOld(request: WatchRequest, collection: Collection): AsyncIterable<Uint8Array> {
  const asked = request.start.at === 'version' ? request.start.version : 0;
  const { status } = expired(`too old resource version: ${asked} (${collection.history.forgottenThrough})`);
  const queue = new ByteQueue({ limit: 1, onClose: () => undefined });
  queue.push(encoder.encode(`${JSON.stringify({ type: 'ERROR', object: status })}\n`));
  queue.end();
  return queue;
}

class WatchStream implements Watcher {
  readonly chunks: ByteQueue;
  readonly #parts: WatchParts;
  readonly #request: WatchRequest;
  readonly #after: number;
  #stopTimers: (() => void)[] = [];

  constructor(parts: WatchParts, request: WatchRequest) {
    this.#parts = parts;
    this.#request = request;
    this.#after = request.start.at === 'version' ? request.start.version : 0;
    // What is there at the start must fit, however much it is.
    const limit = parts.pendingEventLimit + parts.store.collection(request.collection).size;
    this.chunks = new ByteQueue({ limit, onClose: () => this.#close() });
  }

  open(collection: Collection, replay: readonly Commit[]): void {
    const { start, selection, signal } = this.#request;
    if (start.at === 'state') {
      for (const object of collection.range(selection.prefix)) if (selects(selection, object)) this.#send('ADDED', object);
      if (start.marksEnd) this.#sendBookmark({ 'k8s.io/initial-events-end': 'true' });
    }
    for (const commit of replay) this.#pass(commit);
    if (signal?.aborted === true) {
      this.end();
      return;
    }
    this.#parts.hub.add(this.#request.collection, this);
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#startTimers();
  }

  deliver(commit: Commit): void {
    // A watch may start at a version that is yet to come.
    if (commit.version > this.#after) this.#pass(commit);
  }

  end(): void {
    this.chunks.end();
  }

  #pass(commit: Commit): void {
    const change = seenThrough(this.#request.selection, commit);
    if (change === undefined) return;
    const { sharedAs } = this.#request;
    if (sharedAs === undefined) {
      this.#send(change.type, change.object);
      return;
    }
    const key = `${sharedAs} ${change.type} ${change.object === commit.object ? 'here' : 'left'}`;
    this.chunks.push(this.#parts.lines.get(commit.version, key, () => this.#line(change.type, change.object)));
  }

  #send(type: string, object: StoredObject): void {
    this.chunks.push(encoder.encode(this.#line(type, object)));
  }

  #line(type: string, object: StoredObject): string {
    return `{"type":"${type}","object":${this.#request.render(type, object)}}\n`;
  }

  #sendBookmark(annotations?: Record<string, string>): void {
    const metadata = annotations === undefined ? {} : { annotations };
    this.#send('BOOKMARK', new StoredObject({ metadata }, this.#parts.store.version));
  }

  #startTimers(): void {
    const { clock, bookmarkIntervalMs } = this.#parts;
    const { timeoutMs, bookmarks } = this.#request;
    this.#stopTimers.push(clock.setTimer(timeoutMs, () => this.end()));
    if (!bookmarks) return;
    if (timeoutMs > BEFORE_DEADLINE_MS) this.#stopTimers.push(clock.setTimer(timeoutMs - BEFORE_DEADLINE_MS, () => this.#sendBookmark()));
    const slot = this.#stopTimers.length;
    const again = (): void => {
      this.#stopTimers[slot] = clock.setTimer(bookmarkIntervalMs, () => {
        this.#sendBookmark();
        again();
      });
    };
    again();
  }

  readonly #onAbort = (): void => this.end();

  #close(): void {
    for (const stop of this.#stopTimers) stop();
    this.#stopTimers = [];
    this.#request.signal?.removeEventListener('abort', this.#onAbort);
    this.#parts.hub.remove(this.#request.collection, this);
  }
}
