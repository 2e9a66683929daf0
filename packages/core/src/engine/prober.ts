// How the operator is, by those who should know: the handlers of `on.probe`, asked at most so often (spec PR-03).
import type { ProbeResults, ServedOperator } from '../plugin/plugin.js';
import type { Clock } from '../ports/clock.js';
import type { ClusterClient } from '../ports/cluster-client.js';

export interface ProberOptions {
  readonly clock: Clock;
  /** `settings.probing.maxAge`. */
  readonly maxAgeMs: number;
  /** Runs the handlers. */
  readonly ask: () => Promise<ProbeResults>;
}

/** Answers are kept for a while, failures are not: whoever asks next asks the handlers. */
export function createProber({ clock, maxAgeMs, ask }: ProberOptions): Pick<ServedOperator, 'probe'> {
  let known: { readonly at: number; readonly results: ProbeResults } | undefined;
  let asking: Promise<ProbeResults> | undefined;
  const askOnce = async (): Promise<ProbeResults> => {
    const results = await ask();
    known = { at: clock.monotonicMs(), results };
    return results;
  };
  return {
    probe() {
      if (known !== undefined && clock.monotonicMs() - known.at < maxAgeMs) return Promise.resolve(known.results);
      asking ??= askOnce().finally(() => {
        asking = undefined;
      });
      return asking;
    },
  };
}

/** What services get: what the operator says of itself, and what its cluster says of others. */
export function servedOperator(inside: Omit<ServedOperator, 'authorize'>, client: ClusterClient): ServedOperator {
  return client.authorize === undefined ? inside : { ...inside, authorize: client.authorize.bind(client) };
}
