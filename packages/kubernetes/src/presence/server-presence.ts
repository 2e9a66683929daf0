// Whether the server is there at all. Whoever waits to try again does not know that others were answered meanwhile: here it is said to all of them.
import { isKopfError, type Clock } from '@kopfts/core';
import type { TellFact } from '../auth/credential-facts.js';
import type { Transport, WireReply, WireRequest } from '../transport/request.js';

/**
 * Knows by all requests whether the server answers. When nobody is answered, it asks whether the server is ready, less and less often; once it is, or
 * anybody is answered, all that waits for it waits no longer. A server that answers others is not away: what fails then has its own back-off.
 */
export interface ServerPresence {
  /** The same transport, listened to. */
  through(transport: Transport): Transport;
  /** Calls when the server is back after it was away; at most once in ten seconds. Returns what ends that. */
  onReturn(heard: () => void): () => void;
  /** Asks while the server gives no answer. Ends with its signal. */
  run(signal: AbortSignal): Promise<void>;
}

export interface PresencePorts {
  readonly clock: Clock;
  tell: TellFact;
}

/** What of it concerns those who wait. */
export type ReturnSource = Pick<ServerPresence, 'onReturn'>;

/** From the first request without an answer until it is asked: what others are answered meanwhile spares the question. */
const DOUBT_MS = 1000;
/** Between questions: a sixtieth of the time that the server is away, so that a short outage ends at once, and a long one brings no load. */
const PAUSE = { leastMs: 1000, mostMs: 5000, share: 60 } as const;
/** The server was there: no question again for so long, whoever gets no answer. */
const TRUST_MS = 30_000;
/** A server that comes and goes does not wake everybody each time. */
const BETWEEN_RETURNS_MS = 10_000;
const ASK_TIMEOUT_MS = 3000;
const QUESTION: WireRequest = { lane: 'watch', method: 'GET', path: '/readyz', timeoutMs: ASK_TIMEOUT_MS };

/** `doubted`: somebody got no answer. `away`: nor did the question. */
type Presence = 'there' | 'doubted' | 'away';

class Watched implements ServerPresence {
  readonly #ports: PresencePorts;
  readonly #listeners = new Set<() => void>();
  #presence: Presence = 'there';
  #sinceMs = 0;
  #trustedUntilMs = -Infinity;
  #returnedMs = -Infinity;
  #transport: Transport | undefined;
  #ring: () => void = () => undefined;

  constructor(ports: PresencePorts) {
    this.#ports = ports;
  }

  through(transport: Transport): Transport {
    this.#transport = transport;
    return {
      send: (request, signal) => this.#listen(request, transport.send(request, signal)),
      open: (request, signal) => this.#listen(request, transport.open(request, signal)),
      stats: () => transport.stats(),
      close: () => transport.close(),
    };
  }

  onReturn(heard: () => void): () => void {
    const one = (): void => heard();
    this.#listeners.add(one);
    return () => this.#listeners.delete(one);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    try {
      while (!signal.aborted) {
        await this.#untilDoubted(signal);
        await clock.sleep(DOUBT_MS, signal);
        await this.#askUntilThere(signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #askUntilThere(signal: AbortSignal): Promise<void> {
    while (this.#isInDoubt()) {
      await this.#ask(signal);
      if (this.#isInDoubt()) await this.#ports.clock.sleep(this.#pauseMs(), signal);
    }
  }

  async #listen<Reply extends { readonly status: number }>({ method }: WireRequest, answer: Promise<Reply>): Promise<Reply> {
    try {
      const reply = await answer;
      if (reply.status < 400) this.#heard();
      // A write that fails may fail behind the server, at a webhook; what is read there comes from nowhere else.
      else if (reply.status >= 500 && method === 'GET') this.#missed();
      return reply;
    } catch (error) {
      if (isKopfError(error, 'KOPF_CLUSTER_UNREACHABLE')) this.#missed();
      throw error;
    }
  }

  #missed(): void {
    const nowMs = this.#ports.clock.monotonicMs();
    if (this.#presence !== 'there' || nowMs < this.#trustedUntilMs) return;
    this.#presence = 'doubted';
    this.#sinceMs = nowMs;
    this.#ring();
  }

  #heard(): void {
    if (this.#presence === 'doubted') this.#presence = 'there';
    if (this.#presence !== 'away') return;
    const nowMs = this.#ports.clock.monotonicMs();
    if (nowMs - this.#returnedMs < BETWEEN_RETURNS_MS) return;
    this.#presence = 'there';
    this.#returnedMs = nowMs;
    const message = 'The API server answers again.';
    this.#ports.tell('server-returned', { level: 'info', message, afterMs: nowMs - this.#sinceMs });
    for (const heard of [...this.#listeners]) heard();
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const answer = await this.#transport?.send(QUESTION, signal).catch(() => undefined);
    signal.throwIfAborted();
    if (!this.#isInDoubt()) return;
    if (answer !== undefined && isThere(answer)) {
      if (this.#presence === 'doubted') this.#trustedUntilMs = this.#ports.clock.monotonicMs() + TRUST_MS;
      this.#heard();
    } else if (this.#presence === 'doubted') {
      this.#presence = 'away';
      this.#ports.tell('server-away', { level: 'warn', message: 'The API server does not answer; it is asked until it does.' });
    }
  }

  #pauseMs(): number {
    const awayMs = this.#ports.clock.monotonicMs() - this.#sinceMs;
    return Math.min(PAUSE.mostMs, Math.max(PAUSE.leastMs, awayMs / PAUSE.share));
  }

  /** A method, so that the compiler does not believe an earlier answer after an await. */
  #isInDoubt(): boolean {
    return this.#presence !== 'there';
  }

  #untilDoubted(signal: AbortSignal): Promise<void> {
    if (this.#isInDoubt()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const end = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', end, { once: true });
      this.#ring = () => {
        signal.removeEventListener('abort', end);
        this.#ring = () => undefined;
        resolve();
      };
    });
  }
}

/** Whoever refuses to say (401, 403, 404) is there; who is not ready says 500, who has no time 429. */
function isThere({ status }: WireReply): boolean {
  return status < 500 && status !== 429;
}

/** Thinks the server is there. */
export function createServerPresence(ports: PresencePorts): ServerPresence {
  return new Watched(ports);
}
