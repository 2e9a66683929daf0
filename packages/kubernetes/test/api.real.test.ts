import { afterAll, beforeAll, describe, inject, it } from 'vitest';
import type {} from '../../../tools/kube-apiserver/global-setup.js';
import { api } from '../src/index.js';
import { apiCases, makeNamespace } from './support/api-cases.js';
import { handlerOn, type HandlerOnCluster } from './support/handler-on.js';

let handler: HandlerOnCluster;
beforeAll(async () => {
  handler = await handlerOn({ kubeconfig: inject('controlPlane').kubeconfigPath });
});
afterAll(() => handler.close());

describe('api(ctx) on a real kube-apiserver', () => {
  it.each(apiCases)('$name', async ({ run }) => {
    const cluster = api(handler.ctx);
    const namespace = await makeNamespace(cluster);
    await run(handler.ctx, namespace);
    await cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
  });
});
