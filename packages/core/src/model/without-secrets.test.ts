import { describe, expect, it } from 'vitest';
import { withoutSecrets } from './without-secrets.js';

describe('texts of errors', () => {
  it.each([
    'Authorization: Bearer canary-of-token',
    'basic canary-of-basic',
    'redis://user:canary@host:6379/0',
    'rediss://:canary@host/1',
    'token=canary&x=1',
    '{"password": "can\u2028ary", "x": 1} canary'.replace(' canary', ''),
    "client_secret: 'canary'",
    'eyJhbGciOiJIUzI1NiJ9.canary.canary',
    '-----BEGIN EC PRIVATE KEY-----\ncanary\n-----END EC PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\ncanary, cut off',
  ])('[N4, S17] lose what looks like a credential: %s', (text) => {
    expect(withoutSecrets(`it failed: ${text}`)).toMatch(/^it failed: .*\[redacted\]/s);
    expect(withoutSecrets(`it failed: ${text}`)).not.toContain('canary');
  });

  it('[N2, SEC7] of half a million characters are read in a time that grows with their length', () => {
    const parts = [
      'bearer ',
      'eyJ',
      'eyJa.',
      '://',
      '://a:',
      'token',
      'token=',
      'token ',
      '-----BEGIN ',
      '-----BEGIN PRIVATE KEY-----',
      '"',
      ' ',
    ];
    for (const part of parts) expect(withoutSecrets(part.repeat(500_000 / part.length))).not.toBe('');
  });
});
