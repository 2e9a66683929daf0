import { errorText, type Clock, type ConnectionInfo, type LoggedIn, type LoginHandlers, type Random } from '@kopfts/core';
import { LoginError } from '../errors.js';
import { connectionCredentials, expirationOf } from './connection.js';
import type { TellFact } from './credential-facts.js';
import { FAILURE_PAUSE, withPatience, type CredentialObserver, type CredentialSource } from './credential-source.js';
import { createCredentialVault, type CredentialVault, type VaultItem } from './credential-vault.js';
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

/** One request is sent with so many credentials at most: a handler that makes up tokens must not send it for ever. */
const MOST_REFUSALS = 10;

/**
 * Credentials by login handlers: those with the highest priority, until the server refuses them or they expire; then the next ones; when none are left, the
 * handlers are asked again, once for all requests that wait (spec AU-10..AU-14).
 *
 * *Guarantees*: what expired but was not refused stays in use while a login fails or hangs. *Caveats*: streams that are open when their credentials
 * are refused go on until they end, minutes later.
 */
export function createLoginSource(given: readonly ConnectionInfo[], ports: LoginPorts): CredentialSource {
  const { clock, tell, observer } = ports;
  const vault = createCredentialVault(ports);
  const logIn = createLogin(vault, ports);
  let opening: Promise<void> | undefined;
  let running: Promise<Credentials> | undefined;
  let failure: { readonly count: number; readonly untilMs: number } | undefined;

  const renew = async (): Promise<Credentials> => {
    try {
      const credentials = await logIn();
      failure = undefined;
      return credentials;
    } catch (error) {
      // What nobody refused goes on being used.
      const kept = vault.any();
      if (kept === undefined) {
        if (!ports.signal.aborted) ports.ended(error);
        throw error;
      }
      const count = (failure?.count ?? 0) + 1;
      if (failure === undefined) observer.failed?.(errorText(error), true);
      failure = { count, untilMs: clock.monotonicMs() + Math.min(FAILURE_PAUSE.firstMs * 2 ** (count - 1), FAILURE_PAUSE.mostMs) };
      return kept.credentials;
    } finally {
      running = undefined;
    }
  };

  return {
    mostRefusals: MOST_REFUSALS,
    async get() {
      opening ??= openWith(given, vault, ports.environment);
      await opening;
      const usable = vault.living();
      if (usable !== undefined) {
        observer.loaded?.(usable.credentials);
        return usable.credentials;
      }
      const kept = vault.any();
      if (kept !== undefined && failure !== undefined && clock.monotonicMs() < failure.untilMs) return kept.credentials;
      running ??= renew();
      return kept === undefined ? running : withPatience(running, kept.credentials, clock);
    },
    reject(seen) {
      const left = vault.refuse(seen);
      if (left === undefined) return;
      const next = left > 0 ? 'Others are tried.' : 'There are no others: logging in again.';
      const message = `The API server does not accept the credentials from ${seen.source}. ${next}`;
      tell('credentials-refused', { level: 'warn', message, source: seen.source, left });
    },
  };
}

/** Asks the handlers, and says so. Throws `KOPF_LOGIN_FAILED` if nothing is there to use afterwards. */
function createLogin(vault: CredentialVault, { login, signal, environment, tell }: LoginPorts): () => Promise<Credentials> {
  let logins = 0;
  return async () => {
    const what = logins === 0 ? 'Initial authentication' : 'Re-authentication';
    logins += 1;
    tell('login-started', { level: 'info', message: `${what} has been initiated.` });
    const results = (await login?.run(signal)) ?? [];
    vault.add(await Promise.all(results.map((result) => itemOf(result, environment))));
    const chosen = vault.living();
    if (chosen === undefined) {
      tell('login-failed', { level: 'warn', message: `${what} has failed: no credentials were retrieved from the login handlers.` });
      throw new LoginError('Ran out of valid credentials: the login handlers gave none, or only what was refused or has expired.');
    }
    tell('login-finished', { level: 'info', message: `${what} has finished.`, source: chosen.credentials.source });
    return chosen.credentials;
  };
}

async function openWith(given: readonly ConnectionInfo[], vault: CredentialVault, environment: AuthEnvironment): Promise<void> {
  vault.add(await Promise.all(given.map((info) => itemOf({ handler: GIVEN, info }, environment))));
}

const GIVEN = 'the option connections';

async function itemOf({ handler, info }: LoggedIn, environment: AuthEnvironment): Promise<VaultItem> {
  const source = handler === GIVEN ? handler : `the login handler '${handler}'`;
  const credentials = await connectionCredentials(info, { source, environment });
  return { handler, credentials, key: keyOf(credentials), priority: info.priority ?? 0, expiresAt: expirationOf(info, source) };
}
