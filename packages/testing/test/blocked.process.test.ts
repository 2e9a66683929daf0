import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

/** The long form: so many seconds, with the threshold that operators have without asking (`npm run long -- blocked`). */
const LONG_S = process.env['KOPFTS_COUNT'] === undefined ? undefined : Number(process.env['KOPFTS_COUNT']);
/** Otherwise the handler computes until the test has seen what it wants, however long that takes. */
const [SECONDS, BLOCKED_AFTER_MS] = LONG_S === undefined ? [0, 300] : [LONG_S, undefined];

/**
 * An operator of the built packages, which is told a folder; it creates the object when it is told to, and says which facts it heard at the end.
 * In a busy loop nothing is heard, but files are seen: `begun` says when it began, `seen` that it may end.
 */
const OPERATOR = `
import { existsSync, writeFileSync } from 'node:fs';
import { createRegistry, defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { observability } from '@kopfts/observability';
import { annotations } from '@kopfts/persistence-annotations';
import { startRunner } from '@kopfts/testing';

const folder = process.argv[1];
const kopf = createRegistry();
kopf.on.create('ConfigMap', { id: 'computing' }, async () => {
  await new Promise((resolve) => setTimeout(resolve, 10));
  writeFileSync(folder + '/begun', String(Date.now()));
  const end = Date.now() + ${String(SECONDS)} * 1000;
  while (Date.now() < end || !existsSync(folder + '/seen')) Math.sqrt(2);
});
const health = { port: 0, host: '127.0.0.1', blockedAfterMs: ${String(BLOCKED_AFTER_MS)} };
const plugins = [kubernetes(), annotations(), observability({ health })];
const config = defineConfig({ name: 'busy', handlers: [kopf], namespaces: ['default'], plugins });
const runner = await startRunner({ config, timeout: '60s' });
const told = (name) => runner.facts.filter((fact) => fact.kind === 'plugin' && fact.name === name).map(({ data }) => data);
console.log(told('serving-health')[0].url);
process.stdin.once('data', async () => {
  await runner.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' } });
  await runner.until(() => { if (!told('event-loop-blocked').some(({ handler }) => handler === 'computing')) throw new Error('not told yet'); });
  console.log(JSON.stringify(told('event-loop-blocked').find(({ handler }) => handler === 'computing')));
});
process.stdin.once('end', () => runner.stop());
`;

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly at: number;
}

it('[M2] a handler that computes turns liveness red, which names it while it lasts, and is green again after', async () => {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'kopf-blocked-'));
  const child = spawn(process.execPath, ['--input-type=module', '-e', OPERATOR, folder], { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  const url = await line();
  const livez = async (): Promise<Answer> => {
    const answer = await fetch(`${url}/livez`);
    return { status: answer.status, text: await answer.text(), at: Date.now() };
  };
  const until = async (isIt: (answer: Answer) => boolean): Promise<Answer> => {
    const answer = await livez();
    return isIt(answer) ? answer : until(isIt);
  };
  expect((await until(({ status }) => status === 200)).text).toBe('ok\n');
  child.stdin.write('go\n');
  // A machine with much to do may block for itself, before.
  const first = await until(({ status }) => status === 503 && existsSync(join(folder, 'begun')));
  const red = await until(({ status, text }) => status === 503 && text.includes("'computing'"));
  expect(red.text).toMatch(/^\[-\]event-loop failed: blocked for \d+\.\d s, (probably )?by the handler 'computing'\n/);
  writeFileSync(join(folder, 'seen'), '');
  expect((await until(({ status }) => status === 200)).text).toBe('ok\n');
  const told = JSON.parse(await line()) as { readonly blockedMs: number };
  expect(told).toMatchObject({ level: 'warn', message: expect.stringContaining('was blocked for') as string });
  // Only the long form has a machine of its own, and asks how long it took.
  if (LONG_S !== undefined) {
    const begun = Number(readFileSync(join(folder, 'begun'), 'utf8'));
    expect(first.at - begun).toBeLessThanOrEqual(5000);
    expect(told.blockedMs).toBeGreaterThanOrEqual(LONG_S * 1000 - 500);
  }
  const over = once(child, 'exit');
  child.stdin.end();
  expect(await over).toEqual([0, null]);
});
