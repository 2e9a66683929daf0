import { PermanentError, TemporaryError } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, LHC } from './world.js';

const planted = {
  spec: { password: 'canary-of-spec' },
  metadata: { annotations: { note: 'canary-of-annotation' }, labels: { app: 'canary-of-label' } },
};
const WORDS =
  'GET https://user:canary-of-address@host: Authorization: Bearer canary-of-header, redis://:canary-of-redis@h, token=canary-of-token';

describe('canaries in objects and in errors', () => {
  it('[S17, N4] are in no request, Kubernetes Event, condition, fact of an error or explanation', async () => {
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'later' }, ({ retry }) => {
          if (retry === 0) throw new TemporaryError(WORDS, { delay: 100 });
        });
        kopf.on.create('KopfExample', { id: 'never' }, () => {
          throw new PermanentError(WORDS);
        });
        kopf.on.create('KopfExample', { id: 'odd', backoff: 100 }, ({ retry }) => {
          if (retry === 0) throw Object.assign(new Error(WORDS, { cause: new Error(WORDS) }), { headers: { authorization: 'canary' } });
        });
        kopf.on.create('KopfExample', { id: 'refused' }, ({ patch }) => void (patch.status['size'] = 'canary-of-result'));
      },
      {
        settings: { posting: { loggers: true, level: 'debug' } },
        kind: {
          group: 'kopf.dev',
          kind: 'KopfExample',
          schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
              status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { size: { type: 'integer' } } },
            },
          },
        },
      },
    );
    await world.start();
    await world.create(example('a', planted));
    await world.advance(50);
    const during = await world.get(A);
    // The progress of handlers is written, with what they said.
    expect(JSON.stringify(during)).toContain('[redacted]');
    await world.advance('10m');
    const after = await world.get(A);
    const events = await world.list({ apiVersion: 'v1', kind: 'Event' });
    expect(events.length).toBeGreaterThan(3);
    const foreign = (object: typeof after) => ({ ...object?.metadata.annotations, [LHC]: undefined, note: undefined });
    const told = [foreign(during), foreign(after), during?.['status'], after?.['status'], ...events].map((part) => JSON.stringify(part));
    const failed = world.facts.flatMap((fact) => ('error' in fact ? [fact.error.message] : []));
    expect(failed.length).toBeGreaterThan(2);
    expect([...told, ...failed].filter((text) => text.includes('canary'))).toEqual([]);
    await world.close();
  });
});
