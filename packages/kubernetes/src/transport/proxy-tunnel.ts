import { Buffer } from 'node:buffer';
import { request as httpRequest, Agent as HttpAgent, type AgentOptions as HttpAgentOptions, type IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import { probePeer } from './keep-alive.js';

/** Limits the time of something; see `deadlines.ts`. */
export type StartLimit = (ms: number, expired: () => void) => () => void;

/** A way through a proxy that speaks HTTP. */
export interface Tunnel {
  /** With user and password if the proxy wants them. */
  readonly proxy: URL;
  /** Milliseconds until there must be a connection to the server. */
  readonly connectMs: number;
  readonly startLimit: StartLimit;
}

/** Where a connection is to go, as agents say it. */
interface Target {
  readonly host: string;
  readonly port: number;
}

type Connected = (error: Error | null, socket?: Duplex) => void;

/**
 * An agent whose connections go through a proxy by CONNECT: for TLS (the proxy sees nothing of what is said) and without. A connection is
 * handed out when all is done: what fails until then is a failure to connect.
 */
export function createTunnelAgent(tunnel: Tunnel, options: HttpAgentOptions & HttpsAgentOptions, secure: boolean): HttpAgent {
  const agent = secure ? new HttpsAgent(options) : new HttpAgent(options);
  const createConnection = (target: Target, connected: Connected): void => {
    openTunnel(tunnel, target, (error, socket) => {
      if (socket === undefined) connected(error);
      else if (secure) secureTunnel(tunnel, { target, socket }, connected);
      else connected(null, socket);
    });
  };
  return Object.assign(agent, { createConnection });
}

/** Node asks `NODE_TLS_REJECT_UNAUTHORIZED` where it is not told: nobody switches it off by a variable that some other program needed. */
export const VERIFIED = { rejectUnauthorized: true } as const;

/** Asks the proxy for a connection to the target; calls back once, with the connection or with why there is none. */
export function openTunnel({ proxy, connectMs, startLimit }: Tunnel, { host, port }: Target, connected: Connected): void {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
  const name = `${proxy.protocol}//${proxy.host}`;
  const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port === '' ? (proxy.protocol === 'https:' ? 443 : 80) : proxy.port,
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...proxyAuthorization(proxy) },
    agent: false,
    ...VERIFIED,
  });
  const fail = (why: string, cause?: unknown): void => {
    lift();
    request.destroy();
    connected(new Error(`the proxy ${name} ${why}`, { cause }));
  };
  const lift = startLimit(connectMs, () => fail(`did not connect within ${String(Math.round(connectMs / 1000))} seconds`));
  request.once('error', (error) => fail(`cannot be used: ${error.message}`, error));
  request.once('response', (message: IncomingMessage) => fail(refusalOf(message)));
  request.once('connect', (message: IncomingMessage, socket: Duplex) => {
    request.removeAllListeners('error').on('error', () => undefined);
    if (message.statusCode !== 200) {
      socket.destroy();
      return fail(refusalOf(message));
    }
    lift();
    // TLS inside of it has no connection of its own that could be probed.
    probePeer(socket);
    connected(null, socket);
  });
  request.end();
}

function refusalOf({ statusCode }: IncomingMessage): string {
  const why = statusCode === 407 ? 'wants a user and a password (407)' : `answered ${String(statusCode)}`;
  return `refused the connection: it ${why}`;
}

interface OpenTunnel {
  readonly target: Target;
  readonly socket: Duplex;
}

function secureTunnel({ connectMs, startLimit }: Tunnel, { target, socket }: OpenTunnel, connected: Connected): void {
  const secured = tlsConnect({ ...target, socket });
  const lift = startLimit(connectMs, () => secured.destroy(new Error(`no TLS within ${String(Math.round(connectMs / 1000))} seconds`)));
  const fail = (error: Error): void => {
    lift();
    socket.destroy();
    connected(error);
  };
  secured.once('error', fail);
  secured.once('secureConnect', () => {
    lift();
    secured.removeListener('error', fail);
    connected(null, secured);
  });
}

function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(text, 'utf8').toString('base64')}` };
}
