// The thread that answers for health: it goes on when the event loop of the operator is blocked, notices that, and asks the debugger of the process who does it.
// Plain JavaScript, since every supported Node runs it as it is, from the sources and from the package.
import { writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { Session } from 'node:inspector';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';

const BEAT = 0;
const LAST_BEGUN = 1;
/** How long the debugger may take to stop what runs: it looks at all sources first. Code that is not JavaScript does not stop. */
const PATIENCE_MS = 10_000;

const { shared, host, port, blockedAfterMs, endBlockedAfterMs, watchdog } = workerData;
const memory = new Int32Array(shared);
const handlers = new Map();
let checks = { readyz: [], startupz: [] };
let beat = Atomics.load(memory, BEAT);
let beatAtMs = performance.now();
/** Set while the event loop is blocked for longer than it may. */
let blocked;

parentPort.on('message', (message) => {
  if (message.kind === 'handler') handlers.set(message.index, message.id);
  if (message.kind === 'checks') checks = message.checks;
  // Whoever runs just now is likely the one that runs most of the time.
  if (message.kind === 'lagging' && blocked === undefined) findCulprit((found) => parentPort.postMessage({ ...message, ...found }));
});

const server = createServer(answer);
server.on('error', (error) => parentPort.postMessage({ kind: 'failed', message: error.message }));
server.listen({ host, port }, () => parentPort.postMessage({ kind: 'listening', port: server.address().port }));
setInterval(look, Math.max(10, Math.min(250, blockedAfterMs / 5)));

function silenceMs() {
  const now = Atomics.load(memory, BEAT);
  if (now !== beat) {
    beat = now;
    beatAtMs = performance.now();
  }
  return performance.now() - beatAtMs;
}

function look() {
  const silentMs = silenceMs();
  if (silentMs < blockedAfterMs) {
    if (blocked !== undefined) parentPort.postMessage({ kind: 'unblocked', ...blocked, blockedMs: performance.now() - blocked.sinceMs });
    blocked = undefined;
    return;
  }
  if (blocked !== undefined) {
    if (silentMs >= endBlockedAfterMs) endProcess();
    return;
  }
  const begun = Atomics.load(memory, LAST_BEGUN);
  const suspected = { sinceMs: beatAtMs, handler: handlers.get(begun), certain: false, stack: [] };
  blocked = suspected;
  findCulprit((found) => {
    // What ended meanwhile is told as what it was taken for.
    if (found !== undefined && blocked === suspected)
      blocked = { ...suspected, handler: found.handler ?? suspected.handler, certain: found.handler !== undefined, stack: found.stack };
  });
}

/** Nothing of the main thread can run, so nothing can end in order; what it would have logged is said here. */
function endProcess() {
  const lines = [`The process is ended: its event loop is ${eventLoop().why}.`, ...blocked.stack.map((line) => `    at ${line}`)];
  try {
    writeSync(2, `${lines.join('\n')}\n`);
  } catch {
    // Nobody reads it.
  }
  process.kill(process.pid, 'SIGKILL');
}

/** Stops the main thread for a moment and asks in whose asynchronous context it is; told nothing where it does not stop. */
function findCulprit(tell) {
  const session = new Session();
  const sources = new Map();
  let over = false;
  const end = (found) => {
    if (over) return;
    over = true;
    clearTimeout(patience);
    session.post('Debugger.resume', () => undefined);
    session.post('Debugger.disable', () => undefined);
    session.disconnect();
    tell(found);
  };
  const patience = setTimeout(() => end(undefined), PATIENCE_MS);
  try {
    session.connectToMainThread();
    session.on('Debugger.scriptParsed', ({ params }) => sources.set(params.scriptId, params.url));
    session.on('Debugger.paused', ({ params }) => {
      const stack = params.callFrames
        .slice(0, 10)
        .map(
          ({ functionName, location }) =>
            `${functionName || '(anonymous)'} ${sources.get(location.scriptId) ?? ''}:${location.lineNumber + 1}`,
        );
      const expression = `globalThis[Symbol.for('@kopfts/observability watchdogs')]?.get(${watchdog})?.()`;
      const { callFrameId } = params.callFrames[0];
      session.post('Debugger.evaluateOnCallFrame', { callFrameId, expression, returnByValue: true, silent: true }, (error, answer) => {
        const value = error ? undefined : answer.result.value;
        end({ handler: typeof value === 'string' ? value : undefined, stack });
      });
    });
    session.post('Debugger.enable', () => session.post('Debugger.pause', () => undefined));
  } catch {
    end(undefined);
  }
}

function answer(request, response) {
  const [path, query = ''] = (request.url ?? '').split('?');
  const name = path.slice(1);
  if (!['livez', 'readyz', 'startupz'].includes(name)) return send(response, { status: 404, text: 'not found\n' });
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(response, { status: 405, text: 'method not allowed\n', headers: { allow: 'GET, HEAD' } });
  const all = [eventLoop(), ...(name === 'livez' ? [] : checks[name])];
  const isOk = all.every(({ ok }) => ok);
  if (isOk && !/(^|&)verbose(=|&|$)/.test(query)) return send(response, { status: 200, text: 'ok\n' });
  const lines = all.map((check) => (check.ok ? `[+]${check.name} ok\n` : `[-]${check.name} failed: ${check.why}\n`));
  return send(response, { status: isOk ? 200 : 503, text: `${lines.join('')}${name} check ${isOk ? 'passed' : 'failed'}\n` });
}

function eventLoop() {
  const silentMs = silenceMs();
  if (silentMs < blockedAfterMs) return { name: 'event-loop', ok: true };
  const handler = blocked?.handler;
  const whom = handler === undefined ? '' : `, ${blocked.certain ? '' : 'probably '}by the handler '${handler}'`;
  return { name: 'event-loop', ok: false, why: `blocked for ${(silentMs / 1000).toFixed(1)} s${whom}` };
}

function send(response, { status, text, headers = {} }) {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', connection: 'close', ...headers })
    .end(text);
}
