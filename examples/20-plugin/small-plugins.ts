import type { Plugin } from '@kopfts/core';

/** Counts how attempts of handlers ended. */
export function attemptCounter(counts: Map<string, number>): Plugin {
  return {
    name: 'attempt-counter',
    setup: (host) => {
      host.contribute('factSink', {
        optional: true,
        open: () => ({
          accept: (fact) => {
            if (fact.kind === 'handler-ended') counts.set(fact.handler, (counts.get(fact.handler) ?? 0) + 1);
          },
        }),
      });
    },
  };
}

/** Says how long each attempt took. */
export function stopwatch(say: (line: string) => void): Plugin {
  return {
    name: 'stopwatch',
    setup: (host) => {
      host.contribute('aroundInvoke', async ({ handler, attempt }, next) => {
        const began = host.clock.monotonicMs();
        try {
          return await next();
        } finally {
          say(`${handler}, attempt ${String(attempt)}: ${String(Math.round(host.clock.monotonicMs() - began))} ms`);
        }
      });
    },
  };
}

/** Tells in the status of each object whether its handlers are done. */
export function doneInStatus(): Plugin {
  return {
    name: 'done-in-status',
    setup: (host) => host.contribute('contributeToPatch', ({ done }) => ({ status: { done } })),
  };
}

/** Leaves objects alone that have the label `hold`; looks again every ten seconds. */
export function holdByLabel(): Plugin {
  return {
    name: 'hold-by-label',
    setup: (host) =>
      host.contribute('admitPass', ({ body }) =>
        body.metadata.labels?.['hold'] === undefined ? { go: true } : { go: false, reason: 'it has the label hold', retryAfterMs: 10_000 },
      ),
  };
}

/** Runs beside the operator, asks it for its probes every minute, and ends with it. */
export function heartbeat(beat: (healthy: boolean) => void): Plugin {
  return {
    name: 'heartbeat',
    apiVersion: [1, 1],
    requires: ['kubernetes'],
    after: ['attempt-counter'],
    setup: (host) =>
      host.contribute('service', {
        name: 'heartbeat',
        run: async (signal, operator) => {
          while (!signal.aborted) {
            await operator.probe().then(
              () => beat(true),
              () => beat(false),
            );
            await host.clock.sleep(60_000, signal).catch(() => undefined); // Aborted: the operator is to stop.
          }
        },
      }),
  };
}
