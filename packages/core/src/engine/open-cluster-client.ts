import { parseConfig, type OperatorConfig } from '../config/define-config.js';
import { identityOf } from '../model/operator-identity.js';
import { composePlugins } from '../plugin/host.js';
import type { ClusterClient } from '../ports/cluster-client.js';
import { systemClock } from '../runtime/system-clock.js';
import { systemRandom } from '../runtime/system-random.js';
import { createFactStream } from './fact-stream.js';
import { createPartsLife, openClient } from './open-parts.js';
import type { StartOptions } from './operator.js';

/** A cluster client that was opened without an operator. */
export interface OpenedClient {
  readonly client: ClusterClient;
  close(): Promise<void>;
}

/**
 * Opens the cluster client of a configuration and nothing else, for tools that look at the cluster as the operator would. Handlers of `on.login` are
 * not asked: credentials are those of the kubeconfig, or of the pod.
 *
 * @throws KopfError as `startOperator` does.
 */
export async function openClusterClient(
  config: OperatorConfig,
  options: Pick<StartOptions, 'cluster' | 'signal'> = {},
): Promise<OpenedClient> {
  const parsed = parseConfig(config);
  const facts = createFactStream(systemClock, []);
  const runtime = { clock: systemClock, random: systemRandom };
  const surroundings = { identity: identityOf(parsed.name), ...runtime, cluster: options.cluster ?? {}, emit: () => undefined };
  const life = createPartsLife(() => undefined);
  const composition = composePlugins(parsed.plugins, surroundings);
  const client = await openClient(composition, { clock: systemClock, signal: options.signal, facts, life });
  return { client, close: () => life.close() };
}
