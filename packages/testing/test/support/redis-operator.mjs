// One life of an operator that keeps its memory in Redis. It loads what it needs and waits for a line that says who it is; what its handlers
// do it writes down at once, before anything comes of it. It ends by a signal, or with whoever started it.
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRegistry, defineConfig, startOperator, systemClock, TemporaryError } from '@kopfts/core';
import { createCredentialSource, createHttpsTransport, kubernetes } from '@kopfts/kubernetes';
import { redis } from '@kopfts/persistence-redis';
import { NAME, NAMESPACES, PLURAL, RETRY_DELAY_MS } from './kills-workload.mjs';

const input = createInterface({ input: process.stdin });
input.once('line', (line) => run(JSON.parse(line)).catch(fail));
input.once('close', () => process.exit());

async function run({ instance, notesPath, workMs, server, store }) {
  const note = (entry) => {
    appendFileSync(notesPath, `${JSON.stringify({ atMs: performance.timeOrigin + performance.now(), entry: { instance, ...entry } })}\n`);
    process.stdout.write(entry.kind === 'end' ? 'deed\n' : 'active\n');
  };
  const kopf = createRegistry();
  const noted = (handler, work) => async (ctx) => {
    const of = { handler, uid: ctx.uid, attempt: ctx.retry, value: ctx.spec.value, old: ctx.old?.spec?.value };
    note({ kind: 'start', ...of });
    try {
      await sleep(workMs, undefined, { signal: ctx.signal });
      const result = work(ctx);
      note({ kind: 'end', ...of, ok: true });
      return result;
    } catch (error) {
      if (!ctx.signal.aborted) note({ kind: 'end', ...of, ok: false });
      throw error;
    }
  };
  const copy = ({ spec, patch }) => void (patch.status.value = spec.value);
  const late = (ctx) => {
    if (ctx.retry === 0) throw new TemporaryError('not at once', { delay: RETRY_DELAY_MS / 1000 });
    copy(ctx);
  };
  kopf.on.create(
    PLURAL,
    { id: 'name_it' },
    noted('name_it', ({ name }) => ({ name })),
  );
  kopf.on.create(PLURAL, { id: 'copy_late' }, noted('copy_late', late));
  kopf.on.update(PLURAL, { id: 'copy_again' }, noted('copy_again', copy));
  kopf.on.delete(
    PLURAL,
    { id: 'let_go' },
    noted('let_go', () => undefined),
  );
  const plugins = [kubernetes({ transport: createTransport(instance, server) }), redis(store)];
  const facts = {
    accept(fact) {
      if (fact.kind === 'object-waiting' && fact.why === 'store') note({ kind: 'waits', uid: fact.object.uid, code: fact.error?.code });
      if (fact.kind === 'diff-base-adopted') note({ kind: 'adopted', uid: fact.object.uid });
      if (fact.kind === 'plugin') note({ kind: 'told', name: fact.name, code: fact.data.code });
    },
  };
  const settings = { queueing: { workerLimit: 10 } };
  const config = defineConfig({ name: NAME, handlers: [kopf], namespaces: NAMESPACES, plugins, settings });
  const operator = await startOperator(config, { factSinks: [facts] });
  process.once('SIGTERM', () => operator.stop().then(() => process.exit(), fail));
  await operator.ready;
  process.stdout.write('active\n');
}

function fail(error) {
  process.stderr.write(`${error?.stack ?? error}\n`);
  process.exit(1);
}

function createTransport(userAgent, { url, token, ca }) {
  const load = async () => ({ server: new URL(url), headers: { authorization: `Bearer ${token}` }, tls: { ca }, source: 'the test' });
  return createHttpsTransport({ credentials: createCredentialSource(load, systemClock), clock: systemClock, userAgent });
}
