/** Processes of users: started with an environment of their own, heard, and never left behind. */
import { spawn } from 'node:child_process';

/** Without what `npm test` tells its own scripts: npm would take this work tree for the user's project. */
export function userEnvironment(extra, env = process.env) {
  const ofScripts = /^(npm_(package_|lifecycle_|command$|execpath$|node_execpath$|config_(local_prefix|global_prefix|prefix)$)|INIT_CWD$)/;
  const kept = Object.entries(env).filter(([name]) => !ofScripts.test(name) && !/^(NODE_OPTIONS|KUBECONFIG|CI|VITEST)/.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1', ...extra };
}

/** How to end what runs now. Groups of their own get no Ctrl-C from a terminal, so who ends us ends them. */
const living = new Set();
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function endAll(signal) {
  for (const kill of living) kill();
  for (const name of endings) process.off(name, endAll);
  process.kill(process.pid, signal);
}

function addLiving(kill) {
  if (living.size === 0) for (const name of endings) process.on(name, endAll);
  living.add(kill);
}

function removeLiving(kill) {
  living.delete(kill);
  if (living.size === 0) for (const name of endings) process.off(name, endAll);
}

/**
 * Starts a command as the first of its own process group. `said` waits for a text on either stream, `ended` for the end, both at most a
 * minute: a machine under load takes a few seconds. `kill` ends the whole group.
 */
export function start(command, args, { cwd, env }) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const kill = () => killGroup(child.pid);
  addLiving(kill);
  let output = '';
  let look = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
      look();
    });
  }
  const closed = new Promise((resolve) => {
    child.once('error', (error) => resolve(`does not start: ${error.message}`));
    child.once('close', (code, signal) => resolve(code ?? signal));
  }).finally(() => removeLiving(kill));
  const said = (text) => {
    const heard = new Promise((resolve) => {
      look = () => output.includes(text) && resolve();
      look();
    });
    const over = closed.then((code) => Promise.reject(new Error(`ended with ${code} before it said '${text}':\n${output}`)));
    return withinAMinute(Promise.race([heard, over]), () => `has not said '${text}':\n${output}`);
  };
  const ended = () => withinAMinute(closed, () => `does not end:\n${output}`);
  return { output: () => output, said, signal: (name) => child.kill(name), ended, kill };
}

function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended: good.
  }
}

async function withinAMinute(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(what())), 60_000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
