/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- the classes of client-node are given as plain objects, as all its users do */
import { apply, createRegistry } from '@kopfts/core';
import type { V1ConfigMap } from '@kubernetes/client-node';

const kopf = createRegistry();
export default kopf;

/** Secrets by their names, for handlers that read them. */
const secrets = kopf.index('secrets', { id: 'secrets_by_name' }, ({ namespace, name, body }) => ({
  [`${namespace ?? ''}/${name}`]: Object.keys((body['data'] as Readonly<Record<string, string>> | undefined) ?? {}),
}));

/** Each object has a config map with its field, and the keys of the secret that it names: whoever changes or deletes anything, it is put right again. */
kopf.on.reconcile(
  'KopfExample',
  {
    id: 'reconcile_fn',
    owns: ['configmaps'],
    dependsOn: [{ index: secrets, keys: ({ namespace, spec }) => [`${namespace ?? ''}/${String(spec.secret)}`] }],
  },
  async (ctx) => {
    const { namespace, spec, patch } = ctx;
    const [keys = []] = ctx.index(secrets).get(`${namespace ?? ''}/${String(spec.secret)}`);
    const settings: V1ConfigMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { generateName: `${ctx.name}-settings-` },
      data: { field: String(spec.field), keys: keys.join(' ') },
    };
    const { name } = await apply(ctx, settings);
    patch.status.settings = name;
  },
);
