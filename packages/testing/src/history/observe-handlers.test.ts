import { createRegistry, PermanentError, SubHandlersUnfinishedError, TemporaryError } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { observeHandlers, type InvocationRecorder } from './observe-handlers.js';

function recorder() {
  const noted: unknown[] = [];
  const pen: InvocationRecorder = {
    started: ({ handler, reason, uid }) => noted.push({ handler, reason, uid }),
    ended: ({ result, contributed }) => void noted.push({ result, contributed }),
  };
  return { noted, pen };
}

const args = (signal = new AbortController().signal) => ({
  uid: 'u',
  namespace: 'default',
  name: 'a',
  body: { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name: 'a', uid: 'u', resourceVersion: '7' } },
  retry: 0,
  reason: 'create',
  patch: {},
  signal,
});

async function outcomeOf(error: unknown, signal?: AbortSignal): Promise<unknown> {
  const { noted, pen } = recorder();
  const kopf = createRegistry();
  kopf.on.create('KopfExample', { id: 'x' }, () => {
    throw error;
  });
  const call = observeHandlers(kopf, pen).handlers[0]?.fn as (args: unknown) => Promise<unknown>;
  await expect(call(args(signal))).rejects.toBe(error);
  return noted[1];
}

describe('observed handlers', () => {
  it('are the same handlers: ids, order, one function for several reasons', () => {
    const kopf = createRegistry();
    const both = kopf.on.create('KopfExample', { id: 'both' }, () => undefined);
    kopf.on.resume('KopfExample', { id: 'both' }, both);
    kopf.on.update('KopfExample', { id: 'other' }, both);
    const [create, resume, update] = observeHandlers(kopf, recorder().pen).handlers;
    expect([create?.id, resume?.id, update?.id]).toEqual(['both', 'both', 'other']);
    expect(create?.fn).toBe(resume?.fn);
    expect(update?.fn).not.toBe(create?.fn);
  });

  it('note what was declared after they were asked for', () => {
    const kopf = createRegistry();
    const observed = observeHandlers(kopf, recorder().pen);
    kopf.on.create('KopfExample', { id: 'late' }, () => undefined);
    expect(observed.handlers.map(({ id }) => id)).toEqual(['late']);
  });

  it('note the call, the patch and the result, and give the result back', async () => {
    const { noted, pen } = recorder();
    const kopf = createRegistry();
    kopf.on.create('KopfExample', { id: 'x' }, ({ patch }) => {
      patch.status = { ready: true };
      return { made: 1 };
    });
    const call = observeHandlers(kopf, pen).handlers[0]?.fn as (args: unknown) => Promise<unknown>;
    expect(await call(args())).toEqual({ made: 1 });
    expect(noted).toEqual([
      { handler: 'x', reason: 'create', uid: 'u' },
      { result: { kind: 'ok' }, contributed: { status: { ready: true, x: { made: 1 } } } },
    ]);
  });

  it.each([
    { error: new TemporaryError('later', { delay: 2 }), result: { kind: 'retry', delayMs: 2000 } },
    { error: new TemporaryError('later', { delay: '3s' }), result: { kind: 'retry', delayMs: 3000 } },
    { error: new TemporaryError('now', { delay: null }), result: { kind: 'retry', delayMs: 0 } },
    { error: new PermanentError('never'), result: { kind: 'permanent' } },
    { error: new SubHandlersUnfinishedError('x', 1000), result: { kind: 'unfinished' } },
    { error: new Error('anything'), result: { kind: 'retry', delayMs: undefined } },
    { error: 'no error at all', result: { kind: 'retry', delayMs: undefined } },
  ])('note how it ended by $error', async ({ error, result }) => {
    expect(await outcomeOf(error)).toEqual({ result, contributed: {} });
  });

  it('note a handler that was told to end as cancelled', async () => {
    expect(await outcomeOf(new Error('aborted'), AbortSignal.abort())).toEqual({ result: { kind: 'cancelled' }, contributed: {} });
  });

  it('note their sub-handlers under their full ids, and hand them on under their own', async () => {
    const { noted, pen } = recorder();
    const kopf = createRegistry();
    const named = (): string => 'named';
    kopf.on.create('KopfExample', { id: 'x' }, async ({ register, execute }) => {
      expect(register(named, { retries: 2 })).toBe(named);
      register(named);
      register(named, { id: 'other' });
      await execute({ one: ({ register: below }) => void below(named) });
      await execute([named]);
      await execute();
    });
    const declared: unknown[] = [];
    const registered: unknown[] = [];
    const subHandling = {
      register: (fn: unknown, options: object) => {
        registered.push(fn);
        declared.push(options);
      },
      execute: async (functions: Readonly<Record<string, (args: unknown) => unknown>> | undefined) => {
        declared.push(functions === undefined ? 'those registered' : Object.keys(functions));
        for (const fn of Object.values(functions ?? {})) await fn({ ...args(), ...subHandling });
      },
    };
    const call = observeHandlers(kopf, pen).handlers[0]?.fn as (args: unknown) => Promise<unknown>;
    await call({ ...args(), ...subHandling });
    expect(declared).toEqual([
      { id: 'named', retries: 2 },
      { id: 'named' },
      { id: 'other' },
      ['one'],
      { id: 'named' },
      ['named'],
      'those registered',
    ]);
    expect(registered[0]).toBe(registered[1]);
    expect(registered[2]).not.toBe(registered[0]);
    const ids = noted.flatMap((one) => (one as { readonly handler?: string }).handler ?? []);
    expect(ids).toEqual(['x', 'x/one', 'x/named']);
  });
});
