import type { Clock, Json } from '@kopfts/core';
import type { CredentialObserver } from './credential-source.js';

/** How often it is said again that nobody checks whom we talk to. */
const REMIND_MS = 3_600_000;

/** Says something to observers; `level` and `message` make it a line of the log. */
export type TellFact = (name: string, data: Readonly<Record<string, Json>>) => void;

/**
 * What observers should know of credentials: that a refresh fails and that it works again, and, at the start and once an hour, that the
 * certificate of the server is not verified. An operator asks for credentials with each request, so no timer is needed.
 */
export function createCredentialFacts(tell: TellFact, clock: Clock): CredentialObserver {
  let remindedMs: number | undefined;
  let isFailing = false;
  return {
    loaded({ server, source, tls }) {
      if (isFailing) tell('credentials-restored', { level: 'info', message: `Credentials from ${source} can be read again.`, source });
      isFailing = false;
      if (tls.rejectUnauthorized !== false || server.protocol === 'http:') {
        remindedMs = undefined;
        return;
      }
      const now = clock.monotonicMs();
      if (remindedMs !== undefined && now - remindedMs < REMIND_MS) return;
      remindedMs = now;
      const message = `The certificate of ${server.origin} is not verified (insecure-skip-tls-verify): whoever is in between can read and change everything.`;
      tell('tls-verification-off', { level: 'warn', message, server: server.origin, source });
    },
    failed(why, inUse) {
      isFailing = true;
      const meanwhile = inUse ? 'The last ones are used meanwhile.' : 'Nothing can be requested until they can be had.';
      tell('credentials-failed', { level: 'warn', message: `${why.replace(/\.?$/, '.')} ${meanwhile}`, inUse });
    },
  };
}
