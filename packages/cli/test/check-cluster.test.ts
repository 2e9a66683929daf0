import { describe, expect, it, onTestFinished } from 'vitest';
import { createApiServer } from '@kopfts/apiserver';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith } from './fake-io.js';
import { definitionOfThings } from './things.js';

const CONFIG = `import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createRegistry } from '@kopfts/core';
const kopf = createRegistry();
kopf.on.field('things', { field: 'spec.nmae', id: 'typo' }, () => undefined);
kopf.on.field('things', { field: 'spec.name', id: 'right' }, () => undefined);
kopf.on.field('things', { field: 'spec.open.whatever', id: 'open' }, () => undefined);
kopf.on.event('nothings', { id: 'unserved' }, () => undefined);
export default { name: 'x', handlers: [kopf], plugins: [kubernetes(), annotations()] };
`;
const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: { name: { type: 'string' }, open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    },
    status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
};
const definition = definitionOfThings({ schema, hasStatus: true });

async function project() {
  const server = createApiServer();
  const { url, ...listening } = await server.listen();
  onTestFinished(async () => {
    await listening.close();
    await server.close();
  });
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(definition) });
  expect(answer.status).toBe(201);
  return { cwd: projectWith({ 'kopf.config.ts': CONFIG, kubeconfig: JSON.stringify(server.kubeconfig(url)) }) };
}

describe('kopf check, of a cluster', () => {
  it('finds fields that a kind does not have, and kinds that are not there', async () => {
    const { cwd } = await project();
    const io = createFakeIo(cwd);
    const code = await runCli(['check', '--kubeconfig', 'kubeconfig'], io);
    expect(io.err.join('')).toBe('');
    expect(code).toBe(0);
    expect(
      io.out
        .join('')
        .split('\n')
        .filter((line) => line.startsWith('warning')),
    ).toEqual([
      "warning       'unserved' (kopf.config.ts:8): the cluster does not serve 'nothings': it waits until it does.",
      "warning       'typo/spec.nmae' (kopf.config.ts:5): things.v1.example.com has no field spec.nmae; did you mean spec.name?",
    ]);
  });

  it('asks none without being told to', async () => {
    const { cwd } = await project();
    const io = createFakeIo(cwd);
    expect(await runCli(['check'], io)).toBe(0);
    expect(io.out.join('')).not.toContain('warning');
  });
});
