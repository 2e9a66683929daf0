import { Buffer } from 'node:buffer';
import { isKopfError, type Clock, type CollectionRef, type Random, type WatchOptions, type WatchSignal } from '@kopfts/core';
import { collectionPath, withQuery } from '../api-path.js';
import { WatchBrokenError } from '../errors.js';
import type { Transport, WireStream } from '../transport/request.js';
import { readFailure, refusalError } from '../transport/status-error.js';
import { createLineSplitter } from '../transport/watch-stream.js';
import { createKnownObjects, type KnownObjects } from './known-objects.js';
import { readListPage, type ListPage } from './list-page.js';
import { guardStream, type StreamGuard } from './stream-guard.js';
import { readWatchLine, type WatchLine } from './watch-line.js';
import {
  advanceWatch,
  pageLimit,
  startWatch,
  type WatchFailure,
  type WatchHappening,
  type WatchNews,
  type WatchState,
} from './watch-machine.js';

/** What the shell of the watch needs of the outside. */
export interface ReflectPorts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  /** Something odd, passed over, for observers. */
  note(name: string, fields: Readonly<Record<string, string>>): void;
}

const PAGE_LIMIT = 500;
const PAGE_TIMEOUT_MS = 60_000;
const OPEN_TIMEOUT_MS = 30_000;
/** The server ends each watch after a time in this range, drawn anew, so that watches do not end together. */
const WATCH_SECONDS = { least: 300, most: 600 } as const;
/** Later than the server's end by so much, we end it ourselves. */
const GRACE_MS = 15_000;
/** Bookmarks come about once a minute. */
const SILENCE_MS = 150_000;
const REFUSAL_READ_MS = 10_000;
const JSON_TYPE = 'application/json';

/**
 * A collection, for ever: lists it, watches it, resumes, lists again when the history is gone, and says what exists no more.
 *
 * *Flow*: the state of `watch-machine.ts` says what to do; what happened goes back to it. *Guarantees*: whatever fails, it goes on
 * with back-off and says so as `health`; it ends by its signal, or when its consumer leaves. Changes are delivered first and
 * remembered then. *Caveats*: it reads while its consumer asks for more: a consumer that blocks lets the server cut the stream.
 */
export async function* reflect(
  of: CollectionRef,
  options: ReflectPorts & WatchOptions,
  signal: AbortSignal,
): AsyncGenerator<WatchSignal, void, undefined> {
  const session = openSession(of, options);
  yield { kind: 'health', state: 'connecting' };
  while (!signal.aborted) {
    try {
      for await (const batch of proceed(session, signal)) {
        // eslint-disable-next-line max-depth -- a generator more would cost each event as much as its line does
        for (const said of batch) yield said;
      }
    } catch (error) {
      if (isEnded(signal)) return;
      yield* session.tell({ kind: 'failed', failure: toFailure(session.path, error), ...session.chance() });
    }
  }
}

interface Session extends ReflectPorts {
  readonly of: CollectionRef;
  readonly path: string;
  readonly labelSelector: string | undefined;
  readonly known: KnownObjects;
  state(): WatchState;
  /** Tells the machine what happened; gives what to tell the consumer. */
  tell(happening: WatchHappening): readonly WatchNews[];
  chance(): { readonly atMs: number; readonly random: number };
}

function openSession(of: CollectionRef, options: ReflectPorts & WatchOptions): Session {
  const { transport, clock, random, labelSelector } = options;
  let state = startWatch();
  return {
    of,
    path: collectionPath(of),
    labelSelector,
    transport,
    clock,
    random,
    note: (name, fields) => options.note(name, fields),
    known: createKnownObjects(of.resource),
    state: () => state,
    tell(happening) {
      const step = advanceWatch(state, happening);
      state = step.state;
      return step.news;
    },
    chance: () => ({ atMs: clock.monotonicMs(), random: random.next() }),
  };
}

/**
 * What to tell the consumer, made while the consumer takes it: each step follows the delivery of the one before. In batches,
 * because every asynchronous generator on the way costs as much as reading the line.
 */
type Batches = AsyncGenerator<Iterable<WatchSignal>, void, undefined>;

/** Does what the state says, once. */
async function* proceed(session: Session, signal: AbortSignal): Batches {
  const state = session.state();
  switch (state.kind) {
    case 'listing':
      return yield* listOnePage(session, state, signal);
    case 'watching':
      return yield* followStream(session, state.version, signal);
    case 'waiting':
      await session.clock.sleep(state.delayMs, signal);
      yield session.tell({ kind: 'waited' });
  }
}

async function* listOnePage(session: Session, state: Extract<WatchState, { kind: 'listing' }>, signal: AbortSignal): Batches {
  const { path, labelSelector, of } = session;
  // Without a version the list is consistent: nothing older than what anybody has seen before.
  const asked = withQuery(path, { limit: pageLimit(state, PAGE_LIMIT), continue: state.page, labelSelector });
  const reply = await session.transport.send(
    { lane: 'read', method: 'GET', path: asked, accept: JSON_TYPE, timeoutMs: PAGE_TIMEOUT_MS },
    signal,
  );
  if (reply.status !== 200) throw refusalError({ method: 'GET', path }, readFailure(reply));
  const page = readListPage(reply.body, of.resource, path);
  if (page.oddItems > 0) session.note('list-items-ignored', { path, count: String(page.oddItems) });
  yield deliverPage(session, page, state.page === undefined);
  if (page.next !== undefined) await session.clock.yield();
}

function* deliverPage(session: Session, page: ListPage, isFirst: boolean): Generator<WatchSignal, void, undefined> {
  const { known } = session;
  const news = session.tell({ kind: 'page-arrived', version: page.resourceVersion });
  if (isFirst) known.beginList(news.some((item) => item.kind === 'sync-begin' && item.newEpoch));
  yield* news;
  for (const object of page.objects) {
    for (const change of known.decideListed(object, page.resourceVersion)) {
      yield change;
      known.commit(change);
    }
  }
  for (const change of page.next === undefined ? known.decideMissing(page.resourceVersion) : []) {
    yield change;
    known.commit(change);
  }
  yield* session.tell({ kind: 'page-delivered', version: page.resourceVersion, next: page.next });
}

async function* followStream(session: Session, version: string, signal: AbortSignal): Batches {
  const { transport, clock, random, path, labelSelector } = session;
  const seconds = WATCH_SECONDS.least + Math.floor(random.next() * (WATCH_SECONDS.most - WATCH_SECONDS.least + 1));
  const asked = withQuery(path, {
    watch: true,
    allowWatchBookmarks: true,
    resourceVersion: version,
    timeoutSeconds: seconds,
    labelSelector,
  });
  const stream = await transport.open({ lane: 'watch', method: 'GET', path: asked, accept: JSON_TYPE, timeoutMs: OPEN_TIMEOUT_MS }, signal);
  const guard = guardStream(stream, {
    clock,
    deadlineMs: stream.status === 200 ? seconds * 1000 + GRACE_MS : REFUSAL_READ_MS,
    silenceMs: SILENCE_MS,
  });
  try {
    if (stream.status !== 200) throw refusalError({ method: 'GET', path }, readFailure(await readRefusal(stream)));
    yield session.tell({ kind: 'opened', atMs: clock.monotonicMs() });
    yield* readLines(session, stream, guard);
    yield session.tell({ kind: 'ended', ...session.chance() });
  } catch (error) {
    if (isEnded(signal)) return;
    if (guard.verdict() === 'silence') throw new WatchBrokenError(path, 'no bookmark for 150 seconds', { cause: error });
    if (guard.verdict() !== 'deadline') throw error;
    yield session.tell({ kind: 'ended', ...session.chance() });
  } finally {
    stream.destroy();
    await guard.stop();
  }
}

async function* readLines(session: Session, stream: WireStream, guard: StreamGuard): Batches {
  const splitter = createLineSplitter();
  for await (const chunk of stream.chunks) {
    guard.touch();
    yield deliverLines(session, splitter.push(chunk), guard);
  }
  if (guard.verdict() !== undefined) throw new WatchBrokenError(session.path, 'it was ended by its guard');
  // Cut inside of a line, the rest comes again after resuming. A whole event only lacks its line end.
  const rest = splitter.flush();
  const line = rest === undefined ? undefined : readWatchLine(rest, session.path);
  if (line !== undefined && isWhole(line)) yield deliverLine(session, line, guard);
}

function* deliverLines(session: Session, lines: readonly Buffer[], guard: StreamGuard): Generator<WatchSignal, void, undefined> {
  for (const line of lines) yield* deliverLine(session, readWatchLine(line, session.path), guard);
}

function* deliverLine(session: Session, line: WatchLine, guard: StreamGuard): Generator<WatchSignal, void, undefined> {
  const { known, path } = session;
  switch (line.kind) {
    case 'change': {
      const state = session.state();
      const streamVersion = state.kind === 'watching' ? state.version : '';
      for (const change of known.decideEvent(line.type, line.object, streamVersion)) {
        yield change;
        known.commit(change);
      }
      return yield* session.tell({ kind: 'advanced', version: line.object.resourceVersion, bookmark: false });
    }
    case 'bookmark':
      guard.expectSigns();
      yield { kind: 'bookmark', resourceVersion: line.resourceVersion };
      return yield* session.tell({ kind: 'advanced', version: line.resourceVersion, bookmark: true });
    case 'odd':
      session.note('watch-line-ignored', { path, why: line.why });
      if (line.resourceVersion !== undefined) yield* session.tell({ kind: 'advanced', version: line.resourceVersion, bookmark: false });
      return;
    case 'error':
      throw refusalError({ method: 'GET', path }, line.failure);
    case 'broken':
      throw new WatchBrokenError(path, 'a line is no JSON');
  }
}

/** A proper beginning of a JSON text is never JSON; but a peek may not have looked at the end. */
function isWhole(line: WatchLine): boolean {
  if (line.kind === 'broken') return false;
  if (line.kind !== 'change') return true;
  try {
    line.object.body();
    return true;
  } catch {
    return false;
  }
}

async function readRefusal(
  stream: WireStream,
): Promise<{ readonly status: number; readonly headers: WireStream['headers']; readonly body: Uint8Array }> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream.chunks) chunks.push(chunk);
  return { status: stream.status, headers: stream.headers, body: Buffer.concat(chunks) };
}

function toFailure(path: string, error: unknown): WatchFailure {
  // Anything else thrown here is a bug, of ours or of a transport: a watch survives it, visibly.
  if (!isKopfError(error)) return { kind: 'broken', error: new WatchBrokenError(path, describe(error), { cause: error }) };
  const retryAfterMs = error.context['retryAfterMs'];
  return { kind: FAILURES[error.code] ?? 'broken', error, retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined };
}

const FAILURES: Readonly<Record<string, WatchFailure['kind']>> = {
  KOPF_WATCH_EXPIRED: 'expired',
  KOPF_FORBIDDEN: 'denied',
  KOPF_REQUEST_FAILED: 'refused',
};

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A function, so that the compiler does not believe an earlier answer after an await. */
function isEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}
