import type { Clock } from '@kopfts/core';
import type { Credentials } from '../auth/credentials.js';
import { isSameConnection } from '../transport/lane-agents.js';
import type { Lane } from '../transport/request.js';
import { openConnection, type ConnectionLimit } from './open-connection.js';
import { openSession, type Http2Session, type Place } from './session.js';

/** Sessions per lane, as many as are needed: what one lane does never ends the streams of another. */
export interface SessionPool {
  /** A place on a session of the lane, or `http1` where HTTP/2 is not spoken. Throws when there is no connection. */
  enter(lane: Lane, credentials: Credentials): Promise<Place | 'http1'>;
  /** Ends all sessions, also those in use. */
  destroy(): void;
}

/** A server that chose HTTP/1.1 is asked again after so long: it may have been something in between. */
const ASK_AGAIN_MS = 600_000;

/** So many new connections may end before anything was sent. */
const MOST_ENDED = 2;

interface LaneSessions {
  readonly open: Set<Http2Session>;
  /** The one that is being made; everybody without a place waits for it. */
  opening: Promise<Http2Session | 'http1'> | undefined;
}

/** What belongs to one way to the server, until the way changes. */
interface Way {
  readonly of: Credentials;
  readonly lanes: Map<Lane, LaneSessions>;
  http1UntilMs: number;
}

/** Other TLS material or another proxy mean other sessions: the old ones end with what is on them. */
export function createSessionPool(clock: Clock, limit: ConnectionLimit): SessionPool {
  let current: Way | undefined;
  const all = new Set<Http2Session>();
  const ended = new AbortController();

  const wayFor = (credentials: Credentials): Way => {
    if (current !== undefined && isSameConnection(current.of, credentials)) return current;
    for (const { open } of current?.lanes.values() ?? []) for (const session of open) session.retire();
    current = { of: credentials, lanes: new Map(), http1UntilMs: -Infinity };
    return current;
  };
  const make = async (way: Way, lane: LaneSessions): Promise<Http2Session | 'http1'> => {
    const socket = await openConnection(way.of, limit, ended.signal);
    if (socket.alpnProtocol !== 'h2') {
      socket.destroy();
      way.http1UntilMs = clock.monotonicMs() + ASK_AGAIN_MS;
      return 'http1';
    }
    const session = await openSession(socket, way.of.server.origin, limit);
    if (way !== current || ended.signal.aborted) session.destroy(OUTDATED);
    if (socket.destroyed) throw OUTDATED;
    lane.open.add(session);
    all.add(session);
    socket.once('close', () => {
      lane.open.delete(session);
      all.delete(session);
    });
    return session;
  };

  return {
    async enter(name, credentials) {
      const way = wayFor(credentials);
      if (!speaksTls(credentials) || clock.monotonicMs() < way.http1UntilMs) return 'http1';
      const lane = way.lanes.get(name) ?? { open: new Set(), opening: undefined };
      way.lanes.set(name, lane);
      for (let ended = 0; ;) {
        for (const session of lane.open) {
          const place = session.enter();
          if (place !== undefined) return place;
        }
        lane.opening ??= make(way, lane).finally(() => (lane.opening = undefined));
        const made = await lane.opening;
        if (made === 'http1') return 'http1';
        if (made.isEnding() && (ended += 1) > MOST_ENDED) throw new Error('the server ends each connection at once');
      }
    },
    destroy() {
      ended.abort(OUTDATED);
      for (const session of all) session.destroy(OUTDATED);
    },
  };
}

const OUTDATED = new Error('the connection is not used any more');

/** Without TLS nobody could choose a protocol; connections of a login's own are as they are. */
function speaksTls({ server, agent }: Credentials): boolean {
  return server.protocol === 'https:' && agent === undefined;
}
