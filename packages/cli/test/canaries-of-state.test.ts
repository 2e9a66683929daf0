// What must be nowhere, although it is kept on the object: canaries in what was handled last, as `kopf state show` tells it.
import { createApiServer } from '@kopfts/apiserver';
import { createRegistry, defineConfig, startOperator, TemporaryError } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith } from './fake-io.js';

const SECRET = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's', annotations: { 'example.com/api-token': 'canary-of-annotation' } },
  stringData: { user: 'canary-of-data' },
};

describe('kopf state show', () => {
  it.each(['text', 'json'])('[S17, N4] of a Secret shows its keys and none of its values, in %s', async (output) => {
    const server = createApiServer();
    const { url } = await server.listen();
    const kopf = createRegistry();
    kopf.on.create('Secret', { id: 'made' }, () => {
      throw new TemporaryError('refused: password=canary-of-error', { delay: 600 });
    });
    kopf.on.update('Secret', { id: 'changed' }, () => undefined);
    const config = defineConfig({
      name: 'guard',
      handlers: [kopf],
      namespaces: ['default'],
      plugins: [kubernetes({ connections: [{ server: url }] }), annotations()],
    });
    const operator = await startOperator(config);
    onTestFinished(async () => {
      await operator.stop();
      await server.close();
    });
    await operator.ready;
    await fetch(`${url}/api/v1/namespaces/default/secrets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(SECRET),
    });
    const show = async (): Promise<string> => {
      const io = createFakeIo(projectWith({ 'kopf.config.js': '' }), () => Promise.resolve({ default: config }));
      const code = await runCli(['state', 'show', 'Secret/default/s', '--output', output], io);
      return `${String(code)} ${[...io.out, ...io.err].join('')}`;
    };
    // Its handler waits for its next attempt: what is stored is what was seen, and what it said.
    await expect.poll(show, { timeout: 15_000 }).toMatch(/^0 [^]*password=\[redacted\]/);
    // What was handled last is there as well, as an operator that has handled it leaves it.
    const key = 'guard.kopf.zalando.org/last-handled-configuration';
    const essence = { metadata: { annotations: SECRET.metadata.annotations }, type: 'Opaque', data: { user: btoa('canary-of-data') } };
    await fetch(`${url}/api/v1/namespaces/default/secrets/s`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ metadata: { annotations: { [key]: JSON.stringify(essence) } } }),
    });
    const shown = await show();
    expect(shown).toMatch(/"user": ?"\[redacted\]"/);
    expect(shown).toMatch(/"example\.com\/api-token": ?"\[redacted\]"/);
    expect(shown).not.toMatch(/canary|Y2FuYXJ5/);
  });
});
