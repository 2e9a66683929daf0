import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HandlerId, ObjectRef } from '@kopfts/core';
import { checksOf, healthAfter, UNKNOWN_HEALTH } from './checks.js';
import type { Lagging } from './lag-window.js';
import { openWatchdog, type Blockage } from './watchdog.js';

const object = { uid: 'u', name: 'o', namespace: undefined } as unknown as ObjectRef;
const invocation = (handler: string) => ({ object, handler: handler as HandlerId, family: 'change' as const, attempt: 1 });
const READY = healthAfter(UNKNOWN_HEALTH, { kind: 'operator-ready', collections: 1, at: 0 });

/** Somebody outside of the main thread, who goes on asking while that is blocked, until an answer is as wanted, then says what it was. */
function asker(url: string, status: number): Promise<string> {
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    const ask = async () => {
      const answer = await fetch(workerData.url);
      const text = await answer.text();
      if (answer.status === workerData.status) return parentPort.postMessage(text);
      await new Promise((resolve) => setTimeout(resolve, 10));
      return ask();
    };
    ask();`;
  const worker = new Worker(code, { eval: true, workerData: { url, status }, execArgv: [] });
  return once(worker, 'message').then(async ([text]) => {
    await worker.terminate();
    return String(text);
  });
}

async function open(): Promise<{
  readonly url: string;
  readonly run: (handler: string, fn: () => Promise<unknown>) => Promise<unknown>;
  readonly told: Promise<Blockage>;
  readonly lagging: Promise<Lagging>;
}> {
  let tellLagging: (lagging: Lagging) => void = () => undefined;
  const lagging = new Promise<Lagging>((resolve) => (tellLagging = resolve));
  let tell: (blockage: Blockage) => void = () => undefined;
  const told = new Promise<Blockage>((resolve) => {
    // A machine with much to do may block for itself.
    tell = (blockage) => {
      if (blockage.handler === 'heavy') resolve(blockage);
    };
  });
  const watchdog = await openWatchdog({
    host: '127.0.0.1',
    port: 0,
    blockedAfterMs: 500,
    checks: () => checksOf(READY, []),
    blocked: tell,
    lagging: (one) => tellLagging(one),
    lagWindowMs: 1000,
  });
  onTestFinished(() => watchdog.close());
  const run = (handler: string, fn: () => Promise<unknown>) => watchdog.aroundInvoke(invocation(handler), fn);
  return { url: `http://127.0.0.1:${String(watchdog.port)}`, run, told, lagging };
}

/** Computes until the flag, which another thread sets, is up. */
function compute(flag: Int32Array): void {
  while (Atomics.load(flag, 0) === 0) Math.sqrt(2);
}

describe('liveness', () => {
  it('[M2] turns red while a handler computes, names it though another began later, and is green again after', async () => {
    const { url, run, told } = await open();
    expect(await asker(`${url}/livez?verbose`, 200)).toBe('[+]event-loop ok\nlivez check passed\n');

    const flag = new Int32Array(new SharedArrayBuffer(4));
    // It asks until it is red, then lets the handler end.
    const code = `
      const { workerData, parentPort } = require('node:worker_threads');
      const ask = async () => {
        const answer = await fetch(workerData.url + '/livez');
        const text = await answer.text();
        if (answer.status === 503 && !text.includes('probably') && text.includes('handler')) {
          parentPort.postMessage(text);
          Atomics.store(workerData.flag, 0, 1);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
        return ask();
      };
      ask();`;
    const worker = new Worker(code, { eval: true, workerData: { url, flag }, execArgv: [] });
    onTestFinished(async () => {
      await worker.terminate();
    });
    const seen = once(worker, 'message');
    await once(worker, 'online');
    const heavy = run('heavy', async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      compute(flag);
    });
    const other = run('innocent', async () => Promise.resolve());
    await Promise.all([heavy, other]);
    const [red] = (await seen) as [string];
    expect(red).toMatch(/^\[-\]event-loop failed: blocked for \d+\.\d s, by the handler 'heavy'\nlivez check failed\n$/);

    expect(await asker(`${url}/livez`, 200)).toBe('ok\n');
    const blockage = await told;
    expect(blockage).toMatchObject({ handler: 'heavy', certain: true });
    expect(blockage.stack[0]).toContain('compute');
    expect(blockage.blockedMs).toBeGreaterThanOrEqual(500);
  });

  it('[M2] that a handler blocks for a tenth of a second again and again is told, with its name, and turns nothing red', async () => {
    const { url, run, lagging } = await open();
    let told: Lagging | undefined;
    lagging.then(
      (one) => (told = one),
      () => undefined,
    );
    await run('busy', async () => {
      while (told === undefined) {
        const end = performance.now() + 100;
        while (performance.now() < end) Math.sqrt(2);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    });
    expect(told).toMatchObject({ handler: 'busy', stack: expect.arrayContaining([]) as unknown });
    expect(told?.lagMs).toBeGreaterThanOrEqual(50);
    expect(await asker(`${url}/livez`, 200)).toBe('ok\n');
  });

  it('[SEC3] and the other checks say nothing of objects, and nothing else is answered', async () => {
    const { url } = await open();
    const ask = async (path: string, init: RequestInit = {}) => (await fetch(`${url}${path}`, init)).status;
    expect(await Promise.all([ask('/'), ask('/livez/x'), ask('/metrics'), ask('/livez', { method: 'POST' })])).toEqual([
      404, 404, 404, 405,
    ]);
    expect(await asker(`${url}/readyz?verbose`, 200)).toBe(
      '[+]event-loop ok\n[+]started ok\n[+]not-stopping ok\n[+]parts ok\n[+]watches ok\nreadyz check passed\n',
    );
    expect(await asker(`${url}/startupz`, 200)).toBe('ok\n');
  });

  it('an address that is taken is told', async () => {
    const { url } = await open();
    const again = openWatchdog({
      host: '127.0.0.1',
      port: Number(new URL(url).port),
      checks: () => checksOf(READY, []),
      blocked: () => undefined,
      lagging: () => undefined,
    });
    await expect(again).rejects.toMatchObject({ code: 'KOPF_OBSERVABILITY_UNAVAILABLE' });
  });
});
