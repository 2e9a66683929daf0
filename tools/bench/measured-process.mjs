/**
 * Processes that are asked questions. A measured process does nothing for the measurement but answer `cpu`: when its work is
 * done, the server knows.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts a script of this folder; the promise resolves when it said that it is ready. */
export async function startProcess(script, args = [], execArgv = []) {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), args, { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = new Map();
  let last = 0;
  const failed = new Promise((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`${script} ended with ${code ?? signal}`)));
  });
  failed.catch(() => undefined); // whoever asks hears of it
  child.on('message', ({ id, answer }) => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  const ask = (question, details = {}) => {
    const id = (last += 1);
    const answered = new Promise((resolve) => waiting.set(id, resolve));
    child.send({ id, question, ...details });
    return Promise.race([answered, failed]);
  };
  const close = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.send({ id: (last += 1), question: 'end' });
    await exited;
  };
  return { ready: await ask('ready'), ask, close };
}

/** The other side: answers by name, each may be async. `end` must leave nothing behind. */
export function answerQuestions(answers) {
  process.on('message', ({ id, question, ...details }) => {
    Promise.resolve()
      .then(() => answers[question](details))
      .then((answer) => process.send?.({ id, answer }))
      .then(() => question === 'end' && process.disconnect())
      .catch((error) => {
        console.error(error);
        process.exit(1);
      });
  });
  // The bench was killed: nobody is left to end us.
  process.on('disconnect', () => process.exit());
}

/** User and system time of this process with all its threads, in microseconds. */
export function cpuMicroseconds() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
