import type { Clock, HandlerId, Instant, Random } from '@kopfts/core';
import type { Credentials } from './credentials.js';

/** Credentials and what is known of them. */
export interface VaultItem {
  readonly handler: HandlerId;
  readonly credentials: Credentials;
  /** Equal for equal credentials. */
  readonly key: string;
  readonly priority: number;
  readonly expiresAt: Instant | undefined;
}

/** Credentials of several handlers, those that were refused, and which one is next. */
export interface CredentialVault {
  /** The best of those that have not expired; `undefined` if there are none. */
  living(): VaultItem | undefined;
  /** The best of all that nobody refused, expired or not. */
  any(): VaultItem | undefined;
  /** Those of the same handlers are replaced; what was refused before is not taken. */
  add(items: readonly VaultItem[]): void;
  /** The server does not accept these. How many living ones are left; `undefined` if they are not in here any more. */
  refuse(credentials: Credentials): number | undefined;
}

/** Of each handler, so many refused credentials are remembered (spec AU-12). */
const REFUSED_REMEMBERED = 3;

/** Empty. */
export function createCredentialVault({ clock, random }: { readonly clock: Clock; readonly random: Random }): CredentialVault {
  const refused = new Map<HandlerId, readonly string[]>();
  let items: readonly VaultItem[] = [];
  let current: VaultItem | undefined;

  const choose = (candidates: readonly VaultItem[]): VaultItem | undefined => {
    const highest = Math.max(...candidates.map(({ priority }) => priority));
    const best = candidates.filter(({ priority }) => priority === highest);
    // The same as before, if it still is one of the best: changing would make new connections.
    current = best.find((item) => item === current) ?? (best.length < 2 ? best[0] : best[Math.floor(random.next() * best.length)]);
    return current;
  };
  const living = (): readonly VaultItem[] => {
    const now = clock.now();
    return items.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
  };
  return {
    living: () => choose(living()),
    any: () => choose(items),
    add(given) {
      const fresh = given.filter(({ handler, key }) => !(refused.get(handler) ?? []).includes(key));
      const answered = new Set(fresh.map(({ handler }) => handler));
      items = [...items.filter(({ handler }) => !answered.has(handler)), ...fresh];
    },
    refuse(credentials) {
      const item = items.find((one) => one.credentials === credentials);
      if (item === undefined) return undefined;
      items = items.filter((other) => other !== item);
      refused.set(item.handler, [...(refused.get(item.handler) ?? []), item.key].slice(-REFUSED_REMEMBERED));
      return living().length;
    },
  };
}
