import { getEventListeners } from 'node:events';
import { createApiServer } from '@kopfts/apiserver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api, kubernetes, type AuthEnvironment } from '../src/index.js';
import { apiCases, makeNamespace } from './support/api-cases.js';
import { handlerOn, type HandlerOnCluster } from './support/handler-on.js';

const server = createApiServer({ seed: 1, tokens: { root: { name: 'root', groups: ['system:masters'] } } });
let handler: HandlerOnCluster;

beforeAll(async () => {
  const { url } = await server.listen({ tls: true });
  const config = server.kubeconfig(url, 'root');
  handler = await handlerOn({ kubeconfig: '/k', environment: machineWith(JSON.stringify(config)) });
});
afterAll(async () => {
  await handler.close();
  await server.close();
});

function machineWith(kubeconfig: string): AuthEnvironment {
  return {
    env: {},
    readFile: async () => kubeconfig,
    modifiedMs: async () => 1,
    exists: async () => true,
    run: () => Promise.reject(new Error('no programs here')),
  };
}

describe('api(ctx) on the in-memory server, over TLS', () => {
  it.each(apiCases)('$name', async ({ run }) => {
    await run(handler.ctx, await makeNamespace(api(handler.ctx)));
  });

  it('is refused what is no argument of a handler', () => {
    expect(() => api({ ...kubernetes() })).toThrow(expect.objectContaining({ code: 'KOPF_NO_HANDLER_SCOPE' }));
    expect(() => api({ ...handler.ctx })).not.toThrow();
  });

  it('takes the default namespace for what names none', async () => {
    const made = await api(handler.ctx).apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'placed' } });
    expect(made.metadata.namespace).toBe('default');
  });

  it('does not send an object that does not say of which kind it is', async () => {
    const { create, apply } = api(handler.ctx);
    for (const object of [{}, { kind: 'ConfigMap', metadata: { name: 'a' } }, { apiVersion: 'v1', metadata: { name: 'a' } }])
      for (const send of [create, apply]) await expect(send(object)).rejects.toMatchObject({ code: 'KOPF_REQUEST_INVALID' });
  });

  it('leaves nothing of a call at the signal of its handler, which may be that of a daemon, nor at one that the call was given', async () => {
    const [own, given] = [new AbortController(), new AbortController()];
    const calls = api({ ...handler.ctx, signal: own.signal });
    const place = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'signals' } };
    await calls.apply(place, { signal: given.signal });
    await calls.get(place, { signal: given.signal });
    expect(await calls.until(place, (object) => object !== undefined, { signal: given.signal, timeout: 60 })).toMatchObject(place);
    expect(await calls.until(place, (object) => object !== undefined)).toMatchObject(place);
    const waiting = calls.until(place, (object) => object === undefined, { signal: given.signal });
    const refused = expect(waiting).rejects.toThrow('enough');
    given.abort(new Error('enough'));
    await refused;
    for (const { signal } of [own, given]) {
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      expect(rememberedAt(signal)).toBe(0);
    }
  });
});

/** How many signals Node keeps as made of this one, as `AbortSignal.any` makes them. */
function rememberedAt(signal: AbortSignal): number {
  const key = Object.getOwnPropertySymbols(signal).find(({ description }) => description === 'kDependantSignals');
  const kept = key && (signal as unknown as Record<symbol, ReadonlySet<unknown> | undefined>)[key];
  return kept?.size ?? 0;
}
