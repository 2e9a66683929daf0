import { createRegistry, resource, TemporaryError } from '@kopfts/core';

interface Spec {
  readonly name?: string | undefined;
  readonly replicas?: number | undefined;
}
interface Status {
  readonly name?: string | undefined;
  readonly ready?: boolean | undefined;
}

const Example = resource<Spec, Status>({ group: 'kopf.dev', version: 'v1', plural: 'kopfexamples', kind: 'KopfExample' });

/** Handlers of a kind whose types are known, with a typed memo. */
export const typed = createRegistry<{ seen: number }>({ memo: () => ({ seen: 0 }) });

typed.on.event(Example, { id: 'typed', field: 'status.name' }, ({ spec, status, memo }) => {
  const replicas: number = spec.replicas ?? 1;
  const name: string | undefined = status.name;
  memo.seen += replicas;
  if (name === undefined && replicas > 100) throw new TemporaryError('not yet', { delay: '5s' });
});

typed.on.update(Example, { field: 'spec.replicas', retries: 3, timeout: '1m' }, ({ spec, patch, diff }) => {
  patch.status.ready = (spec.replicas ?? 1) > 0 && diff.length > 0;
  patch.fns.push((body) => {
    body.spec.replicas = Math.max(1, body.spec.replicas ?? 1);
  });
});
