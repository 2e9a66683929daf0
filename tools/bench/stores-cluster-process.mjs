/** The in-memory API server in a process of its own, with objects in a namespace for each operator, and the third party that changes them. */
import { readFileSync } from 'node:fs';
import { createApiServer } from '@kopfts/apiserver';
import { parse } from 'yaml';
import { fromRoot } from '../workspace.mjs';
import { answerQuestions } from './measured-process.mjs';
import { collectionPath, objectAt } from './settings.mjs';

const [count, ...namespaces] = process.argv.slice(2);
const objects = Number(count);
const open = new Map();

const server = createApiServer({ audit: countResult });
await send(
  'POST',
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  parse(readFileSync(fromRoot('examples/00-hello/crd.yaml'), 'utf8')),
);
for (const name of namespaces) {
  await send('POST', '/api/v1/namespaces', { metadata: { name } });
  for (let index = 0; index < objects; index += 1) await send('POST', collectionPath(name), objectAt(index));
}
const { url } = await server.listen();

answerQuestions({ ready: () => ({ kubeconfig: server.kubeconfig(url) }), change, end: () => server.close() });

/** Changes all objects at once; resolves when the result of each is there. */
async function change({ namespace, name }) {
  const done = new Promise((resolve) => open.set(namespace, { left: objects, resolve }));
  for (let index = 0; index < objects; index += 1)
    await send('PATCH', `${collectionPath(namespace)}/${objectAt(index).metadata.name}`, { spec: { name } });
  await done;
  open.delete(namespace);
}

function countResult({ method, namespace, code, subresource }) {
  const burst = open.get(namespace);
  if (burst === undefined || method !== 'PATCH' || subresource !== 'status') return;
  if (code !== 200) throw new Error(`a result was refused: ${code}`);
  burst.left -= 1;
  if (burst.left === 0) burst.resolve();
}

async function send(method, path, body) {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const { status } = await server.handle({
    method,
    path,
    headers: { accept: 'application/json', 'content-type': type },
    body: JSON.stringify(body),
  });
  if (status >= 300) throw new Error(`${method} ${path}: ${status}`);
}
