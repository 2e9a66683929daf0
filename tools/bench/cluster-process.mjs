/**
 * The in-memory API server in a process of its own, and the third party that creates objects. Its audit says when a burst
 * was handled, so that the measured processes need not watch themselves.
 */
import { readFileSync } from 'node:fs';
import { createApiServer } from '@kopfts/apiserver';
import { parse } from 'yaml';
import { fromRoot } from '../workspace.mjs';
import { answerQuestions } from './measured-process.mjs';
import { collectionPath, CONTESTANTS, FACTS, isHandled, KIND, objectAt, storeOf } from './settings.mjs';

/** The writes of a creation: one to `/status`, and one to the object where annotations are its memory. */
const WRITES = { annotations: ['status', undefined], status: ['status'] };
const bursts = new Map();

const server = createApiServer({ audit: countWrite });
await post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', parse(readFileSync(fromRoot('examples/00-hello/crd.yaml'), 'utf8')));
for (const name of [...CONTESTANTS, ...Object.values(FACTS)]) await post('/api/v1/namespaces', { metadata: { name } });
const { url } = await server.listen();

answerQuestions({
  ready: () => ({ access: { url }, kubeconfig: server.kubeconfig(url) }),
  burst,
  end: () => server.close(),
});

/** Creates objects at once and resolves when the last write that a creation needs was answered. */
async function burst({ namespace, objects, from }) {
  const writes = WRITES[storeOf(namespace)];
  const done = new Promise((resolve) => {
    bursts.set(namespace, { writes, open: objects * writes.length, odd: [], resolve });
  });
  const started = performance.now();
  for (let index = from; index < from + objects; index += 1) {
    await post(collectionPath(namespace), objectAt(index));
  }
  await done;
  const { odd } = bursts.get(namespace);
  bursts.delete(namespace);
  return { tookMs: performance.now() - started, odd: [...odd, ...unlike(namespace)] };
}

function countWrite({ method, path, namespace, code, subresource, commits }) {
  const burst = method === 'PATCH' ? bursts.get(namespace) : undefined;
  if (burst === undefined) return;
  if (code !== 200 || commits.length !== 1 || !burst.writes.includes(subresource))
    burst.odd.push(`${method} ${path}: ${code}, ${commits.length} commits`);
  burst.open -= 1;
  if (burst.open === 0) burst.resolve();
}

/** Whatever was handled must look the same, whoever did it. */
function unlike(namespace) {
  return server
    .dump()
    .filter(({ kind, metadata }) => kind === KIND && metadata.namespace === namespace)
    .filter((object) => !isHandled(namespace, object))
    .map(({ metadata }) => `${namespace}/${metadata.name} was not handled as it should be`);
}

async function post(path, body) {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const { status } = await server.handle({ method: 'POST', path, headers, body: JSON.stringify(body) });
  if (status !== 201) throw new Error(`POST ${path}: ${status}`);
}
