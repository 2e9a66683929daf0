/** Python's Kopf as a contestant: its CPU time is what the kernel says of its process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { ensureKopf } from '../kopf-python/environment.mjs';
import { fromRoot } from '../workspace.mjs';
import { answerQuestions } from './measured-process.mjs';

/** Of `/proc`: hundredths of a second on every Linux that Node runs on. */
const TICK_US = 10_000;

const [kubeconfig, namespace] = process.argv.slice(2);
const { python } = await ensureKopf({ log: console.error });
const child = spawn(python, [fromRoot('tools/bench/kopf_operator.py'), namespace], {
  env: { ...process.env, KUBECONFIG: kubeconfig },
  stdio: ['ignore', 'ignore', 'ignore'],
});
const ended = once(child, 'exit');
process.once('exit', () => child.kill('SIGKILL'));

answerQuestions({
  ready: () => true, // the first burst, which is not measured, waits for it
  cpu: () => {
    const [, text] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ');
    const [user, system] = text.split(' ').slice(11, 13).map(Number);
    return (user + system) * TICK_US;
  },
  end: async () => {
    child.kill('SIGTERM');
    await ended;
  },
});
