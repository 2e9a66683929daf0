import { Buffer } from 'node:buffer';
import { createApiServer } from '@kopfts/apiserver';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startControlPlane } from '../../../tools/kube-apiserver/control-plane.mjs';
import type { ControlPlane } from '../../../tools/kube-apiserver/control-plane.mjs';
import type { Wire } from './conformance/run-case.js';
import { inProcess, overHttp } from './conformance/targets.js';

const COLLECTION = '/api/v1/namespaces/default/configmaps';
const SELECTED = 'labelSelector=paged%3Dyes&limit=2';

interface Page {
  readonly status: number;
  readonly names: readonly string[];
  readonly hasMore: boolean;
  readonly remaining: unknown;
  readonly refusal: unknown;
}

/** Pages before and after history is forgotten, and after a write in between. */
async function pages(wire: Wire, forget: () => Promise<void>): Promise<readonly Page[]> {
  let token = '';
  const list = async (): Promise<Page> => {
    const { status, body } = await ask(
      wire,
      'GET',
      `${COLLECTION}?${SELECTED}${token === '' ? '' : `&continue=${encodeURIComponent(token)}`}`,
    );
    const metadata = body['metadata'] as { continue?: string; remainingItemCount?: number };
    token = metadata.continue ?? '';
    const items = (body['items'] ?? []) as { metadata: { name: string } }[];
    const { reason, message, code, details } = body;
    const refusal = status === 200 ? undefined : { reason, message, code, details };
    return {
      status,
      names: items.map((item) => item.metadata.name),
      hasMore: token !== '',
      remaining: metadata.remainingItemCount,
      refusal,
    };
  };
  for (const name of ['a', 'b', 'c', 'd', 'e']) await create(wire, name);
  const first = await list();
  const kept = token;
  await create(wire, 'f');
  await forget();
  const expired = await list();
  const rest = [await list(), await list()];
  token = kept;
  const again = await list();
  return [first, expired, ...rest, again];
}

const create = (wire: Wire, name: string) => ask(wire, 'POST', COLLECTION, { metadata: { name, labels: { paged: 'yes' } } });

async function ask(wire: Wire, method: string, path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const headers = { 'content-type': 'application/json' };
  const answer = await wire({ method, path, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const parts: Uint8Array[] = [];
  for await (const part of answer.chunks) parts.push(part);
  return { status: answer.status, body: JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, unknown> };
}

describe('a page token that is older than history', () => {
  const { assetsDir } = inject('controlPlane');
  const memory = createApiServer({ seed: 1 });
  let controlPlane: ControlPlane | undefined;
  beforeAll(async () => {
    controlPlane = await startControlPlane({ assetsDir, controllerManager: false });
  });
  afterAll(async () => {
    await memory.close();
    await controlPlane?.stop();
  });

  it('gets 410 with a token for the inconsistent rest, as from a real kube-apiserver', async () => {
    if (controlPlane === undefined) throw new Error('the control plane is not there');
    const { url, token, ca, compact, restart } = controlPlane;
    const real = overHttp(url, { authorization: `Bearer ${token}`, ca: Buffer.from(ca) });
    const ours = await pages(inProcess(memory), async () => memory.compact());
    const theirs = await pages(real, async () => {
      // While it runs, the server answers from what it remembers itself.
      await compact();
      await restart();
    });
    expect(ours).toEqual(theirs);
    expect(theirs.map(({ status, names }) => [status, names.join('')])).toEqual([
      [200, 'ab'],
      [410, ''],
      [200, 'cd'],
      [200, 'ef'],
      [410, ''],
    ]);
  });
});
