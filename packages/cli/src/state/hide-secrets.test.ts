import { describe, expect, it } from 'vitest';
import { hideSecrets, hideSecretsOfEssence } from './hide-secrets.js';

const SECRETS = { group: '', plural: 'secrets' };
const THINGS = { group: 'example.com', plural: 'secrets' };

describe('what is shown of the memory of an object', () => {
  it('[S17] has of a Secret the keys alone', () => {
    const essence = { metadata: { labels: { app: 'x' } }, type: 'Opaque', data: { user: 'Y2FuYXJ5' }, stringData: { other: 'canary' } };
    expect(hideSecretsOfEssence(essence, SECRETS)).toEqual({
      metadata: { labels: { app: 'x' } },
      type: 'Opaque',
      data: { user: '[redacted]' },
      stringData: { other: '[redacted]' },
    });
  });

  it('has the data of other kinds, but not what is called like a secret, however deep', () => {
    const essence = {
      data: { a: 'b' },
      spec: { size: 3, auth: [{ apiToken: { value: 'canary', set: true } }], password: 'canary', none: null },
    };
    expect(hideSecretsOfEssence(essence, THINGS)).toEqual({
      data: { a: 'b' },
      spec: { size: 3, auth: [{ apiToken: { value: '[redacted]', set: true } }], password: '[redacted]', none: null },
    });
  });

  it('has texts without what looks like a credential', () => {
    expect(hideSecrets({ message: 'failed: Authorization: Bearer canary-of-header', retries: 2 })).toEqual({
      message: 'failed: Authorization: [redacted] [redacted]',
      retries: 2,
    });
  });

  it('is the same object where a name is one that JavaScript knows', () => {
    const hidden = hideSecrets(JSON.parse('{"__proto__": {"token": "canary"}, "constructor": "x"}') as never);
    expect(JSON.stringify(hidden)).toBe('{"__proto__":{"token":"[redacted]"},"constructor":"x"}');
  });
});
