// One watch: what it replays or lists at its start, what it passes on, when it sends bookmarks and ends.

import type { ApiServerClock } from '../clock.js';
import { expired } from '../errors.js';
import type { Collection } from '../store/collection.js';
import type { Commit } from '../store/commit.js';
import type { StoreView } from '../store/store-view.js';
import { StoredObject } from '../store/stored-object.js';
import { ByteQueue } from './byte-queue.js';
import type { Selection } from './selection.js';
import { seenThrough, selects } from './selection.js';
import type { WatchHub, Watcher } from './watch-hub.js';

const encoder = new TextEncoder();
const BEFORE_DEADLINE_MS = 2_000;

/** Where a watch starts. */
export type WatchStart =
  /** What comes after a version, without a replay. */
  | { readonly at: 'now'; readonly version: number }
  | { readonly at: 'version'; readonly version: number }
  /** Everything there is as ADDED; the annotated bookmark comes as soon as the version `endsAt` is visible, or not at all. */
  | { readonly at: 'state'; readonly endsAt?: number | undefined };

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
  /** What watches see. */
  readonly view: StoreView;
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
  const collection = parts.view.collection(request.collection);
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
  #stops: (() => void)[] = [];

  constructor(parts: WatchParts, request: WatchRequest) {
    this.#parts = parts;
    this.#request = request;
    this.#after = request.start.at === 'state' ? 0 : request.start.version;
    // What is there at the start must fit, however much it is.
    const limit = parts.pendingEventLimit + parts.view.collection(request.collection).size;
    this.chunks = new ByteQueue({ limit, onClose: () => this.#close() });
  }

  open(collection: Collection, replay: readonly Commit[]): void {
    const { start, selection, signal } = this.#request;
    if (start.at === 'state') {
      for (const object of collection.range(selection.prefix)) if (selects(selection, object)) this.#send('ADDED', object);
    }
    for (const commit of replay) this.#pass(commit);
    if (signal?.aborted === true) {
      this.end();
      return;
    }
    this.#parts.hub.add(this.#request.collection, this);
    if (start.at === 'state' && start.endsAt !== undefined) this.#markEnd(start.endsAt);
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

  /** A view that is behind sends its old state at once, and says that this was all only when it has caught up. */
  #markEnd(version: number): void {
    const { view } = this.#parts;
    if (view.version >= version) {
      this.#sendBookmark({ 'k8s.io/initial-events-end': 'true' });
      return;
    }
    const stop = view.onCommit(() => {
      if (view.version < version) return;
      stop();
      this.#sendBookmark({ 'k8s.io/initial-events-end': 'true' });
    });
    this.#stops.push(stop);
  }

  #sendBookmark(annotations?: Record<string, string>): void {
    // A watch from the future has seen more than this view: a bookmark would send it back.
    if (this.#parts.view.version < this.#after) return;
    const metadata = annotations === undefined ? {} : { annotations };
    this.#send('BOOKMARK', new StoredObject({ metadata }, this.#parts.view.version));
  }

  #startTimers(): void {
    const { clock, bookmarkIntervalMs } = this.#parts;
    const { timeoutMs, bookmarks } = this.#request;
    this.#stops.push(clock.setTimer(timeoutMs, () => this.end()));
    if (!bookmarks) return;
    if (timeoutMs > BEFORE_DEADLINE_MS) this.#stops.push(clock.setTimer(timeoutMs - BEFORE_DEADLINE_MS, () => this.#sendBookmark()));
    const slot = this.#stops.length;
    const again = (): void => {
      this.#stops[slot] = clock.setTimer(bookmarkIntervalMs, () => {
        this.#sendBookmark();
        again();
      });
    };
    again();
  }

  readonly #onAbort = (): void => this.end();

  #close(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#request.signal?.removeEventListener('abort', this.#onAbort);
    this.#parts.hub.remove(this.#request.collection, this);
  }
}
