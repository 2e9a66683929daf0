/**
 * The real control plane, and the third party that creates objects there and watches them, so that the measured processes need
 * not watch themselves: an object is handled when its status and its memory are there.
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { startControlPlane } from '../kube-apiserver/control-plane.mjs';
import { fromRoot } from '../workspace.mjs';
import { parse } from 'yaml';
import { answerQuestions } from './measured-process.mjs';
import { collectionPath, CONTESTANTS, GROUP, isHandled, KOPF, objectAt, PLURAL, VERSION } from './settings.mjs';

const PARALLEL = 16;
/** A contestant that stands still is an error, not a bench without end. */
const PATIENCE_MS = 180_000;
const START_MS = 30_000;
const AGAIN_MS = 100;

const plane = await startControlPlane({ log: console.error });
const { hostname: host, port } = new URL(plane.url);
const { ca, token } = plane;
const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL, ca });
await post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', parse(readFileSync(fromRoot('examples/00-hello/crd.yaml'), 'utf8')));
await plane.kubectl(['wait', '--for=condition=Established', 'crd/kopfexamples.kopf.dev', '--timeout=60s']);
// An established kind is not served yet: for a moment every request is one too many (429), watches, too.
await patiently(() => ask('GET', `/apis/${GROUP}/${VERSION}/${PLURAL}?limit=1`));
for (const name of [...CONTESTANTS, KOPF]) await post('/api/v1/namespaces', { metadata: { name } });

answerQuestions({
  ready: () => ({ access: { url: plane.url, token, ca }, kubeconfigPath: plane.kubeconfigPath }),
  burst,
  end: async () => {
    agent.destroy();
    await plane.stop();
  },
});

async function patiently(attempt) {
  const end = performance.now() + START_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(AGAIN_MS);
    }
  }
}

/** Creates objects as fast as the server takes them, and resolves when the last one is handled. */
async function burst({ namespace, objects, from }) {
  const handled = new Set();
  let watching;
  let impatience;
  const done = new Promise((resolve, reject) => {
    const lost = () => new Error(`${namespace}: ${handled.size} of ${objects} objects handled after ${PATIENCE_MS / 1000} s`);
    impatience = setTimeout(() => reject(lost()), PATIENCE_MS);
    watching = watch(
      namespace,
      (object) => {
        if (isHandled(namespace, object)) handled.add(object.metadata.name);
        if (handled.size === objects) resolve();
      },
      reject,
    );
  });
  const started = performance.now();
  let next = from;
  const create = async () => {
    while (next < from + objects) {
      next += 1;
      await post(collectionPath(namespace), objectAt(next - 1));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, create));
  await done;
  clearTimeout(impatience);
  const tookMs = performance.now() - started;
  watching.stop();
  const odd = await leftOver(namespace);
  return { tookMs, odd };
}

/** What a burst leaves is taken away before the next one, or the lists grow: finalizers there are none. */
async function leftOver(namespace) {
  const { items } = await ask('GET', collectionPath(namespace));
  const odd = items.filter((item) => !isHandled(namespace, item)).map(({ metadata }) => `${namespace}/${metadata.name} was not handled`);
  await ask('DELETE', collectionPath(namespace));
  return odd;
}

function post(path, body) {
  return ask('POST', path, body);
}

function ask(method, path, body) {
  const headers = { accept: 'application/json', authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host, port, ca, method, path, headers }, async (response) => {
      const text = (await response.setEncoding('utf8').toArray()).join('');
      if (response.statusCode >= 300) reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
      else resolve(JSON.parse(text));
    });
    sent.on('error', reject);
    sent.end(body && JSON.stringify(body));
  });
}

/** Follows a namespace until it is told to stop; what the server ends, since it was too slow, goes on from there. */
function watch(namespace, take, failed) {
  const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
  let connection;
  let version;
  const open = () => {
    const since = version === undefined ? '' : `&resourceVersion=${version}`;
    const path = `${collectionPath(namespace)}?watch=true&timeoutSeconds=3600${since}`;
    connection = request({ host, port, ca, headers, path }, (response) => {
      if (response.statusCode !== 200) failed(new Error(`the watch of ${namespace}: ${response.statusCode}`));
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop();
        for (const { type, object } of lines.map((line) => JSON.parse(line))) {
          version = object.metadata.resourceVersion;
          if (type !== 'DELETED') take(object);
        }
      });
      response.on('end', open);
      response.on('error', () => undefined); // it is destroyed when the burst is over
    });
    connection.on('error', failed);
    connection.end();
  };
  open();
  return { stop: () => connection.destroy() };
}
