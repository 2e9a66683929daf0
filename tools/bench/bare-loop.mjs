/**
 * What the operator is measured against: the least that Node needs for the same requests. One watch, split at line feeds and
 * parsed; per new object a JSON patch of its status and, where annotations are the memory, a merge patch of those, over as many
 * keep-alive connections as the operator opens, with TLS where the server has it. It knows no queue, no retry, no restart: a loop that nobody should run.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import { answerQuestions, cpuMicroseconds } from './measured-process.mjs';
import { annotationsOf, collectionPath, statusOf, WRITE_SOCKETS } from './settings.mjs';

const [access, namespace] = process.argv.slice(2);
const { url, token, ca } = JSON.parse(access);
const { hostname: host, port, protocol } = new URL(url);
const { Agent, request } = protocol === 'https:' ? https : http;
const accept = { accept: 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
const agent = new Agent({ keepAlive: true, maxSockets: WRITE_SOCKETS, scheduling: 'lifo', ca });

function handle({ metadata: { name, uid }, spec }) {
  const path = `${collectionPath(namespace)}/${name}`;
  const status = [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/status', value: null },
    { op: 'add', path: '/status', value: statusOf(namespace, { spec }) },
  ];
  patch(`${path}/status`, { type: 'application/json-patch+json', body: status }, () => {
    const annotations = annotationsOf(namespace, { spec });
    if (annotations === undefined) return;
    patch(path, { type: 'application/merge-patch+json', body: { metadata: { annotations, uid } } }, () => undefined);
  });
}

function patch(path, { type, body }, done) {
  const text = JSON.stringify(body);
  const headers = { ...accept, 'content-type': type, 'content-length': Buffer.byteLength(text) };
  const options = { agent, host, port, method: 'PATCH', path: `${path}?fieldManager=${namespace}`, headers };
  request(options, (response) => {
    if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode}`);
    response.resume();
    response.once('end', done);
  }).end(text);
}

let version;
function take(line) {
  const { type, object } = JSON.parse(line);
  version = object.metadata.resourceVersion;
  if (type === 'ADDED') handle(object);
}

let watching;
let connection;
const watched = new Promise((resolve) => (watching = resolve));

/** A server ends the watches that do not keep up: it is asked again from there. */
function watch() {
  const since = version === undefined ? '' : `&resourceVersion=${version}`;
  const path = `${collectionPath(namespace)}?watch=true&allowWatchBookmarks=true&timeoutSeconds=3600${since}`;
  connection = request({ host, port, ca, headers: accept, path }, (response) => {
    if (response.statusCode !== 200) throw new Error(`the watch: ${response.statusCode}`);
    watching();
    let rest = '';
    response.setEncoding('utf8');
    response.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines) take(line);
    });
    response.on('end', watch);
    response.on('error', () => undefined); // the end of this process is the end of the watch
  });
  connection.on('error', () => undefined);
  connection.end();
}
watch();

answerQuestions({
  ready: () => watched,
  cpu: cpuMicroseconds,
  end: () => {
    connection.destroy();
    agent.destroy();
  },
});
