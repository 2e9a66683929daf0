import { isKopfError, type CollectionRef, type WatchOptions, type WatchSignal } from '@kopfts/core';
import { withQuery } from '../api-path.js';
import { WatchBrokenError } from '../errors.js';
import { sleepUntilReturn } from '../presence/sleep-until-return.js';
import { readFailure, refusalError } from '../transport/status-error.js';
import { flatten } from './flatten.js';
import { followStream } from './follow-stream.js';
import { readListPage, type ListPage } from './list-page.js';
import { openSession, type Batches, type ReflectPorts, type Session } from './session.js';
import { pageLimit, type WatchFailure, type WatchState } from './watch-machine.js';

const PAGE_LIMIT = 500;
const PAGE_TIMEOUT_MS = 60_000;

/**
 * A collection, for ever: lists it, watches it, resumes, lists again when the history is gone, and says what exists no more.
 *
 * *Flow*: the state of `watch-machine.ts` says what to do; what happened goes back to it. *Guarantees*: whatever fails, it goes on
 * with back-off and says so as `health`; it ends by its signal, or when its consumer leaves. Changes are delivered first and
 * remembered then. *Caveats*: it reads while its consumer asks for more: a consumer that blocks lets the server cut the stream.
 */
export function reflect(
  of: CollectionRef,
  options: ReflectPorts & WatchOptions,
  signal: AbortSignal,
): AsyncGenerator<WatchSignal, void, undefined> {
  const session = openSession(of, options);
  return flatten({
    first: [{ kind: 'health', state: 'connecting' }],
    next: () => (signal.aborted ? undefined : proceed(session, signal)),
    failed: (error) =>
      isEnded(signal) ? undefined : session.tell({ kind: 'failed', failure: toFailure(session.path, error), ...session.chance() }),
  });
}

/** Does what the state says, once. */
function proceed(session: Session, signal: AbortSignal): Batches {
  const state = session.state();
  switch (state.kind) {
    case 'listing':
      return listOnePage(session, state, signal);
    case 'streaming':
    case 'watching':
      return followStream(session, signal);
    case 'waiting':
      return waitBefore(session, state, signal);
  }
}

/** What the server asked for is kept to; the rest ends when it is back after it was away. */
async function* waitBefore(session: Session, { delayMs, askedMs }: Extract<WatchState, { kind: 'waiting' }>, signal: AbortSignal): Batches {
  if (askedMs > 0) await session.clock.sleep(askedMs, signal);
  const end = await sleepUntilReturn(delayMs - askedMs, session, signal);
  yield session.tell(end === 'returned' ? { kind: 'returned' } : { kind: 'waited' });
}

async function* listOnePage(session: Session, state: Extract<WatchState, { kind: 'listing' }>, signal: AbortSignal): Batches {
  const { path, selection, of } = session;
  // Without a version the list is consistent: nothing older than what anybody has seen before.
  const asked = withQuery(path, { limit: pageLimit(state, session.pageSize ?? PAGE_LIMIT), continue: state.page, ...selection });
  const reply = await session.transport.send(
    { lane: 'read', method: 'GET', path: asked, accept: session.accept.list, timeoutMs: PAGE_TIMEOUT_MS },
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

function toFailure(path: string, error: unknown): WatchFailure {
  // Anything else thrown here is a bug, of ours or of a transport: a watch survives it, visibly.
  if (!isKopfError(error)) return { kind: 'broken', error: new WatchBrokenError(path, describe(error), { cause: error }) };
  if (error.context['unstreamable'] === true) return { kind: 'unstreamable', error };
  if (error.context['silent'] === true) return { kind: 'silent', error };
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
