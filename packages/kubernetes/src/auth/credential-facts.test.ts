import { createManualClock } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { createCredentialFacts } from './credential-facts.js';
import type { Credentials } from './credentials.js';

const credentials = (server: string, tls: Credentials['tls']): Credentials => ({ server: new URL(server), headers: {}, tls, source: '/k' });
const insecure = credentials('https://h', { rejectUnauthorized: false });

function observed() {
  const clock = createManualClock();
  const told: unknown[] = [];
  const facts = createCredentialFacts((name, { level, message }) => void told.push([name, level, message]), clock);
  return { clock, told, facts };
}

describe('what is told of credentials', () => {
  it('[SEC13] warns that the server is not verified, at the start and once an hour', () => {
    const { clock, told, facts } = observed();
    for (const minutes of [0, 30, 29, 1, 59]) {
      clock.advanceBy(minutes * 60_000);
      facts.loaded?.(insecure);
    }
    const warning = [
      'tls-verification-off',
      'warn',
      'The certificate of https://h is not verified (insecure-skip-tls-verify): whoever is in between can read and change everything.',
    ];
    expect(told).toEqual([warning, warning]);
  });

  it('[SEC13] warns at once when a changed kubeconfig switches verification off', () => {
    const { told, facts } = observed();
    for (const one of [credentials('https://h', {}), insecure, credentials('https://h', {}), insecure]) facts.loaded?.(one);
    expect(told).toHaveLength(2);
  });

  it('says nothing of a server without TLS, which has nothing to verify', () => {
    const { told, facts } = observed();
    facts.loaded?.(credentials('http://h', { rejectUnauthorized: false }));
    expect(told).toEqual([]);
  });

  it('says that credentials fail, and that they can be had again', () => {
    const { told, facts } = observed();
    facts.failed?.('No credentials from /k: gone', true);
    facts.loaded?.(credentials('https://h', {}));
    facts.loaded?.(credentials('https://h', {}));
    expect(told).toEqual([
      ['credentials-failed', 'warn', 'No credentials from /k: gone. The last ones are used meanwhile.'],
      ['credentials-restored', 'info', 'Credentials from /k can be read again.'],
    ]);
  });
});
