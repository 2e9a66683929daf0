import type { Clock, ConnectionInfo, HandlerId, Instant, LoggedIn, LoginHandlers, Random } from '@kopfts/core';
import { errorText } from '@kopfts/core';
import { LoginError } from '../errors.js';
import { connectionCredentials, expirationOf } from './connection.js';
import type { TellFact } from './credential-facts.js';
import { FAILURE_PAUSE, withPatience, type CredentialObserver, type CredentialSource } from './credential-source.js';
import type { Credentials } from './credentials.js';
import type { AuthEnvironment } from './environment.js';
import { keyOf } from './kubeconfig.js';

/** What logging in needs of the outside. */
export interface LoginPorts {
  /** `undefined`: there are only the given connections. */
  readonly login: LoginHandlers | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly environment: AuthEnvironment;
  readonly signal: AbortSignal;
  readonly observer: CredentialObserver;
  readonly tell: TellFact;
  /** There is nothing left to log in with, for good. */
  ended(error: unknown): void;
}

/** Of each handler, so many refused credentials are remembered: they are not taken again (spec AU-12). */
const REFUSED_REMEMBERED = 3;
/** One request is sent with so many credentials at most: a handler that makes up tokens must not send it for ever. */
const MOST_REFUSALS = 10;

interface Item {
  readonly handler: HandlerId;
  readonly credentials: Credentials;
  readonly key: string;
  readonly priority: number;
  readonly expiresAt: Instant | undefined;
}

/**
 * Credentials by login handlers: those with the highest priority, until the server refuses them or they expire; then the next ones; when none are left, the
 * handlers are asked again, once for all requests that wait (spec AU-10..AU-14).
 *
 * *Guarantees*: what expired but was not refused stays in use while a login fails or hangs. *Caveats*: streams that are open when their credentials
 * are refused go on until they end, minutes later.
 */
export function createLoginSource(given: readonly ConnectionInfo[], ports: LoginPorts): CredentialSource {
  const { login, clock, random, tell, observer } = ports;
  const refused = new Map<HandlerId, readonly string[]>();
  let items: readonly Item[] | undefined;
  let current: Item | undefined;
  let running: Promise<Credentials> | undefined;
  let logins = 0;
  let failure: { readonly count: number; readonly untilMs: number } | undefined;

  const choose = (candidates: readonly Item[]): Item | undefined => {
    const highest = Math.max(...candidates.map(({ priority }) => priority));
    const best = candidates.filter(({ priority }) => priority === highest);
    // The same as before, if it still is one of the best: changing would make new connections.
    current = best.find((item) => item === current) ?? (best.length < 2 ? best[0] : best[Math.floor(random.next() * best.length)]);
    return current;
  };
  const living = (): readonly Item[] => {
    const now = clock.now();
    return (items ?? []).filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
  };
  const take = async (results: readonly LoggedIn[]): Promise<readonly Item[]> => {
    const made = await Promise.all(results.map((result) => itemOf(result, ports.environment)));
    const fresh = made.filter(({ handler, key }) => !(refused.get(handler) ?? []).includes(key));
    const answered = new Set(fresh.map(({ handler }) => handler));
    items = [...(items ?? []).filter(({ handler }) => !answered.has(handler)), ...fresh];
    return fresh;
  };
  const logIn = async (): Promise<Credentials> => {
    const what = logins === 0 ? 'Initial authentication' : 'Re-authentication';
    logins += 1;
    tell('login-started', { level: 'info', message: `${what} has been initiated.` });
    const results = (await login?.run(ports.signal)) ?? [];
    await take(results);
    const chosen = choose(living());
    if (chosen === undefined) {
      tell('login-failed', { level: 'warn', message: `${what} has failed: no credentials were retrieved from the login handlers.` });
      throw new LoginError('Ran out of valid credentials: the login handlers gave none, or only what was refused or has expired.');
    }
    tell('login-finished', { level: 'info', message: `${what} has finished.`, source: chosen.credentials.source });
    failure = undefined;
    return chosen.credentials;
  };
  /** What nobody refused goes on being used. */
  const failed = (error: unknown): Credentials => {
    const kept = choose(items ?? []);
    if (kept === undefined) {
      if (!ports.signal.aborted) ports.ended(error);
      throw error;
    }
    const count = (failure?.count ?? 0) + 1;
    if (failure === undefined) observer.failed?.(errorText(error), true);
    failure = { count, untilMs: clock.monotonicMs() + Math.min(FAILURE_PAUSE.firstMs * 2 ** (count - 1), FAILURE_PAUSE.mostMs) };
    return kept.credentials;
  };

  return {
    mostRefusals: MOST_REFUSALS,
    async get() {
      items ??= await Promise.all(given.map((info) => itemOf({ handler: GIVEN, info }, ports.environment)));
      const usable = choose(living());
      if (usable !== undefined) {
        observer.loaded?.(usable.credentials);
        return usable.credentials;
      }
      const kept = choose(items);
      if (kept !== undefined && failure !== undefined && clock.monotonicMs() < failure.untilMs) return kept.credentials;
      running ??= logIn()
        .catch(failed)
        .finally(() => {
          running = undefined;
        });
      return kept === undefined ? running : withPatience(running, kept.credentials, clock);
    },
    reject(seen) {
      const item = items?.find(({ credentials }) => credentials === seen);
      if (item === undefined) return;
      items = items?.filter((other) => other !== item);
      const known = [...(refused.get(item.handler) ?? []), item.key];
      refused.set(item.handler, known.slice(-REFUSED_REMEMBERED));
      const left = living().length;
      const message = `The API server does not accept the credentials from ${seen.source}. ${left > 0 ? 'Others are tried.' : 'There are no others: logging in again.'}`;
      tell('credentials-refused', { level: 'warn', message, source: seen.source, left });
    },
  };
}

const GIVEN = 'the option connections';

async function itemOf({ handler, info }: LoggedIn, environment: AuthEnvironment): Promise<Item> {
  const source = handler === GIVEN ? handler : `the login handler '${handler}'`;
  const credentials = await connectionCredentials(info, { source, environment });
  return { handler, credentials, key: keyOf(credentials), priority: info.priority ?? 0, expiresAt: expirationOf(info, source) };
}
