import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HandlerRetriesError, HandlerTimeoutError, PermanentError, TemporaryError } from '../errors.js';
import { parseBackoff } from '../model/backoff-policy.js';
import type { ErrorsMode } from '../model/retry-options.js';
import type { RetryPolicy } from './handler-spec.js';
import { classifyError, precheck, type AttemptContext, type Outcome } from './outcome.js';
import { emptyRecord } from './progress.js';

const START = Date.UTC(2020, 0, 1);
const NO_LIMITS: RetryPolicy = { errors: undefined, timeoutMs: undefined, retries: undefined, backoff: undefined };

interface State {
  readonly retries?: number;
  readonly elapsedMs?: number;
  readonly mode?: ErrorsMode;
}

function context({ retries = 0, elapsedMs = 0, mode = 'temporary' }: State = {}): AttemptContext {
  return {
    record: { ...emptyRecord('create', START), retries },
    now: START + elapsedMs,
    defaultBackoff: parseBackoff(60, 'default'),
    random: 0.5,
    defaultMode: mode,
  };
}

/** What is compared: the kind, the delay, the code of the error. */
function summary(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'go';
  if (outcome.kind === 'retry') return `retry ${outcome.delayMs ?? 'at once'}`;
  if (outcome.kind !== 'failed') return outcome.kind;
  return `failed ${(outcome.error as { code?: string }).code ?? 'as is'}`;
}

describe('precheck', () => {
  it.each<[title: string, row: { policy: Partial<RetryPolicy>; retries?: number; elapsedMs?: number; answer: string }]>([
    ['[E-04] lets through without limits', { policy: {}, retries: 99, elapsedMs: 1e9, answer: 'go' }],
    ['[E-04] lets through before the timeout', { policy: { timeoutMs: 5000 }, elapsedMs: 4999, answer: 'go' }],
    ['[E-04] [E-05] stops at the timeout', { policy: { timeoutMs: 5000 }, elapsedMs: 5000, answer: 'failed KOPF_HANDLER_TIMEOUT' }],
    ['[E-04] [E-07] lets the last attempt through', { policy: { retries: 3 }, retries: 2, answer: 'go' }],
    ['[E-04] [E-07] stops after the last attempt', { policy: { retries: 3 }, retries: 3, answer: 'failed KOPF_HANDLER_RETRIES' }],
    ['[E-08] stops before the first attempt without attempts', { policy: { retries: 0 }, answer: 'failed KOPF_HANDLER_RETRIES' }],
    ['[E-08] stops before the first attempt without time', { policy: { timeoutMs: 0 }, answer: 'failed KOPF_HANDLER_TIMEOUT' }],
    [
      '[E-23] looks at the time first',
      { policy: { timeoutMs: 1, retries: 1 }, retries: 1, elapsedMs: 1, answer: 'failed KOPF_HANDLER_TIMEOUT' },
    ],
  ])('%s', (_, { policy, answer, ...state }) => {
    const { record, now } = context(state);
    expect(summary(precheck({ ...NO_LIMITS, ...policy }, record, now))).toBe(answer);
  });

  it('[E-04] says which limit was reached', () => {
    const { record, now } = context({ retries: 3, elapsedMs: 5000 });
    expect(precheck({ ...NO_LIMITS, timeoutMs: 5000 }, record, now)).toMatchObject({ error: { message: expect.stringContaining('5 s') } });
    expect(precheck({ ...NO_LIMITS, retries: 3 }, record, now)).toMatchObject({ error: { message: expect.stringContaining('3 retries') } });
  });
});

describe('classifyError', () => {
  interface Row {
    readonly error: unknown;
    readonly policy?: Partial<RetryPolicy>;
    readonly retries?: number;
    readonly elapsedMs?: number;
    readonly mode?: ErrorsMode;
    readonly outcome: string;
  }
  const temporary = new TemporaryError('wait', { delay: 10 });
  const boom = new Error('boom');

  it.each<[title: string, row: Row]>([
    ['[E-20] fails for good on PermanentError', { error: new PermanentError('no'), outcome: 'failed KOPF_PERMANENT' }],
    [
      '[E-29] fails for good on errors of limits raised by users',
      { error: new HandlerTimeoutError('no'), outcome: 'failed KOPF_HANDLER_TIMEOUT' },
    ],
    [
      '[E-29] fails for good on exceeded retries raised by users',
      { error: new HandlerRetriesError('no'), outcome: 'failed KOPF_HANDLER_RETRIES' },
    ],
    ['[E-21] retries after the delay of TemporaryError', { error: temporary, outcome: 'retry 10000' }],
    ['[E-21] retries after 60 s by default', { error: new TemporaryError('wait'), outcome: 'retry 60000' }],
    ['[E-21] retries at once without a delay', { error: new TemporaryError('wait', { delay: null }), outcome: 'retry at once' }],
    ['[E-21] takes a delay with a unit', { error: new TemporaryError('wait', { delay: '500ms' }), outcome: 'retry 500' }],
    ['[E-21] takes a negative delay for none', { error: new TemporaryError('wait', { delay: -5 }), outcome: 'retry 0' }],
    ['[E-21] takes the default for a delay that is none', { error: new TemporaryError('wait', { delay: 'soon' }), outcome: 'retry 60000' }],
    [
      '[E-21] is not affected by the backoff',
      { error: new TemporaryError('wait'), policy: { backoff: parseBackoff('5ms', 'backoff') }, outcome: 'retry 60000' },
    ],
    [
      '[E-22] stops if it would time out',
      { error: temporary, policy: { timeoutMs: 15_000 }, elapsedMs: 5000, outcome: 'failed KOPF_HANDLER_TIMEOUT' },
    ],
    [
      '[E-22] goes on if it would not time out',
      { error: temporary, policy: { timeoutMs: 15_001 }, elapsedMs: 5000, outcome: 'retry 10000' },
    ],
    [
      '[E-22] stops after the last attempt',
      { error: temporary, policy: { retries: 3 }, retries: 2, outcome: 'failed KOPF_HANDLER_RETRIES' },
    ],
    ['[E-22] goes on before the last attempt', { error: temporary, policy: { retries: 3 }, retries: 1, outcome: 'retry 10000' }],
    [
      '[E-23] looks at the time first',
      { error: temporary, policy: { timeoutMs: 10_000, retries: 1 }, outcome: 'failed KOPF_HANDLER_TIMEOUT' },
    ],
    [
      '[E-22] counts the time passed for a retry at once',
      { error: new TemporaryError('', { delay: null }), policy: { timeoutMs: 5 }, elapsedMs: 5, outcome: 'failed KOPF_HANDLER_TIMEOUT' },
    ],
    ['[E-25] ignores arbitrary errors on demand', { error: boom, policy: { errors: 'ignored' }, outcome: 'ignored' }],
    ['[E-27] fails for good on arbitrary errors on demand', { error: boom, policy: { errors: 'permanent' }, outcome: 'failed as is' }],
    ['[E-26] retries arbitrary errors after the default backoff', { error: boom, outcome: 'retry 60000' }],
    [
      '[E-26] retries arbitrary errors after the backoff',
      { error: boom, policy: { backoff: parseBackoff('1500ms', 'backoff') }, outcome: 'retry 1500' },
    ],
    ['[E-26] stops if the backoff would time out', { error: boom, policy: { timeoutMs: 60_000 }, outcome: 'failed KOPF_HANDLER_TIMEOUT' }],
    [
      '[E-26] stops if the backoff would exceed the attempts',
      { error: boom, policy: { retries: 1 }, outcome: 'failed KOPF_HANDLER_RETRIES' },
    ],
    ['[E-24] [H-03] takes the mode of the family', { error: boom, mode: 'ignored', outcome: 'ignored' }],
    ['[E-24] prefers the mode of the handler', { error: boom, mode: 'ignored', policy: { errors: 'permanent' }, outcome: 'failed as is' }],
    [
      '[E-28] keeps the meaning of PermanentError when ignoring',
      { error: new PermanentError(), policy: { errors: 'ignored' }, outcome: 'failed KOPF_PERMANENT' },
    ],
    [
      '[E-28] keeps the meaning of TemporaryError when ignoring',
      { error: temporary, policy: { errors: 'ignored' }, outcome: 'retry 10000' },
    ],
    [
      '[E-28] keeps the meaning of TemporaryError when failing',
      { error: temporary, policy: { errors: 'permanent' }, outcome: 'retry 10000' },
    ],
    ['[E-36] does not look at causes', { error: new Error('outer', { cause: new PermanentError('inner') }), outcome: 'retry 60000' }],
    ['[E-24] takes anything thrown for an error', { error: 'just text', outcome: 'retry 60000' }],
    ['[E-24] takes nothing thrown for an error', { error: undefined, outcome: 'retry 60000' }],
  ])('%s', (_, { error, policy, outcome, ...state }) => {
    expect(summary(classifyError(error, { ...NO_LIMITS, ...policy }, context(state)))).toBe(outcome);
  });

  it('[E-22] [E-26] keeps the error and its text when a limit stops the handler', () => {
    const outcome = classifyError(boom, { ...NO_LIMITS, retries: 1 }, context());
    expect(outcome).toMatchObject({ error: { cause: boom, message: expect.stringContaining('boom') } });
  });

  it('[E-07] never asks for more attempts than allowed', () => {
    const policy = fc.record({
      errors: fc.constantFrom<ErrorsMode | undefined>(undefined, 'ignored', 'temporary', 'permanent'),
      timeoutMs: fc.option(fc.nat(100_000), { nil: undefined }),
      retries: fc.option(fc.nat(5), { nil: undefined }),
      backoff: fc.option(
        fc.nat(100).map((seconds) => parseBackoff(seconds, 'backoff')),
        { nil: undefined },
      ),
    });
    const error = fc.constantFrom<unknown>(boom, temporary, new PermanentError(), new TemporaryError('', { delay: null }), undefined);
    fc.assert(
      fc.property(policy, error, fc.nat(6), fc.nat(100_000), (given, thrown, retries, elapsedMs) => {
        const state = context({ retries, elapsedMs });
        const outcome = classifyError(thrown, given, state);
        if (outcome.kind !== 'retry') return;
        const { record, now } = state;
        const next = precheck(given, { ...record, retries: retries + 1 }, now + (outcome.delayMs ?? 0));
        expect(next).toBeUndefined();
      }),
    );
  });
});
