import { InvalidOptionError, nearestName, UnknownOptionError } from '@kopfts/core';
import type { Plugin, PluginHost, ServedOperator } from '@kopfts/core';
import { endpointText, parseEndpoint } from './endpoint.js';
import type { Endpoint } from './endpoint.js';
import { NOT_READY, readinessAfter } from './readiness.js';
import { serveLiveness } from './serve.js';

/** Options of {@link liveness}. */
export interface LivenessOptions {
  /** A second path, at which it says whether it sees its cluster: 200 or 503. Default: none. */
  readonly readiness?: string | undefined;
}

export const LIVENESS = 'liveness';
const OPTIONS = ['readiness'];

/**
 * The plugin that answers whether the operator is alive, over HTTP: 200 with a JSON object of what the handlers of `on.probe` returned, 500 if
 * one failed for good. It listens from the end of the startup handlers until the operator stops; if it cannot, the operator ends with
 * `KOPF_LIVENESS_UNAVAILABLE`.
 *
 * @param url `http://HOST:PORT/PATH`; without a host `localhost`, without a port 80. Name an address such as `0.0.0.0` for a kubelet.
 * @throws InvalidOptionError `KOPF_INVALID_OPTION`, UnknownOptionError `KOPF_UNKNOWN_OPTION`
 * @example plugins: [kubernetes(), annotations(), liveness('http://0.0.0.0:8080/healthz')]
 */
export function liveness(url: string, options: LivenessOptions = {}): Plugin {
  const endpoint = parseEndpoint(url);
  const { readiness } = options;
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) throw new UnknownOptionError('liveness()', name, nearestName(name, OPTIONS));
  }
  if (readiness !== undefined && (typeof readiness !== 'string' || !/^\/[^?#\s]*$/.test(readiness) || readiness === endpoint.path)) {
    throw new InvalidOptionError("'readiness' of liveness()", readiness, "a path of its own, such as '/readyz'");
  }
  return { name: LIVENESS, apiVersion: 1, setup: (host) => setUp(host, endpoint, readiness) };
}

function setUp(host: PluginHost, endpoint: Endpoint, readinessPath: string | undefined): void {
  let state = NOT_READY;
  host.contribute('factSink', {
    open: () => ({
      accept: (fact) => {
        state = readinessAfter(state, fact);
      },
    }),
  });
  const run = async (signal: AbortSignal, operator: ServedOperator): Promise<void> => {
    const { path: livenessPath } = endpoint;
    const server = await serveLiveness(endpoint, { livenessPath, readinessPath, readiness: () => state, probe: () => operator.probe() });
    const message = `Serving health status at ${endpointText(server.endpoint)}`;
    host.emit({ kind: 'plugin', plugin: LIVENESS, name: 'serving', data: { level: 'debug', message, ...server.endpoint } });
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await server.close(host.clock);
  };
  host.contribute('service', { name: LIVENESS, run });
}
