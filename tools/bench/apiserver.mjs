/** What the in-memory API server carries. A shared machine steals time: every rate is also told per second of CPU. */
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { median } from './figures.mjs';

const CONNECTIONS = 16;
const REQUESTS = 3_000;
const PATH = '/api/v1/namespaces/default/configmaps';

const here = (script) => fileURLToPath(new URL(script, import.meta.url));

/** One load of `apiserver-load.mjs`, in a fresh process. */
export function measureLoad(name) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', here('./apiserver-load.mjs'), name], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the load '${name}' ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Creations over HTTP, in pairs with as many requests to a bare server of Node; medians. */
export async function measureHttp(pairs) {
  const contestants = await Promise.all(['api', 'bare'].map(start));
  const rates = { api: [], bare: [], ratio: [] };
  try {
    for (let pair = -1; pair < pairs; pair += 1) {
      const [api, bare] = [await burst(contestants[0], pair), await burst(contestants[1], pair)];
      if (pair < 0) continue; // to warm up
      rates.api.push(api);
      rates.bare.push(bare);
      rates.ratio.push(api.cpu / bare.cpu);
    }
  } finally {
    for (const { child } of contestants) child.disconnect();
  }
  const of = (runs) => ({ wall: median(runs.map(({ wall }) => wall)), cpu: median(runs.map(({ cpu }) => cpu)) });
  return { api: of(rates.api), bare: of(rates.bare), ratio: median(rates.ratio) };
}

async function start(kind) {
  const child = fork(here('./apiserver-http.mjs'), [kind], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [port] = await once(child, 'message');
  return { child, port, kind };
}

/** Requests per second of the wall, and of the CPU of the server. */
async function burst({ child, port, kind }, round) {
  const before = await cpuOf(child);
  const started = performance.now();
  let next = 0;
  const body = () => bodyOf(`${kind}-${round + 1}-${(next += 1)}`);
  await Promise.all(Array.from({ length: CONNECTIONS }, () => client(port, REQUESTS / CONNECTIONS, body)));
  const tookMs = performance.now() - started;
  return { wall: (REQUESTS * 1000) / tookMs, cpu: (REQUESTS * 1_000_000) / ((await cpuOf(child)) - before) };
}

async function cpuOf(child) {
  child.send('cpu');
  const [{ user, system }] = await once(child, 'message');
  return user + system;
}

function bodyOf(name) {
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text: 'x'.repeat(900) } });
}

/** One connection, one request after the other, without the cost of an HTTP client. */
function client(port, requests, body) {
  return new Promise((resolve, reject) => {
    let left = Math.ceil(requests);
    let heard = '';
    const socket = connect(port, '127.0.0.1');
    const send = () => {
      const text = body();
      socket.write(`POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    };
    socket.setEncoding('latin1').setNoDelay(true);
    socket.once('connect', send).on('error', reject);
    socket.on('data', (chunk) => {
      heard += chunk;
      const end = heard.indexOf('\r\n\r\n');
      if (end < 0 || heard.length < end + 4 + Number(/content-length: (\d+)/i.exec(heard)?.[1])) return;
      if (!heard.startsWith('HTTP/1.1 201')) reject(new Error(`an answer was ${heard}`));
      heard = '';
      left -= 1;
      if (left > 0) send();
      else socket.end(() => resolve());
    });
  });
}
