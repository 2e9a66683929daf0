/** The in-memory API server in a process of its own, full of objects that the measured operator has handled before. */
import { readFileSync } from 'node:fs';
import { createApiServer } from '@kopfts/apiserver';
import { parse } from 'yaml';
import { fromRoot } from '../workspace.mjs';
import { answerQuestions } from './measured-process.mjs';
import { annotationsOf, collectionPath, GROUP, KIND, VERSION } from './settings.mjs';

const [namespace, count] = process.argv.slice(2);
/** With its metadata about a kilobyte, as an object of a real cluster. */
const SPEC = { name: 'world', text: 'x'.repeat(300) };

const server = createApiServer({ seed: 1 });
await post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', parse(readFileSync(fromRoot('examples/00-hello/crd.yaml'), 'utf8')));
await post('/api/v1/namespaces', { metadata: { name: namespace } });
const annotations = annotationsOf(namespace, { spec: SPEC });
for (let index = 0; index < Number(count); index += 1) {
  const metadata = { name: `object-${String(index).padStart(6, '0')}`, annotations };
  await post(collectionPath(namespace), { apiVersion: `${GROUP}/${VERSION}`, kind: KIND, metadata, spec: SPEC });
}
const { url } = await server.listen();

answerQuestions({ ready: () => ({ url, kubeconfig: server.kubeconfig(url) }), end: () => server.close() });

async function post(path, body) {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const { status } = await server.handle({ method: 'POST', path, headers, body: JSON.stringify(body) });
  if (status !== 201) throw new Error(`POST ${path}: ${status}`);
}
