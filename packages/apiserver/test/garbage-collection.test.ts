import { afterEach, describe, expect, it } from 'vitest';
import type { ApiServer, AuditEntry } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { CONFIG_MAPS, call } from './client.js';
import type { Json } from './conformance/case.js';

const opened: ApiServer[] = [];
function open(options: Parameters<typeof createApiServer>[0] = {}): ApiServer {
  const server = createApiServer({ seed: 1, ...options });
  opened.push(server);
  return server;
}
afterEach(() => Promise.all(opened.splice(0).map((server) => server.close())));

interface Owner {
  readonly name: string;
  readonly uid: string;
  readonly isBlocking?: boolean;
}

/** Creates a config map and tells its uid. */
async function make(
  server: ApiServer,
  name: string,
  owners: readonly Owner[] = [],
  metadata: { readonly [key: string]: Json } = {},
): Promise<Owner> {
  const ownerReferences = owners.map(({ name: owner, uid, isBlocking }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: owner,
    uid,
    ...(isBlocking === true ? { blockOwnerDeletion: true } : {}),
  }));
  const { body } = await call(server, 'POST', CONFIG_MAPS, { body: { metadata: { name, ownerReferences, ...metadata } } });
  return { name, uid: (body['metadata'] as { uid: string }).uid };
}

async function there(server: ApiServer): Promise<readonly string[]> {
  const items = (await call(server, 'GET', CONFIG_MAPS)).body['items'] as { metadata: { name: string } }[];
  return items.map(({ metadata }) => metadata.name);
}
const remove = (server: ApiServer, name: string, policy?: string): Promise<unknown> =>
  call(server, 'DELETE', `${CONFIG_MAPS}/${name}${policy === undefined ? '' : `?propagationPolicy=${policy}`}`);
const withoutFinalizers = (server: ApiServer, name: string): Promise<unknown> =>
  call(server, 'PATCH', `${CONFIG_MAPS}/${name}`, {
    body: { metadata: { finalizers: null } },
    headers: { 'content-type': 'application/merge-patch+json' },
  });

describe('garbage collection', () => {
  it('deletes dependents and theirs after their owner, in the background', async () => {
    const entries: AuditEntry[] = [];
    const server = open({ audit: (entry) => entries.push(entry) });
    const owner = await make(server, 'owner');
    const child = await make(server, 'child', [owner]);
    await make(server, 'grandchild', [child]);
    await make(server, 'other');
    await remove(server, 'owner');
    expect(await there(server)).toEqual(['other']);
    const deletion = entries.find(({ verb }) => verb === 'delete');
    expect(deletion?.commits.map(({ type, name }) => `${type} ${name}`)).toEqual(['DELETED owner', 'DELETED child', 'DELETED grandchild']);
  });

  it('keeps what has another owner, without the reference to the one that is gone', async () => {
    const server = open();
    const [first, second] = [await make(server, 'first'), await make(server, 'second')];
    await make(server, 'child', [first, second]);
    await remove(server, 'first');
    expect((await call(server, 'GET', `${CONFIG_MAPS}/child`)).body).toMatchObject({
      metadata: { ownerReferences: [{ uid: second.uid }] },
    });
    await remove(server, 'second');
    expect(await there(server)).toEqual([]);
  });

  it('lets an owner wait in the foreground for the dependents that block it', async () => {
    const server = open();
    const owner = await make(server, 'owner');
    await make(server, 'blocking', [{ ...owner, isBlocking: true }], { finalizers: ['x.y/z'] });
    await make(server, 'free', [owner], { finalizers: ['x.y/z'] });
    await remove(server, 'owner', 'Foreground');
    expect(await there(server)).toEqual(['blocking', 'free', 'owner']);
    await withoutFinalizers(server, 'blocking');
    expect(await there(server)).toEqual(['free']);
    await withoutFinalizers(server, 'free');
    expect(await there(server)).toEqual([]);
  });

  it('deletes a whole tree in the foreground, leaves first', async () => {
    const entries: AuditEntry[] = [];
    const server = open({ audit: (entry) => entries.push(entry) });
    const owner = await make(server, 'owner');
    const child = await make(server, 'child', [{ ...owner, isBlocking: true }]);
    await make(server, 'leaf', [{ ...child, isBlocking: true }]);
    await remove(server, 'owner', 'Foreground');
    const deleted = entries.flatMap(({ commits }) => commits).filter(({ type }) => type === 'DELETED');
    expect(deleted.map(({ name }) => name)).toEqual(['leaf', 'child', 'owner']);
  });

  it('lets dependents go when their owner leaves orphans', async () => {
    const server = open();
    const owner = await make(server, 'owner');
    await make(server, 'child', [owner]);
    await remove(server, 'owner', 'Orphan');
    expect(await there(server)).toEqual(['child']);
    expect((await call(server, 'GET', `${CONFIG_MAPS}/child`)).body['metadata']).not.toHaveProperty('ownerReferences');
  });

  it('needs no deep stack for a long chain of owners', async () => {
    const server = open({ managedFields: false });
    let owner = await make(server, 'c0');
    for (let index = 1; index <= 2000; index += 1) owner = await make(server, `c${index}`, [owner]);
    await remove(server, 'c0');
    expect(await there(server)).toEqual([]);
  });

  it('knows the owners of a restored snapshot', async () => {
    const first = open();
    const owner = await make(first, 'owner');
    await make(first, 'child', [owner]);
    const second = open();
    await remove(second, 'none');
    second.restore(first.snapshot());
    await remove(second, 'owner');
    expect(await there(second)).toEqual([]);
  });

  it('is somebody else when it is switched off', async () => {
    const server = open({ garbageCollection: false });
    const owner = await make(server, 'owner');
    await make(server, 'child', [owner]);
    await remove(server, 'owner', 'Foreground');
    expect(await there(server)).toEqual(['child', 'owner']);
  });
});
