import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders, type Settings } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { StartLimit } from '../transport/proxy-tunnel.js';
import type { ConnectionLimit } from './open-connection.js';

/** One connection that carries many requests. */
export interface Http2Session {
  /** A place for one request; `undefined` when it has none, or takes no more. */
  enter(): Place | undefined;
  /** Whether it takes no more requests, however few there are. */
  isEnding(): boolean;
  /** No new requests; those on their way finish, and then it ends. */
  retire(): void;
  /** Ends it, and everything on it. */
  destroy(why: Error): void;
}

/** Room for one request on a session. */
export interface Place {
  /** Throws when the session takes no more requests: nothing was sent then. */
  request(headers: OutgoingHttpHeaders, endStream: boolean): ClientHttp2Stream;
  /** Whether the server says that it never looked at it: because the connection was about to end (`ending`), or because it had too many (`refused`). */
  neverSeen(stream: ClientHttp2Stream): 'ending' | 'refused' | undefined;
  leave(): void;
}

/** Bytes of one answer that may be on their way unread, and of all together: the default of 64 KiB makes each large event wait for us. */
const STREAM_WINDOW = 1024 * 1024;
const SESSION_WINDOW = 16 * 1024 * 1024;
/** What is still to be sent may take so many MiB: 50 patches of a megabyte and a half, and more. */
const MOST_UNSENT_MIB = 256;
/** Streams are counted by both sides, not at the same moment: some are left free. */
const MOST_STREAMS = 100;
const SPARE_STREAMS = 10;
/** A PING so often, and its answer within that: a connection that was cut without a word is noticed within 20 seconds. */
const PING_EVERY_MS = 15_000;
const PING_ANSWER_MS = 5000;
/** A session that nobody used for so long is ended, sooner than a server would. */
const IDLE_MS = 20_000;

/** Begins HTTP/2 on a connection; ready when the server said how many streams it takes. */
export function openSession(socket: TLSSocket, origin: string, { connectMs, startLimit }: ConnectionLimit): Promise<Http2Session> {
  const client = connect(origin, {
    createConnection: () => socket,
    settings: { enablePush: false, initialWindowSize: STREAM_WINDOW },
    maxSessionMemory: MOST_UNSENT_MIB,
  });
  return new Promise((resolve, reject) => {
    const lift = startLimit(connectMs, () => client.destroy(new Error(`no HTTP/2 after ${String(Math.round(connectMs / 1000))} seconds`)));
    const fail = (error?: Error): void => {
      lift();
      reject(error ?? new Error('the connection was closed'));
    };
    client.on('error', fail);
    client.once('close', fail);
    client.once('remoteSettings', (settings: Settings) => {
      lift();
      client.setLocalWindowSize(SESSION_WINDOW);
      resolve(createSession(client, settings, startLimit));
    });
  });
}

function createSession(client: ClientHttp2Session, settings: Settings, startLimit: StartLimit): Http2Session {
  let most = mostStreams(settings);
  let taken = 0;
  let lastSeen: number | undefined;
  let stopIdling = startIdling(client, startLimit);
  client.on('remoteSettings', (changed: Settings) => (most = mostStreams(changed)));
  client.on('goaway', (_code: number, last: number) => (lastSeen = last));
  const stopPings = startPings(client, startLimit);
  client.once('close', () => {
    stopPings();
    stopIdling();
  });

  const leave = (): void => {
    taken -= 1;
    if (taken === 0 && !client.destroyed) stopIdling = startIdling(client, startLimit);
  };
  const isEnding = (): boolean => client.closed || client.destroyed || lastSeen !== undefined;
  return {
    isEnding,
    enter() {
      if (isEnding() || taken >= most) return undefined;
      taken += 1;
      stopIdling();
      client.ref();
      let isInside = true;
      return {
        request: (headers, endStream) => client.request(headers, { endStream }),
        neverSeen: (stream) => neverSeen(stream, lastSeen),
        leave() {
          if (isInside) leave();
          isInside = false;
        },
      };
    },
    retire: () => client.close(),
    destroy: (why) => client.destroy(why),
  };
}

function mostStreams({ maxConcurrentStreams = MOST_STREAMS }: Settings): number {
  return Math.max(1, Math.min(maxConcurrentStreams, MOST_STREAMS) - SPARE_STREAMS);
}

function neverSeen(stream: ClientHttp2Stream, lastSeen: number | undefined): 'ending' | 'refused' | undefined {
  if (stream.id === undefined || (lastSeen !== undefined && stream.id > lastSeen)) return 'ending';
  return stream.rstCode === constants.NGHTTP2_REFUSED_STREAM ? 'refused' : undefined;
}

/** Nobody uses it: it does not keep the process alive, and ends after a while. */
function startIdling(client: ClientHttp2Session, startLimit: StartLimit): () => void {
  client.unref();
  return startLimit(IDLE_MS, () => client.close());
}

/** A connection whose PING is not answered carries nothing any more, however open it looks. */
function startPings(client: ClientHttp2Session, startLimit: StartLimit): () => void {
  let stop = (): void => undefined;
  const wait = (): void => {
    stop = startLimit(PING_EVERY_MS, () => {
      if (client.destroyed) return;
      stop = startLimit(PING_ANSWER_MS, () =>
        client.destroy(new Error(`no answer to a PING after ${String(PING_ANSWER_MS / 1000)} seconds`)),
      );
      client.ping((error) => {
        stop();
        if (error === null && !client.destroyed) wait();
      });
    });
  };
  wait();
  return () => stop();
}
