import { V1ConfigMap, V1ObjectMeta, type V1Deployment } from '@kubernetes/client-node';
import { describe, expectTypeOf, it } from 'vitest';
import type { KubernetesApi } from './api.js';

declare const api: KubernetesApi;
declare const deployment: V1Deployment;

describe('objects that are created or applied', () => {
  it('may be of generated classes, whose fields may all be missing', () => {
    const map = new V1ConfigMap();
    map.metadata = new V1ObjectMeta();
    expectTypeOf(api.create<V1ConfigMap>(map)).toEqualTypeOf<Promise<V1ConfigMap>>();
    expectTypeOf(api.apply<V1Deployment>(deployment)).toEqualTypeOf<Promise<V1Deployment>>();
  });

  it('may be literals, and nothing that is no object of Kubernetes', async () => {
    await api.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'a-' } });
    // @ts-expect-error -- a name is a text
    await api.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 1 } });
    // @ts-expect-error -- nothing of it is a field of an object
    await api.create(new Date());
  });
});
