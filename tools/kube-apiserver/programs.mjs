/** Child programs with their output in files, which never outlive the process that started them. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const guardPath = fileURLToPath(new URL('./guard.mjs', import.meta.url));

/** Opens a group of programs; `removeFolder` is deleted if this process dies without calling `close`. */
export async function openPrograms(logDir, removeFolder) {
  await mkdir(logDir, { recursive: true });
  const guard = spawn(process.execPath, [guardPath, removeFolder ?? ''], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.stdin.on('error', () => {}); // a guard that somebody ended costs the protection, not the run
  guard.stdin.unref?.();
  guard.unref();
  const running = new Map();
  const logFile = (name) => join(logDir, `${name}.log`);

  /** Starts a program in a process group of its own, so that Ctrl-C in a terminal leaves the order of ending to us. */
  function start(name, command, args) {
    const output = openSync(logFile(name), 'a');
    const child = spawn(command, args, { stdio: ['ignore', output, output], detached: true });
    closeSync(output);
    const program = { name, child, ended: once(child, 'exit').catch(() => {}), paused: false };
    running.set(name, program);
    if (child.pid !== undefined) guard.stdin.write(`+${child.pid}\n`);
    child.on('error', () => running.delete(name));
    child.on('exit', () => {
      if (running.get(name) === program) running.delete(name);
      guard.stdin.write(`-${child.pid}\n`);
    });
    child.unref();
    return program;
  }

  async function end(name, signal = 'SIGKILL') {
    const program = running.get(name);
    if (program === undefined) return;
    program.child.ref(); // the caller waits for it, so it keeps the process alive until then
    program.child.kill(signal);
    await program.ended;
  }

  return {
    start,
    end,
    isRunning: (name) => running.has(name),
    signal: (name, signal) => running.get(name)?.child.kill(signal) ?? false,
    /** The last lines a program wrote, for the message of a failure. */
    tail(name, lines = 15) {
      try {
        return readFileSync(logFile(name), 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
      } catch {
        return '(no output)';
      }
    },
    /** Last started, first ended. */
    async close() {
      for (const name of [...running.keys()].reverse()) await end(name);
      const gone = guard.exitCode === null ? once(guard, 'exit') : undefined;
      guard.ref();
      guard.stdin.end();
      await gone;
    },
  };
}
