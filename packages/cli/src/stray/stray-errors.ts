// Errors that nobody waits for: which handler, for which object, started what failed (faults M3).
import { AsyncLocalStorage } from 'node:async_hooks';
import { FailedAttempt, type Invocation, type Plugin, type PluginHost } from '@kopfts/core';

/** Whose error it is. */
export interface StrayOrigin {
  readonly invocation: Invocation;
  /** The attempt had ended before. */
  readonly detached: boolean;
}

export interface StrayErrors {
  /** Follows handlers, in whatever they start. */
  readonly plugin: Plugin;
  /** Called where the error is told, in the context of what failed: an attempt that still runs fails by it. `undefined`: of no handler. */
  blame(error: unknown): StrayOrigin | undefined;
}

interface Running {
  readonly invocation: Invocation;
  isOver: boolean;
  /** The first one. */
  stray: { readonly error: unknown } | undefined;
}

export const STRAY_ERRORS = 'stray-errors';

export function createStrayErrors(): StrayErrors {
  const running = new AsyncLocalStorage<Running>();
  const hosts: PluginHost[] = [];
  let total = 0;
  return {
    plugin: {
      name: STRAY_ERRORS,
      apiVersion: 1,
      setup(host) {
        hosts.splice(0, 1, host);
        host.contribute('aroundInvoke', (invocation, next) => {
          const one: Running = { invocation, isOver: false, stray: undefined };
          return running.run(one, () => follow(one, next));
        });
      },
    },
    blame(error) {
      total += 1;
      const one = running.getStore();
      if (one === undefined) return undefined;
      const { invocation, isOver: detached } = one;
      if (!detached) one.stray ??= { error };
      const { handler, attempt, object } = invocation;
      const { uid, name, namespace = '' } = object;
      for (const host of hosts)
        host.emit({
          kind: 'plugin',
          plugin: STRAY_ERRORS,
          name: 'stray-error',
          data: { handler, attempt, uid, name, namespace, detached, total },
        });
      return { invocation, detached };
    },
  };
}

async function follow(one: Running, next: () => Promise<unknown>): Promise<unknown> {
  try {
    const value = await next();
    if (one.stray !== undefined) throw new FailedAttempt(one.stray.error);
    return value;
  } finally {
    one.isOver = true;
  }
}
