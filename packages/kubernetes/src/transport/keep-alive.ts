import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** TCP probes: a peer that vanished is noticed after about three times as long. */
const PROBE_MS = 5000;

/**
 * Has the system probe the peer of a connection while nothing is said on it. Each connection that carries requests needs it, whoever made it:
 * a watch waits for minutes, and a peer that vanished says nothing. What is no socket of the system is left as it is.
 */
export function probePeer(connection: Duplex): void {
  if (connection instanceof Socket) connection.setKeepAlive(true, PROBE_MS);
}
