import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiServer } from '@kopfts/apiserver';
import { parse } from 'yaml';
import { greet } from './greet.js';

/** The operator and its API server in one process. */
export async function main(say: (line: string) => void): Promise<void> {
  const server = createApiServer();
  const folder = await mkdtemp(join(tmpdir(), 'embedded-'));
  const listening = await server.listen({ tls: true }); // client-node speaks to nothing else
  try {
    const definition = parse(await readFile(new URL('../00-hello/crd.yaml', import.meta.url), 'utf8')) as unknown;
    await server.handle({
      method: 'POST',
      path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      headers: { 'content-type': 'application/json' },
      body: new TextEncoder().encode(JSON.stringify(definition)),
    });
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, JSON.stringify(server.kubeconfig(listening.url)));
    await greet(kubeconfig, say);
  } finally {
    await listening.close();
    await rm(folder, { recursive: true });
  }
}

if (process.argv[1] === import.meta.filename) await main(console.log);
