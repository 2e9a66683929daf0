import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

/** An operator of the built packages; it creates the object when it is told to, and says which facts it heard at the end. */
const OPERATOR = `
import { createRegistry, defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { observability } from '@kopfts/observability';
import { annotations } from '@kopfts/persistence-annotations';
import { startRunner } from '@kopfts/testing';

const kopf = createRegistry();
kopf.on.create('ConfigMap', { id: 'computing' }, async () => {
  await new Promise((resolve) => setTimeout(resolve, 10));
  const end = Date.now() + 5000;
  while (Date.now() < end) Math.sqrt(2);
});
const health = { port: 0, host: '127.0.0.1', blockedAfterMs: 300 };
const plugins = [kubernetes(), annotations(), observability({ health })];
const config = defineConfig({ name: 'busy', handlers: [kopf], namespaces: ['default'], plugins });
const runner = await startRunner({ config, timeout: '60s' });
const told = (name) => runner.facts.filter((fact) => fact.kind === 'plugin' && fact.name === name).map(({ data }) => data);
console.log(told('serving-health')[0].url);
process.stdin.once('data', async () => {
  await runner.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' } });
  await runner.until(() => { if (told('event-loop-blocked').length === 0) throw new Error('not told yet'); });
  console.log(JSON.stringify(told('event-loop-blocked')[0]));
});
process.stdin.once('end', () => runner.stop());
`;

it('[M2] a handler that computes turns liveness red, which names it while it lasts, and is green again after', async () => {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const child = spawn(process.execPath, ['--input-type=module', '-e', OPERATOR], { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  const url = await line();
  const livez = async () => {
    const answer = await fetch(`${url}/livez`);
    return { status: answer.status, text: await answer.text() };
  };
  const until = async (isIt: (answer: Awaited<ReturnType<typeof livez>>) => boolean): Promise<string> => {
    const answer = await livez();
    return isIt(answer) ? answer.text : until(isIt);
  };
  expect(await until(({ status }) => status === 200)).toBe('ok\n');
  child.stdin.write('go\n');
  const red = await until(({ status, text }) => status === 503 && text.includes('handler'));
  expect(red).toMatch(/^\[-\]event-loop failed: blocked for \d+\.\d s, (probably )?by the handler 'computing'\n/);
  expect(await until(({ status }) => status === 200)).toBe('ok\n');
  expect(JSON.parse(await line())).toMatchObject({ level: 'warn', message: expect.stringContaining('was blocked for') });
  const over = once(child, 'exit');
  child.stdin.end();
  expect(await over).toEqual([0, null]);
});
