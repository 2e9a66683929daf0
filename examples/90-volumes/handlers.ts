/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- the classes of client-node are given as plain objects, as all its users do */
import { adopt, createRegistry, PermanentError, resource, type DiffItem } from '@kopfts/core';
import { api } from '@kopfts/kubernetes';
import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';

interface Spec {
  readonly size?: string;
}
interface Status {
  readonly create_fn?: { readonly 'pvc-name'?: string };
}
const Claim = resource<Spec, Status>({ group: 'kopf.dev', version: 'v1', plural: 'ephemeralvolumeclaims' });

/** `volume`: the kind of the children; another one stands in for it where there are no volumes. */
export function createHandlers(volume = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }) {
  const kopf = createRegistry();

  /** The claim that belongs to the handled object, or nothing as long as there is none. */
  function childOf({ namespace, status }: { readonly namespace: string | undefined; readonly status: Status }) {
    const name = status.create_fn?.['pvc-name'];
    return name === undefined ? undefined : { ...volume, name, namespace };
  }

  /** Makes a claim of the size that was asked for. Its name is remembered in the status, below the id of this handler. */
  kopf.on.create(Claim, { id: 'create_fn' }, async (ctx) => {
    const { size } = ctx.spec;
    if (!size) throw new PermanentError(`Size must be set. Got ${JSON.stringify(size)}.`);
    const claim = {
      ...volume,
      metadata: {},
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } },
    } satisfies V1PersistentVolumeClaim;
    adopt(ctx, claim); // deleted with its owner, by the garbage collector of the cluster
    const created = await api(ctx).create(claim);
    ctx.logger.info(`The claim ${created.metadata.name} is made.`);
    return { 'pvc-name': created.metadata.name };
  });

  /** The size follows. */
  kopf.on.update(Claim, { id: 'update_fn', field: 'spec.size' }, async (ctx) => {
    const { size } = ctx.spec;
    const child = childOf(ctx);
    if (!size) throw new PermanentError(`Size must be set. Got ${JSON.stringify(size)}.`);
    if (child !== undefined) await api(ctx).patch(child, { spec: { resources: { requests: { storage: size } } } });
  });

  /** Labels follow, one by one: what was taken away from the object is taken away from its claim, and labels of others stay. */
  kopf.on.field(Claim, { id: 'relabel', field: 'metadata.labels' }, async (ctx) => {
    const child = childOf(ctx);
    if (child !== undefined) await api(ctx).patch(child, { metadata: { labels: labelsOf(ctx.diff) } });
  });

  return kopf;
}

export default createHandlers();

/** The difference as a merge patch: null removes. */
function labelsOf(diff: readonly DiffItem[]): Readonly<Record<string, unknown>> {
  const [whole] = diff;
  if (whole?.field.length === 0) return { ...nulled(whole.old), ...(whole.new as object | undefined) };
  return Object.fromEntries(diff.map(({ op, field: [name = ''], new: value }) => [name, op === 'remove' ? null : value]));
}

function nulled(labels: unknown): Readonly<Record<string, null>> {
  return Object.fromEntries(Object.keys((labels as object | undefined) ?? {}).map((name) => [name, null]));
}
