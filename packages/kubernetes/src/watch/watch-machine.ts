import { assertNever, compareVersions, fullJitter, type KopfError, type ResourceVersion, type WatchHealth } from '@kopfts/core';

/**
 * The list/watch protocol, as a pure machine: what was seen goes in, the next state and what to tell comes out. The state
 * itself says what to do next: ask for a page, open or read a stream, wait. `reflect.ts` does it. It lives here and not in
 * core because pages, tokens, 410 and time-outs are Kubernetes' protocol, which core does not know.
 */
export type WatchState = Phase & {
  readonly health: WatchHealth;
  /** The newest version seen in a list, an event or a bookmark; what the next list is compared with. */
  readonly newest: ResourceVersion | undefined;
  /** Failures in a row; ends with progress or with a stream that lasted. The exponent of the back-off. */
  readonly failures: number;
  /** Whether lists are asked for as streams. Ends when the server turns out to know no such thing. */
  readonly streams: boolean;
  /** Whether this server sent bookmarks since the last list: then a watch that is silent from its beginning is no watch. */
  readonly bookmarks: boolean;
};

export type Phase =
  /** Entered at the start and after 410 where lists are streamed. Left by the mark of the end (→ watching, the same stream), a failure (→ waiting), or for pages (→ listing). */
  | ({ readonly kind: 'streaming' } & Streaming)
  /** Entered as `streaming` where lists are not streamed, and when a page token died. Left by the last page (→ watching) or a failure (→ waiting). */
  | ({ readonly kind: 'listing' } & Listing)
  /** Entered with a complete list, and to resume. Left by the end of the stream or a failure. */
  | ({ readonly kind: 'watching' } & Watching)
  /** Entered by a failure, and by streams that end too quickly. Left by time, to what was interrupted or to a new list. */
  | {
      readonly kind: 'waiting';
      readonly delayMs: number;
      /** How much of it the server asked for. */
      readonly askedMs: number;
      readonly then: Resumption;
    };

export type Resumption =
  ({ readonly kind: 'streaming' } & Streaming) | ({ readonly kind: 'listing' } & Listing) | ({ readonly kind: 'watching' } & Watching);

interface Streaming {
  /** Whether `sync-begin` was said. */
  readonly begun: boolean;
  /** Streams of this list that ended before its end. */
  readonly breaks: number;
  /** Monotonic; `undefined` until the server accepted the stream. */
  readonly openedMs: number | undefined;
}

interface Listing {
  /** The token of the page to ask for; `undefined` for the first one. */
  readonly page: string | undefined;
  /** Whether `sync-begin` was said. */
  readonly begun: boolean;
  /** Page tokens that died; after the second one the list is asked for in one piece. */
  readonly deadTokens: number;
}

interface Watching {
  /** The last version whose event was delivered. */
  readonly version: ResourceVersion;
  /** Monotonic; `undefined` until the server accepted the watch. */
  readonly openedMs: number | undefined;
  /** Whether this stream brought us forward. */
  readonly progressed: boolean;
  /** Whether this stream sent bookmarks, so that silence means death. */
  readonly bookmarked: boolean;
  /** Streams in a row that ended at once with nothing in them. */
  readonly emptyEnds: number;
  /** Refusals in a row at this version, other than 401, 403 and "later". */
  readonly refusals: number;
}

/** Why a page or a stream failed. */
export interface WatchFailure {
  /**
   * `expired`: 410. `denied`: 403. `unstreamable`: the server streams no lists. `refused`: it answered something else. `silent`: nothing came,
   * though something should. `broken`: no answer, or a useless one.
   */
  readonly kind: 'expired' | 'denied' | 'unstreamable' | 'refused' | 'silent' | 'broken';
  readonly retryAfterMs?: number | undefined;
  readonly error: KopfError;
}

/** What happened. */
export type WatchHappening =
  /** A page arrived; its objects are not delivered yet. */
  | { readonly kind: 'page-arrived'; readonly version: ResourceVersion }
  /** The objects of the page, and after the last one the inferred deletions, are delivered. */
  | { readonly kind: 'page-delivered'; readonly version: ResourceVersion; readonly next: string | undefined }
  | { readonly kind: 'opened'; readonly atMs: number }
  /** There is no room for a stream now. */
  | { readonly kind: 'crowded' }
  /** The mark of the end of a streamed list; its objects and the inferred deletions are delivered. */
  | { readonly kind: 'list-streamed'; readonly version: ResourceVersion }
  /** An event was delivered, or passed over. */
  | { readonly kind: 'advanced'; readonly version: ResourceVersion; readonly bookmark: boolean }
  /** The server, or our deadline, ended the stream. */
  | { readonly kind: 'ended'; readonly atMs: number; readonly random: number }
  | { readonly kind: 'failed'; readonly failure: WatchFailure; readonly atMs: number; readonly random: number }
  | { readonly kind: 'waited' }
  /** The wait ended early: the server was away, for everybody, and is back. */
  | { readonly kind: 'returned' };

/** What to tell the consumer. */
export type WatchNews =
  | { readonly kind: 'sync-begin'; readonly newEpoch: boolean }
  | { readonly kind: 'sync-end'; readonly resourceVersion: ResourceVersion }
  | { readonly kind: 'health'; readonly state: WatchHealth; readonly error?: KopfError };

export interface WatchStep {
  readonly state: WatchState;
  readonly news: readonly WatchNews[];
}

export const BACKOFF = { baseMs: 200, capMs: 30_000 } as const;
/** A stream that lived so long was healthy: its end is no failure in a row. */
export const HEALTHY_MS = 30_000;
/** A stream that ended sooner, with nothing in it, is suspicious. */
const QUICK_MS = 1000;
/** Between quick empty streams, from the second on: no hot loop, whatever the server does. */
const SPACING_MS = 800;
/** So many refusals at one version, and the version is no good: list. */
const REFUSALS_UNTIL_LIST = 3;

/** So many streams of one list that ended before its end, and it is asked for in pages: these resume where they broke. */
const BREAKS_UNTIL_PAGES = 3;

/** Nothing is known yet. `streams`: whether to ask for lists as streams. */
export function startWatch(streams = false): WatchState {
  return { ...listAnew({ streams }), health: 'connecting', newest: undefined, failures: 0, streams, bookmarks: false };
}

function listAnew({ streams }: Pick<WatchState, 'streams'>): Resumption {
  return streams ? { kind: 'streaming', begun: false, breaks: 0, openedMs: undefined } : inPages(false);
}

function inPages(begun: boolean): { readonly kind: 'listing' } & Listing {
  return { kind: 'listing', page: undefined, begun, deadTokens: 0 };
}

/** The next state. Happenings that do not belong to the state change nothing. */
export function advanceWatch(state: WatchState, happening: WatchHappening): WatchStep {
  switch (state.kind) {
    case 'streaming':
      return advanceStreaming(state, happening);
    case 'listing':
      return advanceListing(state, happening);
    case 'watching':
      return advanceWatching(state, happening);
    case 'waiting':
      // What failed while the server was away says nothing of the one that is back.
      if (happening.kind === 'returned') return quiet({ ...trail(state), ...state.then, failures: 0 });
      return quiet(happening.kind === 'waited' ? { ...trail(state), ...state.then } : state);
    default:
      return assertNever(state);
  }
}

/** The limit of the next page; `undefined` asks for the list in one piece. */
export function pageLimit(state: Pick<Listing, 'deadTokens'>, limit: number): number | undefined {
  return state.deadTokens < 2 ? limit : undefined;
}

type Trail = Pick<WatchState, 'health' | 'newest' | 'failures' | 'streams' | 'bookmarks'>;
type StreamingState = Extract<WatchState, { kind: 'streaming' }>;
type ListingState = Extract<WatchState, { kind: 'listing' }>;
type WatchingState = Extract<WatchState, { kind: 'watching' }>;

function advanceStreaming(state: StreamingState, happening: WatchHappening): WatchStep {
  switch (happening.kind) {
    case 'opened':
      return {
        state: { ...state, begun: true, openedMs: happening.atMs },
        news: state.begun ? [] : [{ kind: 'sync-begin', newEpoch: false }],
      };
    case 'crowded':
      return quiet({ ...trail(state), ...inPages(state.begun) });
    case 'list-streamed':
      return endStreamedList(state, happening.version);
    case 'ended':
      return wait(state, undefined, { random: happening.random, then: streamAgain(state) });
    case 'failed':
      // Nothing is wrong with the server: at once.
      if (happening.failure.kind === 'unstreamable') return quiet({ ...trail(state), streams: false, ...inPages(state.begun) });
      return wait(state, happening.failure, { random: happening.random, then: streamAgain(state) });
    default:
      return quiet(state);
  }
}

/** What came before the mark is no list: from the start again. */
function streamAgain({ begun, breaks }: StreamingState): Resumption {
  return breaks + 1 < BREAKS_UNTIL_PAGES ? { kind: 'streaming', begun, breaks: breaks + 1, openedMs: undefined } : inPages(begun);
}

function endStreamedList(state: StreamingState, version: ResourceVersion): WatchStep {
  // Versions fell: a list in pages opens the new epoch, where everything is delivered anew.
  if (isBefore(version, state.newest)) return quiet({ ...trail(state), ...inPages(true) });
  const watching: WatchState = {
    ...trail(state),
    ...watchFrom(version),
    openedMs: state.openedMs,
    progressed: true,
    bookmarked: true,
    bookmarks: true,
    newest: newestOf(state.newest, version),
    failures: 0,
  };
  const live = withHealth(watching, 'live', undefined);
  return { state: live.state, news: [{ kind: 'sync-end', resourceVersion: version }, ...live.news] };
}

/** Whether a version is from before what was seen. */
export function isBefore(version: ResourceVersion, newest: ResourceVersion | undefined): boolean {
  return newest !== undefined && compareVersions(version, newest) === -1;
}

function advanceListing(state: ListingState, happening: WatchHappening): WatchStep {
  switch (happening.kind) {
    case 'page-arrived':
      return beginSync(state, happening.version);
    case 'page-delivered':
      return endPage(state, happening.version, happening.next);
    case 'failed':
      return failListing(state, happening);
    default:
      return quiet(state);
  }
}

function beginSync(state: ListingState, version: ResourceVersion): WatchStep {
  const newEpoch = isBefore(version, state.newest);
  if (state.page !== undefined || (state.begun && !newEpoch)) return quiet(state);
  return { state: { ...state, begun: true, newest: newEpoch ? version : state.newest }, news: [{ kind: 'sync-begin', newEpoch }] };
}

function endPage(state: ListingState, version: ResourceVersion, next: string | undefined): WatchStep {
  if (next !== undefined) return quiet({ ...state, page: next });
  return {
    state: { ...trail(state), ...watchFrom(version), newest: newestOf(state.newest, version), bookmarks: false },
    news: [{ kind: 'sync-end', resourceVersion: version }],
  };
}

function failListing(state: ListingState, { failure, random }: Extract<WatchHappening, { kind: 'failed' }>): WatchStep {
  // The snapshot behind the token is gone. Nothing is wrong with the server: at once, but not for ever.
  if (failure.kind === 'expired' && state.page !== undefined) {
    return quiet({ ...state, page: undefined, deadTokens: state.deadTokens + 1 });
  }
  return wait(state, failure, { random, then: { kind: 'listing', page: state.page, begun: state.begun, deadTokens: state.deadTokens } });
}

function advanceWatching(state: WatchingState, happening: WatchHappening): WatchStep {
  switch (happening.kind) {
    case 'opened':
      return withHealth({ ...state, openedMs: happening.atMs }, 'live', undefined);
    case 'advanced':
      return quiet(progress(state, happening));
    case 'ended':
      return endStream(state, happening);
    case 'failed':
      return failWatching(state, happening);
    default:
      return quiet(state);
  }
}

function progress(
  state: WatchingState,
  { version, bookmark }: { readonly version: ResourceVersion; readonly bookmark: boolean },
): WatchingState {
  const forward = compareVersions(version, state.version) !== -1;
  const moved = forward && version !== state.version;
  // Once per event: a copy by names costs a fraction of a spread.
  return {
    kind: 'watching',
    health: state.health,
    newest: state.newest === state.version && forward ? version : newestOf(state.newest, version),
    streams: state.streams,
    version: forward ? version : state.version,
    openedMs: state.openedMs,
    bookmarked: state.bookmarked || bookmark,
    bookmarks: state.bookmarks || bookmark,
    progressed: state.progressed || moved,
    failures: moved ? 0 : state.failures,
    refusals: moved ? 0 : state.refusals,
    emptyEnds: moved ? 0 : state.emptyEnds,
  };
}

/** A clean end: the server cuts watches in bursts, so resume at once. Streams that end at once with nothing in them are spaced. */
function endStream(state: WatchingState, { atMs, random }: { readonly atMs: number; readonly random: number }): WatchStep {
  const quick = !state.progressed && atMs - (state.openedMs ?? atMs) < QUICK_MS;
  const emptyEnds = quick ? state.emptyEnds + 1 : 0;
  const then = { ...watchFrom(state.version), emptyEnds, refusals: state.refusals };
  if (!quick) return quiet({ ...trail(state), ...then, failures: lasted(state, atMs) ? 0 : state.failures });
  const jitterMs = fullJitter({ attempt: emptyEnds - 1, ...BACKOFF }, random);
  return quiet({
    ...trail(state),
    kind: 'waiting',
    delayMs: emptyEnds === 1 ? jitterMs : Math.max(SPACING_MS, jitterMs),
    askedMs: 0,
    then,
  });
}

function failWatching(state: WatchingState, { failure, random, atMs }: Extract<WatchHappening, { kind: 'failed' }>): WatchStep {
  const settled = lasted(state, atMs) ? { ...state, failures: 0 } : state;
  const refusals = state.refusals + (failure.kind === 'refused' && failure.retryAfterMs === undefined ? 1 : 0);
  // A server that went back to a backup does not know our version yet, and says nothing at all until it comes to it.
  const deaf = failure.kind === 'silent' && !state.progressed && !state.bookmarked;
  if (failure.kind === 'expired' || deaf || refusals >= REFUSALS_UNTIL_LIST)
    return wait(settled, failure, { random, then: listAnew(state) });
  return wait(settled, failure, { random, then: { ...watchFrom(state.version), emptyEnds: state.emptyEnds, refusals } });
}

function wait(
  state: WatchState,
  failure: WatchFailure | undefined,
  { random, then }: { readonly random: number; readonly then: Resumption },
): WatchStep {
  const askedMs = failure?.retryAfterMs ?? 0;
  const delayMs = fullJitter({ attempt: state.failures, ...BACKOFF }, random) + askedMs;
  const waiting: WatchState = { ...trail(state), failures: state.failures + 1, kind: 'waiting', delayMs, askedMs, then };
  // Expiry is ordinary: the list that follows tells whether anything is wrong.
  if (failure === undefined || (failure.kind === 'expired' && state.kind === 'watching')) return quiet(waiting);
  return withHealth(waiting, failure.kind === 'denied' ? 'denied' : 'retrying', failure.error);
}

function withHealth(state: WatchState, health: WatchHealth, error: KopfError | undefined): WatchStep {
  if (state.health === health) return quiet(state);
  return { state: { ...state, health }, news: [{ kind: 'health', state: health, ...(error === undefined ? {} : { error }) }] };
}

function watchFrom(version: ResourceVersion): { readonly kind: 'watching' } & Watching {
  return { kind: 'watching', version, openedMs: undefined, progressed: false, bookmarked: false, emptyEnds: 0, refusals: 0 };
}

function lasted(state: WatchingState, atMs: number): boolean {
  return state.openedMs !== undefined && atMs - state.openedMs >= HEALTHY_MS;
}

function newestOf(a: ResourceVersion | undefined, b: ResourceVersion): ResourceVersion {
  return a !== undefined && compareVersions(a, b) === 1 ? a : b;
}

function trail(state: WatchState): Trail {
  const { health, newest, failures, streams, bookmarks } = state;
  return { health, newest, failures, streams, bookmarks };
}

function quiet(state: WatchState): WatchStep {
  return { state, news: [] };
}
