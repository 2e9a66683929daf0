/**
 * The least of an API server over TLS that clients can be compared on: it answers patches with an object of a kilobyte, at once or after 5 ms, watches with as
 * many events as fast as they are read, and lists with pages of 500. Tells its port and its authority, ends with its parent.
 */
import { createServer } from 'node:https';
import { createIdentity } from './identity.mjs';

/** A ConfigMap of about so many bytes; a quarter of a real object is managedFields. */
function objectOf(index, bytes) {
  const metadata = {
    name: `o-${index}`,
    namespace: 'default',
    uid: `00000000-0000-0000-0000-${String(index).padStart(12, '0')}`,
    resourceVersion: String(1000 + index),
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: { app: 'bench' },
  };
  const data = {};
  for (let field = 0; field < (bytes - 250) / 32; field += 1) data[`field-${field}`] = 'x'.repeat(18);
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
}

const json = { 'content-type': 'application/json' };
const written = JSON.stringify(objectOf(0, 1024));

const served = {
  async patch(response, query) {
    const ms = Number(query.get('delay') ?? 0);
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    response.writeHead(200, { ...json, 'content-length': Buffer.byteLength(written) }).end(written);
  },
  async watch(response, { count, bytes }) {
    response.writeHead(200, json);
    for (let index = 0; index < count; index += 100) {
      let chunk = '';
      for (let one = index; one < index + 100; one += 1) chunk += `${JSON.stringify({ type: 'ADDED', object: objectOf(one, bytes) })}\n`;
      if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve));
    }
    response.end();
  },
  list(response, query, { count, bytes }) {
    const from = Number(query.get('continue') ?? 0);
    const size = Math.min(500, count - from);
    const items = Array.from({ length: size }, (_, index) => objectOf(from + index, bytes));
    const more = from + size < count ? { continue: String(from + size) } : {};
    const text = JSON.stringify({ kind: 'ConfigMapList', apiVersion: 'v1', metadata: { resourceVersion: '1', ...more }, items });
    response.writeHead(200, { ...json, 'content-length': Buffer.byteLength(text) }).end(text);
  },
};

/** What is to be served is in the namespace: `delay-5`, `watch-50000-1024`, `list-20000-4096`. */
async function answer(request, response) {
  const [path, text = ''] = request.url.split('?');
  const query = new URLSearchParams(text);
  const [kind, first = '0', bytes = '0'] = (/namespaces\/([^/]+)/.exec(path)?.[1] ?? '').split('-');
  const shape = { count: Number(first), bytes: Number(bytes) };
  if (request.method === 'PATCH') return served.patch(response, new URLSearchParams({ delay: first }));
  if (query.get('watch') === 'true') return kind === 'watch' ? served.watch(response, shape) : response.writeHead(200, json).flushHeaders();
  return served.list(response, query, kind === 'list' ? shape : { count: 0, bytes: 0 });
}

process.on('disconnect', () => process.exit());
const identity = await createIdentity();
const server = createServer({ ...identity, keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume().once('end', () => void answer(request, response));
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port, ca: identity.cert }));
