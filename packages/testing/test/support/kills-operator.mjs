// One life of the operator that is killed. It loads what it needs and waits for a line that says who it is; everything it does it writes
// down at once, in a file of its own. It ends by a signal, or with whoever started it.
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRegistry, defineConfig, startOperator, systemClock } from '@kopfts/core';
import { createCredentialSource, createHttpsTransport, kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createInvocationNotes, createNoteWriter, createNotingTransport, createWriteContext, observeHandlers } from '@kopfts/testing';
import { declareWorkload, NAME, NAMESPACES } from './kills-workload.mjs';

const WORKERS = 10;
/** The end of a handler, and the answer to a write. */
const DEED = /"kind":"handler-end"|"kind":"return".*"object":\{/;

const input = createInterface({ input: process.stdin });
input.once('line', (line) => run(JSON.parse(line)).catch(fail));
input.once('close', () => process.exit());

async function run({ instance, notesPath, workMs, server }) {
  const notes = createNoteWriter(announcing(notesPath), () => performance.timeOrigin + performance.now());
  const context = createWriteContext();
  const transport = createNotingTransport(createTransport(instance, server), { instance, notes, contextUid: context.current });
  const kopf = createRegistry();
  declareWorkload(kopf, (signal) => sleep(workMs, undefined, { signal }));
  const plugins = [context.observe(kubernetes({ transport })), annotations()];
  const handlers = [observeHandlers(kopf, createInvocationNotes(notes, instance))];
  const operator = await startOperator(
    defineConfig({ name: NAME, handlers, namespaces: NAMESPACES, plugins, settings: { queueing: { workerLimit: WORKERS } } }),
  );
  process.once('SIGTERM', () => operator.stop().then(() => process.exit(), fail));
  await operator.ready;
}

function fail(error) {
  process.stderr.write(`${error?.stack ?? error}\n`);
  process.exit(1);
}

/** That it does anything, and everything that it has done to an object, is told to whoever is going to kill it. */
function announcing(path) {
  let active = false;
  return (text) => {
    appendFileSync(path, text);
    if (!active) process.stdout.write('active\n');
    active = true;
    if (DEED.test(text)) process.stdout.write('deed\n');
  };
}

function createTransport(userAgent, { url, token, ca }) {
  const load = async () => ({ server: new URL(url), headers: { authorization: `Bearer ${token}` }, tls: { ca }, source: 'the test' });
  return createHttpsTransport({ credentials: createCredentialSource(load, systemClock), clock: systemClock, userAgent });
}
