/** How long things take to begin, beside what Node itself takes to begin on this machine at this time. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { fromRoot, npmCommand } from '../workspace.mjs';
import { median } from './figures.mjs';

/** Longer than any start on any machine; then something is broken. */
const PATIENCE_MS = 60_000;

/** Whole processes, each time with a bare Node process beside it. */
export function measureVersion(times) {
  const pairs = repeat(times, () => ({
    node: runToEnd(['-e', '0']).tookMs,
    tookMs: runToEnd([fromRoot('packages/cli/dist/main.js'), '--version']).tookMs,
  }));
  return mediansOf(pairs);
}

/** A bare Node process. */
export function measureNode(times) {
  return mediansOf(repeat(times, () => runToEnd(['-e', '0']))).tookMs;
}

/** `tookMs` and `cpuMs` inside of the process, `processMs` from outside. */
export function measureServerUp(times, ...args) {
  const script = fileURLToPath(new URL('./server-up-process.mjs', import.meta.url));
  const runs = repeat(times, () => {
    const node = runToEnd(['-e', '0']).tookMs;
    const { tookMs: processMs, printed } = runToEnd([script, ...args]);
    const [tookMs, cpuMs] = printed.split(' ').map(Number);
    return { node, processMs, tookMs, cpuMs };
  });
  return mediansOf(runs);
}

/** From the start of npm to the first greeting; then it is ended as by Ctrl-C. */
export async function measureFirstHandler(times) {
  const runs = [];
  for (let run = 0; run < times; run += 1) runs.push({ node: runToEnd(['-e', '0']).tookMs, tookMs: await firstGreeting() });
  return mediansOf(runs);
}

async function firstGreeting() {
  const { command, args, shell = false } = npmCommand(['start', '--silent']);
  const started = performance.now();
  // A group of its own, so that the signal reaches what npm started, as a terminal would send it.
  const child = spawn(command, args, { cwd: fromRoot(), shell, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const greeted = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`npm start did not greet:\n${output}`)), PATIENCE_MS);
    const listen = (chunk) => {
      output += chunk;
      if (/^Hello, /m.test(output)) resolve(performance.now() - started);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      reject(new Error(`npm start ended with ${code}:\n${output}`));
    });
  });
  const closed = once(child, 'close');
  try {
    return await greeted;
  } finally {
    interrupt(child);
    await closed;
  }
}

function interrupt(child) {
  try {
    if (process.platform === 'win32') child.kill('SIGINT');
    else process.kill(-child.pid, 'SIGINT');
  } catch {
    // It ended by itself.
  }
}

function runToEnd(args) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const tookMs = performance.now() - started;
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return { tookMs, printed: stdout };
}

function repeat(times, measure) {
  return Array.from({ length: times }, measure);
}

function mediansOf(runs) {
  return Object.fromEntries(Object.keys(runs[0]).map((figure) => [figure, median(runs.map((run) => run[figure]))]));
}
