// Streams of the API server: watches, and lists that become watches when their end is marked.
import { Buffer } from 'node:buffer';
import type { KopfError, WatchChange, WatchSignal } from '@kopfts/core';
import { withQuery } from '../api-path.js';
import { WatchBrokenError } from '../errors.js';
import type { WireStream } from '../transport/request.js';
import { readFailure, refusalError, type ApiFailure } from '../transport/status-error.js';
import { createLineSplitter } from '../transport/watch-stream.js';
import type { Batches, Session } from './session.js';
import { guardStream, type StreamGuard } from './stream-guard.js';
import type { StreamTurns } from './stream-turns.js';
import { readWatchLine, type WatchLine } from './watch-line.js';
import { isBefore } from './watch-machine.js';

const OPEN_TIMEOUT_MS = 30_000;
/** The server ends each watch after a time in this range, drawn anew, so that watches do not end together. */
const WATCH_SECONDS = { least: 300, most: 600 } as const;
/** Later than the server's end by so much, we end it ourselves. */
const GRACE_MS = 15_000;
/** Bookmarks come about once a minute. */
const SILENCE_MS = 150_000;
/** Objects of a list follow each other: such a gap, and its end will not come. */
const LIST_SILENCE_MS = 10_000;
/** … and if objects keep coming, but never the end. */
const LIST_DEADLINE_MS = 120_000;
const REFUSAL_READ_MS = 10_000;
/** A `Status` is small; what is longer is a page of a proxy. */
const REFUSAL_MOST_BYTES = 64 * 1024;

/** Opens the stream that the state asks for, when it is its turn, and tells what it says until it ends. */
export function followStream(session: Session, signal: AbortSignal): Batches {
  const { turns, of } = session;
  // Streams of whole kinds are as few as the kinds.
  if (turns === undefined || of.namespace === undefined) return followInTurn(session, createTurn(), signal);
  return followWhenItsTurn(session, turns, signal);
}

async function* followWhenItsTurn(session: Session, turns: StreamTurns, signal: AbortSignal): Batches {
  // A list does not wait: in pages it needs no turn.
  if (session.state().kind === 'streaming' && turns.isFull()) return yield session.tell({ kind: 'crowded' });
  const turn = createTurn();
  const end = await turns.take(turn.leave, signal);
  try {
    yield* followInTurn(session, turn, signal);
  } finally {
    end();
  }
}

/** The turn of one stream; `leave` asks it to end when it can resume. */
interface Turn {
  readonly leave: () => void;
  isLeft(): boolean;
  begin(leave: () => boolean): void;
}

function createTurn(): Turn {
  let ask = (): boolean => false;
  let isLeft = false;
  return {
    leave: () => {
      isLeft = ask();
    },
    isLeft: () => isLeft,
    begin: (leave) => {
      ask = leave;
    },
  };
}

async function* followInTurn(session: Session, turn: Turn, signal: AbortSignal): Batches {
  const { transport, clock, random, path, selection } = session;
  const seconds = WATCH_SECONDS.least + Math.floor(random.next() * (WATCH_SECONDS.most - WATCH_SECONDS.least + 1));
  const asked = withQuery(path, {
    watch: true,
    allowWatchBookmarks: true,
    ...beginningOf(session),
    timeoutSeconds: seconds,
    ...selection,
  });
  const stream = await transport.open(
    { lane: 'watch', method: 'GET', path: asked, accept: session.accept.watch, timeoutMs: OPEN_TIMEOUT_MS },
    signal,
  );
  const lifeMs = seconds * 1000 + GRACE_MS;
  turn.begin(() => {
    if (session.state().kind !== 'watching') return false;
    stream.destroy();
    return true;
  });
  const guard = guardStream(stream, { clock, ...boundsOf(session, stream, lifeMs) });
  try {
    if (stream.status !== 200) throw refusal(session, readFailure(await readRefusal(stream)));
    yield session.tell({ kind: 'opened', atMs: clock.monotonicMs() });
    if (session.state().kind === 'streaming') session.known.beginList(false);
    yield* readLines(session, stream, { guard, lifeMs });
    yield session.tell({ kind: 'ended', ...session.chance() });
  } catch (error) {
    if (isEnded(signal)) return;
    const verdict = guard.verdict();
    if (verdict !== undefined && session.state().kind === 'streaming') throw unstreamable(path, 'its list had no end', error);
    if (verdict === 'silence') throw new WatchBrokenError(path, 'no bookmark for 150 seconds', { cause: error, context: { silent: true } });
    if (verdict !== 'deadline' && !turn.isLeft()) throw error;
    yield session.tell({ kind: 'ended', ...session.chance() });
  } finally {
    stream.destroy();
    await guard.stop();
  }
}

/** A list has no version to begin at: so it is consistent, nothing older than what anybody has seen before. */
function beginningOf(session: Session): Readonly<Record<string, string | boolean>> {
  const state = session.state();
  return state.kind === 'watching' ? { resourceVersion: state.version } : { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' };
}

function boundsOf(session: Session, { status }: WireStream, lifeMs: number): { readonly deadlineMs: number; readonly silenceMs?: number } {
  if (status !== 200) return { deadlineMs: REFUSAL_READ_MS };
  const { kind, bookmarks } = session.state();
  if (kind !== 'watching') return { deadlineMs: LIST_DEADLINE_MS, silenceMs: LIST_SILENCE_MS };
  return { deadlineMs: lifeMs, ...(bookmarks ? { silenceMs: SILENCE_MS } : {}) };
}

interface Watched {
  readonly guard: StreamGuard;
  /** Milliseconds from the beginning of the stream. */
  readonly lifeMs: number;
}

async function* readLines(session: Session, stream: WireStream, watched: Watched): Batches {
  const { guard } = watched;
  const splitter = createLineSplitter();
  for await (const chunk of stream.chunks) {
    const lines = splitter.push(chunk);
    // While a list streams, only its objects are signs that it goes on; but a long one comes in pieces.
    if (session.state().kind !== 'streaming' || lines.length === 0) guard.touch();
    yield deliverLines(session, lines, watched);
    if (session.state().kind === 'listing') return;
  }
  if (guard.verdict() !== undefined) throw new WatchBrokenError(session.path, 'it was ended by its guard');
  // Cut inside of a line, the rest comes again after resuming. A whole event only lacks its line end.
  const rest = splitter.flush();
  if (rest !== undefined && isWhole(readWatchLine(rest, session.path))) yield deliverLines(session, [rest], watched);
}

/** One generator for all lines of a chunk: one per line costs as much as reading it. */
function* deliverLines(session: Session, lines: readonly Buffer[], watched: Watched): Generator<WatchSignal, void, undefined> {
  const { known, path } = session;
  for (const bytes of lines) {
    const line = readWatchLine(bytes, path);
    if (line.kind !== 'change') {
      yield* deliverOther(session, line, watched);
      continue;
    }
    for (const change of decideChange(session, line, watched)) {
      yield change;
      known.commit(change);
    }
    session.tell({ kind: 'advanced', version: line.object.resourceVersion, bookmark: false });
  }
}

function* deliverOther(
  session: Session,
  line: Exclude<WatchLine, { kind: 'change' }>,
  watched: Watched,
): Generator<WatchSignal, void, undefined> {
  const { path } = session;
  switch (line.kind) {
    case 'bookmark':
      return yield* deliverBookmark(session, line, watched);
    case 'odd':
      session.note('watch-line-ignored', { path, why: line.why });
      if (line.resourceVersion !== undefined) yield* session.tell({ kind: 'advanced', version: line.resourceVersion, bookmark: false });
      return;
    case 'error':
      throw refusal(session, line.failure);
    case 'broken':
      throw new WatchBrokenError(path, 'a line is no JSON');
  }
}

function decideChange(
  session: Session,
  { type, object }: Extract<WatchLine, { kind: 'change' }>,
  { guard }: Watched,
): readonly WatchChange[] {
  const { known } = session;
  const now = session.state();
  const isListed = now.kind === 'streaming' && type !== 'deleted';
  if (isListed && type === 'added') guard.touch();
  return isListed ? known.decideListed(object, '') : known.decideEvent(type, object, now.kind === 'watching' ? now.version : '');
}

function* deliverBookmark(
  session: Session,
  { resourceVersion, endsList }: Extract<WatchLine, { kind: 'bookmark' }>,
  { guard, lifeMs }: Watched,
): Generator<WatchSignal, void, undefined> {
  if (session.state().kind === 'streaming') {
    // The first bookmark of a server that streams lists is the mark.
    if (!endsList) throw unstreamable(session.path, 'a bookmark came before the end of its list');
    yield* endList(session, resourceVersion);
    guard.allow(lifeMs);
  } else {
    yield { kind: 'bookmark', resourceVersion };
    yield* session.tell({ kind: 'advanced', version: resourceVersion, bookmark: true });
  }
  guard.touch();
  guard.expectSigns(SILENCE_MS);
}

function* endList(session: Session, version: string): Generator<WatchSignal, void, undefined> {
  const { known } = session;
  // A list from before what was seen opens a new epoch: it is asked for again, in pages, and that one tells who is gone.
  for (const change of isBefore(version, session.state().newest) ? [] : known.decideMissing(version)) {
    yield change;
    known.commit(change);
  }
  yield* session.tell({ kind: 'list-streamed', version });
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

function refusal(session: Session, failure: ApiFailure): KopfError {
  const { path } = session;
  const error = refusalError({ method: 'GET', path }, failure);
  return session.state().kind === 'streaming' && isAboutStreaming(failure)
    ? unstreamable(path, 'the server streams no lists', error)
    : error;
}

/** Servers before 1.27, and those with the feature off, refuse the parameters by name. */
function isAboutStreaming({ code, message, causes }: ApiFailure): boolean {
  if (code !== 400 && code !== 403 && code !== 422) return false;
  return [message, ...causes.map(({ field }) => field)].some((text) => /sendInitialEvents|resourceVersionMatch/.test(text));
}

function unstreamable(path: string, why: string, cause?: unknown): WatchBrokenError {
  return new WatchBrokenError(path, why, { cause, context: { unstreamable: true } });
}

async function readRefusal(
  stream: WireStream,
): Promise<{ readonly status: number; readonly headers: WireStream['headers']; readonly body: Uint8Array }> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream.chunks) {
    chunks.push(chunk.subarray(0, REFUSAL_MOST_BYTES - bytes));
    bytes += chunk.length;
    if (bytes >= REFUSAL_MOST_BYTES) break;
  }
  return { status: stream.status, headers: stream.headers, body: Buffer.concat(chunks) };
}

/** A function, so that the compiler does not believe an earlier answer after an await. */
function isEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}
