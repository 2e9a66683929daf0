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
    'DB_PASSWORD=canary',
    'PGPASSWORD=canary',
    'refresh_token=canary&x=1',
    'access_token: canary',
    '{"accessToken":"canary"}',
    '{"dbPassword":"canary of words"}',
    'aws_secret_access_key=canary',
    'secretAccessKey: canary',
    'MINIO_ACCESS_KEY = canary',
    'tls.privateKey=canary',
    String.raw`{"body":"{\"token\":\"canary of words\"}"}`,
    'Passphrase: canary',
    'eyJhbGciOiJIUzI1NiJ9.canary.canary',
    '-----BEGIN EC PRIVATE KEY-----\ncanary\n-----END EC PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\ncanary, cut off',
  ])('[N4, S17] lose what looks like a credential: %s', (text) => {
    expect(withoutSecrets(`it failed: ${text}`)).toMatch(/^it failed: .*\[redacted\]/s);
    expect(withoutSecrets(`it failed: ${text}`)).not.toContain('canary');
  });

  it.each([
    'the token expired, and the password is required',
    'secretName: db, secretKeyRef.name: db',
    'secrets "db" not found in namespace "default"',
    'tokenExpirationSeconds=3600',
    'cannot read the credentials of the pod',
  ])('keep what is none: %s', (text) => {
    expect(withoutSecrets(text)).toBe(text);
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
      'secret_access',
      'password\\\\',
      'token="',
      String.raw`token\"=\"`,
      '-----BEGIN ',
      '-----BEGIN PRIVATE KEY-----',
      '"',
      ' ',
    ];
    for (const part of parts) expect(withoutSecrets(part.repeat(500_000 / part.length))).not.toBe('');
  });
});
