// What a running operator says of itself to whoever asks.
import type { ParsedConfig } from '../config/define-config.js';
import { explain } from '../explain/explain.js';
import type { FactMemory } from '../explain/fact-memory.js';
import { mergeHandlers, type Registry } from '../handlers/registry.js';
import type { ExplainedRef, Explanation, ExplainOptions } from '../model/explanation.js';
import type { OperatorInspection } from '../model/inspection.js';
import type { ServedOperator } from '../plugin/plugin.js';
import type { Clock } from '../ports/clock.js';
import type { ClusterClient } from '../ports/cluster-client.js';
import type { BackgroundLedger } from './background/ledger.js';
import type { Indexes } from './indexes.js';
import type { ServedCluster } from './serve-cluster.js';

/** The parts that can be looked into. */
export interface OpenParts {
  readonly parsed: ParsedConfig;
  /** Whose handlers it runs now. */
  readonly registries: readonly Registry[];
  readonly runtime: { readonly clock: Clock };
  readonly memory: FactMemory;
  readonly indexes: Indexes;
  readonly background: BackgroundLedger;
  /** While the cluster is served. */
  readonly served: ServedCluster | undefined;
}

/** What services may ask: of the operator, and, where its cluster client can, of the cluster about others. */
export function servedOperator(
  parts: OpenParts,
  state: Pick<ServedOperator, 'probe' | 'readiness'>,
  client: Pick<ClusterClient, 'authorize'>,
): ServedOperator {
  return {
    ...state,
    // As the parts are then.
    explain: (ref, options) => explainIn(parts, ref, options),
    inspect: () => inspectIn(parts),
    ...(client.authorize === undefined ? {} : { authorize: client.authorize.bind(client) }),
  };
}

export function inspectIn({ served, indexes, background }: OpenParts): OperatorInspection {
  return { collections: served?.inspect() ?? [], indexes: indexes.inspect(), abandoned: background.abandoned() };
}

/** @throws InvalidSelectorError `KOPF_INVALID_SELECTOR` for a kind that cannot be one. */
export function explainIn(
  { memory, parsed, registries, runtime, served }: OpenParts,
  ref: ExplainedRef,
  options?: ExplainOptions,
): Explanation {
  const situation = {
    operator: parsed.name,
    at: runtime.clock.now(),
    handlers: mergeHandlers(registries),
    namespaces: parsed.namespaces,
    collections: served?.inspect(({ name }) => name === ref.name) ?? [],
  };
  return explain(memory, situation, ref, options);
}
