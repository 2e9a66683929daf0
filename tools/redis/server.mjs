/** A redis-server process for a test: on a free port of the loopback, ending with its parent, able to die and to come back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const STARTED_WITHIN_MS = 120_000;
const ATTEMPTS = 3;

/** A port that nobody has now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Starts one. `lines`: of its configuration. With `appendonly` what it has answered survives its death. `sentinel`: as a Sentinel.
 * Resolves when it answers.
 */
export async function startRedis(program, options = {}) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn(program, options);
    } catch (error) {
      // Between our asking for a port and its listening on it somebody else may take it, or the one of its cluster bus.
      if (options.port !== undefined || attempt === ATTEMPTS || !/already in use/i.test(String(error.message))) throw error;
    }
  }
}

async function startOn(program, { port, lines = [], appendonly = true, sentinel = false }) {
  const folder = mkdtempSync(join(tmpdir(), 'kopfts-redis-'));
  const used = port ?? (await freePort());
  const data = sentinel ? [] : ['save ""', `appendonly ${appendonly ? 'yes' : 'no'}`, 'appendfsync always'];
  const file = join(folder, 'redis.conf');
  writeFileSync(file, [`port ${used}`, 'bind 127.0.0.1', `dir ${folder}`, 'daemonize no', ...data, ...lines].join('\n'));
  let child;
  const start = async () => {
    child = spawn(program, [file, ...(sentinel ? ['--sentinel'] : [])], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const hear = (text) => (output = (output + text).slice(-4000));
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    const endMs = performance.now() + STARTED_WITHIN_MS;
    while (!(await answers(used))) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}:\n${output}`);
      if (performance.now() > endMs) throw new Error(`redis-server did not start:\n${output}`);
      await sleep(10);
    }
  };
  const end = async (signal) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  await start();
  return {
    port: used,
    url: `redis://127.0.0.1:${used}`,
    start,
    kill: () => end('SIGKILL'),
    /** Half-open: it is there and says nothing. */
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    async close() {
      child.kill('SIGCONT');
      await end('SIGKILL');
      process.removeListener('exit', killed);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether somebody answers to PING there, be it with an error. */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const done = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('data', (text) => done(!String(text).startsWith('-LOADING')));
    socket.once('error', () => done(false));
    socket.setTimeout(1000, () => done(false));
  });
}
