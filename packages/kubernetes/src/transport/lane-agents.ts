import { Buffer } from 'node:buffer';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Credentials, TlsMaterial } from '../auth/credentials.js';
import { createTunnelAgent, VERIFIED, type StartLimit } from './proxy-tunnel.js';
import type { Lane } from './request.js';

/** Connections per lane. Watches live for minutes each, so their number is not bounded here. */
export const MOST_SOCKETS: Readonly<Record<Lane, number>> = { lease: 2, write: 50, read: 16, watch: Infinity };
/** Sooner than the server closes an idle connection, we do: a request must not meet a connection that is just ending. */
const IDLE_MS = 20_000;

/** Keep-alive agents, one per lane, for the TLS material of the credentials. */
export interface LaneAgents {
  agentOf(lane: Lane, credentials: Credentials): HttpAgent;
  /** Ends all connections, also those in use. */
  destroy(): void;
}

/** What connections through a proxy need, since agents do not limit the time that it takes to make one. */
export interface ConnectLimit {
  readonly connectMs: number;
  readonly startLimit: StartLimit;
}

/** New TLS material or another proxy mean new connections: the old ones are closed as soon as they are idle. */
export function createLaneAgents(limit: ConnectLimit): LaneAgents {
  let current: { readonly of: Credentials; readonly agents: Map<Lane, HttpAgent> } | undefined;
  const retired = new Set<HttpAgent>();

  return {
    agentOf(lane, credentials) {
      if (current === undefined || !isSameConnection(current.of, credentials)) {
        for (const agent of current?.agents.values() ?? []) {
          if (agent === current?.of.agent) agent.destroy();
          else retire(agent);
          retired.add(agent);
        }
        current = { of: credentials, agents: new Map() };
      }
      let agent = current.agents.get(lane);
      if (agent === undefined) {
        agent = createAgent(lane, credentials, limit);
        current.agents.set(lane, agent);
      }
      return agent;
    },
    destroy() {
      for (const agent of [...(current?.agents.values() ?? []), ...retired]) agent.destroy();
      retired.clear();
      current = undefined;
    },
  };
}

function createAgent(lane: Lane, { server, tls, proxy, agent }: Credentials, limit: ConnectLimit): HttpAgent {
  if (agent !== undefined) return agent;
  const options = { keepAlive: true, keepAliveMsecs: 5000, maxSockets: MOST_SOCKETS[lane], scheduling: 'lifo', timeout: IDLE_MS } as const;
  const isPlain = server.protocol === 'http:';
  if (proxy !== undefined) return createTunnelAgent({ proxy, ...limit }, { ...options, ...tlsOptionsOf(tls) }, !isPlain);
  return isPlain ? new PlainLane(options) : new SecureLane({ ...options, ...tlsOptionsOf(tls) });
}

/** An agent files connections by where they go, and over TLS by all certificates, too. All of a lane go to one place, with the same ones. */
const ONE_PLACE = 'lane';

class PlainLane extends HttpAgent {
  override getName(): string {
    return ONE_PLACE;
  }
}

class SecureLane extends HttpsAgent {
  override getName(): string {
    return ONE_PLACE;
  }
}

/** Idle connections end now, busy ones when they become idle. */
function retire(agent: HttpAgent): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  agent.on('free', (socket: Socket) => socket.destroy());
}

/** Whether connections made with one serve the other. */
export function isSameConnection(a: Credentials, b: Credentials): boolean {
  if (a === b) return true;
  if (a.agent !== b.agent || a.server.href !== b.server.href || a.proxy?.href !== b.proxy?.href) return false;
  return TLS_FIELDS.every((field) => isSame(a.tls[field], b.tls[field]));
}

const TLS_FIELDS: readonly (keyof TlsMaterial)[] = ['ca', 'cert', 'key', 'pfx', 'passphrase', 'rejectUnauthorized', 'servername'];

function isSame(a: TlsMaterial[keyof TlsMaterial], b: TlsMaterial[keyof TlsMaterial]): boolean {
  return Buffer.isBuffer(a) && Buffer.isBuffer(b) ? a.equals(b) : a === b;
}

/** As Node wants it: what is not known is absent. Whether the other side is verified is always said, else a variable of the environment decides it. */
export function tlsOptionsOf(tls: TlsMaterial): Record<string, string | Buffer | boolean> {
  const known = Object.entries(tls).filter((entry): entry is [string, string | Buffer | boolean] => entry[1] !== undefined);
  return { ...VERIFIED, ...Object.fromEntries(known) };
}
