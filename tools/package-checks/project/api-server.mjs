/** Serves an in-memory cluster with the objects of cluster.json until it is told to end; its kubeconfig goes to the file given. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createApiServer } from '@kopfts/apiserver';

const server = createApiServer();
const { url } = await server.listen();
for (const { path, object } of JSON.parse(readFileSync(new URL('cluster.json', import.meta.url), 'utf8'))) {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const { status } = await server.handle({ method: 'POST', path, headers, body: JSON.stringify(object) });
  if (status !== 201) throw new Error(`the server answers ${status} to ${path}`);
}
writeFileSync(process.argv[2], JSON.stringify(server.kubeconfig(url)));
process.once('SIGTERM', () => server.close());
console.log('serving');
