/**
 * What goes over the wire, and the port behind which it goes: everything above asks a `Transport` for answers and byte
 * streams, and knows neither sockets nor credentials. The simulator and the in-memory server put their own one here.
 */

/** A pool of connections of its own, so that one purpose never queues behind another: a lease renewal least of all. */
export type Lane = 'lease' | 'write' | 'read' | 'watch';

export interface WireRequest {
  readonly lane: Lane;
  readonly method: 'GET' | 'PATCH' | 'POST' | 'PUT' | 'DELETE';
  /** With query, encoded: `/api/v1/pods?limit=500`. */
  readonly path: string;
  readonly body?: string | undefined;
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
  /** Milliseconds: for the whole answer of `send`, for the status and headers of `open`. */
  readonly timeoutMs: number;
}

/** Names in lower case. */
export type WireHeaders = Readonly<Record<string, string | undefined>>;

export interface WireReply {
  readonly status: number;
  readonly headers: WireHeaders;
  readonly body: Uint8Array;
}

export interface WireStream {
  readonly status: number;
  readonly headers: WireHeaders;
  /** Throws when the connection breaks; ends when the server ended the answer. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends the connection; `chunks` ends or throws at once. Harmless when it ended before. */
  destroy(): void;
}

export interface TransportStats {
  /** Requests since the beginning. */
  readonly requests: number;
  /** Requests whose answer is awaited or being read. */
  readonly inFlight: number;
  /** Streams that are open. */
  readonly streams: number;
  /** How many reads and writes may be on their way at once, as it is now; `undefined` if the transport does not bound them. */
  readonly limits?: Readonly<Record<'read' | 'write', number>> | undefined;
}

/**
 * Requests in, bytes out. Answers of any status are values. Throws `ClusterUnreachableError` when there is no answer
 * (everything else thrown counts as "sent, answer lost"), and the signal's reason when that aborts.
 */
export interface Transport {
  send(request: WireRequest, signal: AbortSignal): Promise<WireReply>;
  open(request: WireRequest, signal: AbortSignal): Promise<WireStream>;
  stats(): TransportStats;
  /** Ends all connections. */
  close(): Promise<void>;
}
