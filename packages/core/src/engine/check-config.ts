import { parseConfig, type OperatorConfig } from '../config/define-config.js';
import { mergeActivities, mergeHandlers } from '../handlers/registry.js';
import { identityOf } from '../model/operator-identity.js';
import { composePlugins, type Composition } from '../plugin/host.js';
import type { ClusterSelection } from '../plugin/plugin.js';
import { systemClock } from '../runtime/system-clock.js';
import { systemRandom } from '../runtime/system-random.js';

/** What can be known of a configuration without running it. @throws KopfError as `startOperator` does. */
export function checkConfig(
  config: OperatorConfig,
  cluster: ClusterSelection = {},
): {
  readonly handlers: ReturnType<typeof mergeHandlers>;
  readonly activities: ReturnType<typeof mergeActivities>;
  readonly plugins: Composition['plugins'];
} {
  const parsed = parseConfig(config);
  const { plugins } = composePlugins(parsed.plugins, {
    identity: identityOf(parsed.name),
    clock: systemClock,
    random: systemRandom,
    cluster,
    emit: () => undefined,
  });
  return { handlers: mergeHandlers(parsed.registries), activities: mergeActivities(parsed.registries), plugins };
}
