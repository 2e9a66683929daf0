import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { errorText, InvalidOptionError, nearestName, UnknownOptionError } from '@kopfts/core';
import type { Plugin, PluginHost, ServedOperator } from '@kopfts/core';
import { ExplainUnavailableError } from '../errors.js';
import { endpointText, parseEndpoint } from '../liveness/endpoint.js';
import type { Endpoint } from '../liveness/endpoint.js';
import { announce, announcementFolder } from './announcements.js';
import { answerWhy, TOKEN_HEADER } from './explain-answer.js';
import type { ExplainAnswering } from './explain-answer.js';

/** Options of {@link explanations}. */
export interface ExplanationsOptions {
  /**
   * A file whose content is asked for, as a mounted Secret has it. Default: a token of its own, made anew at each start, which only this user
   * finds on this machine. Needed for addresses that others can reach.
   */
  readonly tokenFile?: string | undefined;
  /** Where it says that it can be asked; default: `$XDG_RUNTIME_DIR/kopf`, or below the folder of temporary files. */
  readonly folder?: string | undefined;
}

export const EXPLANATIONS = 'explanations';
const OPTIONS = ['tokenFile', 'folder'];

/**
 * The plugin that answers `kopf explain`, over HTTP, from the end of the startup handlers until the operator stops. If it cannot listen, the operator
 * ends with `KOPF_EXPLAIN_UNAVAILABLE`. Whoever asks has to know a token.
 *
 * @param url `http://127.0.0.1:PORT`; port 0: the system chooses one.
 * @throws InvalidOptionError `KOPF_INVALID_OPTION`, also for an address that others can reach without a `tokenFile`; UnknownOptionError
 *   `KOPF_UNKNOWN_OPTION`.
 * @example plugins: [kubernetes(), annotations(), explanations('http://127.0.0.1:8089')]
 */
export function explanations(url: string, options: ExplanationsOptions = {}): Plugin {
  const endpoint = parseEndpoint(url, 'explanations');
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) throw new UnknownOptionError('explanations()', name, nearestName(name, OPTIONS));
  }
  if (options.tokenFile === undefined && !isOwn(endpoint)) {
    throw new InvalidOptionError(
      'The address of explanations',
      url,
      'one of this machine only, such as http://127.0.0.1:8089, or with a token file',
    );
  }
  return {
    name: EXPLANATIONS,
    apiVersion: 1,
    setup: (host) => {
      host.contribute('service', { name: EXPLANATIONS, run: (signal, operator) => serve({ host, endpoint, options, signal, operator }) });
    },
  };
}

function isOwn({ host }: Endpoint): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

interface Serving {
  readonly host: PluginHost;
  readonly endpoint: Endpoint;
  readonly options: ExplanationsOptions;
  readonly signal: AbortSignal;
  readonly operator: ServedOperator;
}

async function serve({ host, endpoint, options, signal, operator }: Serving): Promise<void> {
  const token = await tokenOf(options, endpoint);
  const { server, port } = await listen(endpoint, { token, explain: (ref, asked) => operator.explain(ref, asked) });
  const url = `http://${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${String(port)}`;
  const name = `${String(process.pid)}-${String(port)}`;
  const withdraw = await announce(options.folder ?? announcementFolder(process.env), name, {
    url,
    token,
    operator: host.identity.name ?? null,
  }).catch((error: unknown) => {
    // A read-only file system: it can be asked by its address.
    tell(host, 'unannounced', `Explanations are given at ${url}, but kopf explain cannot find that by itself: ${errorText(error)}`);
    return () => Promise.resolve();
  });
  tell(host, 'serving', `Explanations are given at ${url}.`);
  if (!signal.aborted) await once(signal, 'abort');
  await withdraw();
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function tell(host: PluginHost, name: string, message: string): void {
  host.emit({ kind: 'plugin', plugin: EXPLANATIONS, name, data: { level: 'debug', message } });
}

async function tokenOf({ tokenFile }: ExplanationsOptions, endpoint: Endpoint): Promise<string> {
  if (tokenFile === undefined) return randomBytes(24).toString('base64url');
  const unusable = (why: string, cause?: unknown): Error =>
    new ExplainUnavailableError(endpointText(endpoint), `its token file ${why}`, { cause });
  const text = await readFile(tokenFile, 'utf8').catch((error: unknown) => {
    throw unusable(`cannot be read: ${errorText(error)}`, error);
  });
  if (text.trim() === '') throw unusable('is empty');
  return text.trim();
}

async function listen(endpoint: Endpoint, answering: ExplainAnswering): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((request, response) => {
    request.resume();
    const token = request.headers[TOKEN_HEADER];
    const question = { method: request.method ?? 'GET', target: request.url ?? '/', token: typeof token === 'string' ? token : undefined };
    const { status, body } = answerSafely(() => answerWhy(question, answering));
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    response.end(body);
  });
  try {
    const listening = once(server, 'listening');
    server.listen({ host: endpoint.host, port: endpoint.port });
    await listening;
  } catch (error) {
    throw new ExplainUnavailableError(endpointText(endpoint), errorText(error), { cause: error });
  }
  return { server, port: (server.address() as AddressInfo).port };
}

/** A mistake in an explanation must not end the operator. */
function answerSafely<T extends { readonly status: number; readonly body: string }>(
  make: () => T,
): { readonly status: number; readonly body: string } {
  try {
    return make();
  } catch (error) {
    return { status: 500, body: JSON.stringify({ error: errorText(error) }) };
  }
}
