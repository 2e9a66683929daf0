import { describe, expect, it } from 'vitest';
import type { Fact, FactBody, HandlerFamily, ObjectRef, Resource } from '@kopfts/core';
import { createLogSink } from './log-sink.js';
import type { LogOptions } from './log-options.js';

const resource: Resource = {
  group: 'kopf.dev',
  version: 'v1',
  plural: 'kopfexamples',
  kind: 'KopfExample',
  singular: 'kopfexample',
  shortNames: [],
  categories: [],
  subresources: [],
  namespaced: true,
  preferred: true,
  verbs: [],
};
const object: ObjectRef = { resource, namespace: 'default', name: 'hello', uid: 'u1' };
const of = { resource, namespace: undefined };
const AT = Date.UTC(2019, 10, 4, 17, 49, 25, 365);
const boom = Object.assign(new Error('boom'), {
  stack: 'Error: boom\n    at created (file:///work/handlers.ts?kopf-generation=1:7:9)\n    at node:internal:1:1',
});
const plainError = { code: undefined, message: 'boom', remedy: undefined, error: boom };
const forbidden = { code: 'KOPF_FORBIDDEN', message: 'patch is forbidden', remedy: 'Grant it.', error: undefined };

function linesOf(body: FactBody, options: Partial<LogOptions> = {}): string {
  const lines: string[] = [];
  const sink = createLogSink((text) => lines.push(text), {
    format: 'plain',
    level: 'debug',
    stacks: false,
    showChanges: false,
    color: false,
    ...options,
  });
  const fact: Fact = { ...body, at: AT };
  sink.accept(fact);
  return lines.join('');
}

const ended = { kind: 'handler-ended', object, handler: 'created', family: 'change', attempt: 1, tookMs: 1 } as const;

const table: readonly { readonly fact: FactBody; readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly says: string }[] = [
  { fact: { kind: 'operator-ready', collections: 1 }, level: 'info', says: 'The operator is ready; it watches 1 collection.' },
  { fact: { kind: 'operator-stopped' }, level: 'info', says: 'The operator has stopped.' },
  {
    fact: { kind: 'kind-unresolved', selectors: ['kopfexamples'] },
    level: 'warn',
    says: "warning The cluster does not serve 'kopfexamples'. Its handlers wait and start when it does.",
  },
  {
    fact: {
      kind: 'kind-refused',
      selector: 'pods',
      error: { code: 'KOPF_DUPLICATE_ID', message: 'Two.', remedy: 'Rename.', error: undefined },
    },
    level: 'error',
    says: "error Not serving 'pods': KOPF_DUPLICATE_ID: Two. Rename.",
  },
  {
    fact: { kind: 'watch-health', of, state: 'denied', error: forbidden },
    level: 'error',
    says: 'error No permission to watch kopfexamples.v1.kopf.dev; trying again from time to time. KOPF_FORBIDDEN: patch is forbidden. Grant it.',
  },
  {
    fact: { kind: 'watch-health', of, state: 'retrying', error: plainError },
    level: 'warn',
    says: 'warning The watch of kopfexamples.v1.kopf.dev broke and is tried again. boom',
  },
  { fact: { kind: 'watch-health', of, state: 'live' }, level: 'debug', says: 'The watch of kopfexamples.v1.kopf.dev is live.' },
  {
    fact: { kind: 'cause-detected', object, reason: 'noop', diff: [], initial: false },
    level: 'debug',
    says: '[default/hello] Something has changed, but we are not interested (the essence is the same).',
  },
  {
    fact: { kind: 'cause-detected', object, reason: 'gone', diff: [], initial: false },
    level: 'debug',
    says: '[default/hello] Deleted, really deleted, and we are notified.',
  },
  {
    fact: { kind: 'cause-detected', object, reason: 'create', diff: [], initial: false },
    level: 'debug',
    says: '[default/hello] Creation is in progress.',
  },
  {
    fact: { kind: 'pass-ended', object, reason: 'create', succeeded: 1, failed: 0 },
    level: 'info',
    says: '[default/hello] Creation is processed: 1 succeeded; 0 failed.',
  },
  {
    fact: { kind: 'pass-superseded', object, old: 'create', by: 'delete', succeeded: 1, failed: 0, left: 2 },
    level: 'info',
    says: '[default/hello] Creation is superseded by deletion: 1 succeeded; 0 failed; 2 left to the moment.',
  },
  {
    fact: { kind: 'finalizer-changed', object, change: 'added', why: 'handlers require it' },
    level: 'debug',
    says: '[default/hello] Adding the finalizer, thus preventing the actual deletion.',
  },
  { fact: { ...ended, result: 'succeeded' }, level: 'info', says: "[default/hello] Handler 'created' succeeded." },
  { fact: { ...ended, family: 'timer', result: 'succeeded' }, level: 'debug', says: "[default/hello] Timer 'created' succeeded." },
  { fact: { ...ended, family: 'daemon', result: 'succeeded' }, level: 'info', says: "[default/hello] Daemon 'created' succeeded." },
  {
    fact: { kind: 'daemon-stopping', object, handler: 'd', stage: 'signalled', why: 'object-deleted', nextCheckInMs: 1000 },
    level: 'debug',
    says: "[default/hello] Daemon 'd' is signalled to exit gracefully.",
  },
  {
    fact: { kind: 'daemon-stopping', object, handler: 'd', stage: 'cancelled', why: 'object-deleted', nextCheckInMs: 1000 },
    level: 'debug',
    says: "[default/hello] Daemon 'd' is signalled to exit by force.",
  },
  {
    fact: { kind: 'daemon-stopping', object, handler: 'd', stage: 'still-exiting', why: 'object-deleted', nextCheckInMs: 60_000 },
    level: 'debug',
    says: "[default/hello] Daemon 'd' is still exiting. The next check is in 60 seconds.",
  },
  {
    fact: { kind: 'daemon-ended', object, handler: 'd', why: 'object-deleted' },
    level: 'debug',
    says: "[default/hello] Daemon 'd' has exited on request and will not be retried or restarted.",
  },
  {
    fact: { kind: 'daemon-ended', object, handler: 'd', why: 'ended on its own' },
    level: 'debug',
    says: "[default/hello] Daemon 'd' has exited on its own and will not be retried or restarted.",
  },
  {
    fact: { kind: 'handler-abandoned', object, handler: 'd', family: 'daemon', why: 'object-deleted', abandoned: 1 },
    level: 'warn',
    says: "warning [default/hello] Daemon 'd' did not exit in time. Leaving it orphaned.",
  },
  {
    fact: {
      ...ended,
      result: 'retry',
      error: { code: 'KOPF_TEMPORARY', message: 'wait', remedy: undefined, error: undefined },
      retryInMs: 1000,
    },
    level: 'warn',
    says: "warning [default/hello] Handler 'created' failed temporarily: wait",
  },
  {
    fact: { ...ended, result: 'failed', error: { code: 'KOPF_PERMANENT', message: 'never', remedy: undefined, error: undefined } },
    level: 'error',
    says: "error [default/hello] Handler 'created' failed permanently: never",
  },
  {
    fact: { ...ended, result: 'retry', error: plainError, retryInMs: 60_000 },
    level: 'warn',
    says: "warning [default/hello] Handler 'created' failed with an exception and will try again in 60 seconds: boom (handlers.ts:7)",
  },
  {
    fact: { ...ended, result: 'failed', error: plainError },
    level: 'error',
    says: "error [default/hello] Handler 'created' failed with an exception and will stop now: boom (handlers.ts:7)",
  },
  {
    fact: { ...ended, family: 'event', result: 'ignored', error: plainError },
    level: 'warn',
    says: "warning [default/hello] Handler 'created' failed with an exception and will ignore it: boom (handlers.ts:7)",
  },
  {
    fact: { kind: 'object-failed', object, error: forbidden, retryInMs: 1000 },
    level: 'error',
    says: 'error [default/hello] Throttling for 1 seconds due to an unexpected error: KOPF_FORBIDDEN: patch is forbidden. Grant it.',
  },
  {
    fact: { kind: 'object-failed', object, error: forbidden, retryInMs: 0 },
    level: 'error',
    says: 'error [default/hello] There was an error: KOPF_FORBIDDEN: patch is forbidden. Grant it.',
  },
  {
    fact: { kind: 'logged', object, level: 'info', message: 'mine', fields: { n: 1, text: 'a b', list: [1], big: 1n, fn: boom } },
    level: 'info',
    says: '[default/hello] mine n=1 text=a b list=[1] big="1" fn="boom"',
  },
  {
    fact: { kind: 'fields-not-kept', object, endpoint: 'status', fields: [{ field: 'status.made', found: 'pruned' }] },
    level: 'warn',
    says: 'warning [default/hello] The server did not keep what was written: status.made (pruned). Does the schema of the kind allow it?',
  },
  {
    fact: { kind: 'fields-overwritten', object, fields: [{ field: 'status.who', of: 'one', by: 'two' }] },
    level: 'warn',
    says: "warning [default/hello] Handlers set one field to different values, and the later one has the last word: status.who ('one', then 'two').",
  },
  {
    fact: { kind: 'numbers-rounded', object, fields: ['spec.n'] },
    level: 'warn',
    says: 'warning [default/hello] Handlers see rounded numbers in spec.n; the object keeps its digits.',
  },
  { fact: { kind: 'plugin', plugin: 'p', name: 'x', data: { level: 'warn', message: 'Look.' } }, level: 'warn', says: 'warning Look.' },
];

describe('log lines', () => {
  it.each(table)('[LO-02] [LO-04] in plain: $says', ({ fact, says }) => {
    expect(linesOf(fact)).toBe(`${says}\n`);
  });

  it.each(table)('[LO-03] is of level $level: $says', ({ fact, level }) => {
    const shownAt = (['debug', 'info', 'warn', 'error'] as const).filter((least) => linesOf(fact, { level: least }) !== '');
    expect(shownAt.at(-1)).toBe(level);
  });

  it.each([
    ['object-deleted', 'on request'],
    ['ended on its own', 'on its own'],
  ])('[DM-13] tell those who debug how a daemon ended: %s', (why, how) => {
    const fact: FactBody = { kind: 'daemon-ended', object, handler: 'd', why };
    expect(linesOf(fact, { level: 'debug' })).toBe(`[default/hello] Daemon 'd' has exited ${how} and will not be retried or restarted.\n`);
    expect(linesOf(fact, { level: 'info' })).toBe('');
  });

  it.each([
    { fact: { kind: 'plugin', plugin: 'p', name: 'x', data: { any: 1 } } as const, why: 'a plugin says nothing to people' },
    { fact: { kind: 'object-forgotten', object } as const, why: 'nobody asks for it' },
    { fact: { kind: 'pass-ended', object, reason: 'update', succeeded: 0, failed: 0 } as const, why: 'nothing was to be done' },
    { fact: { kind: 'not-invented-yet', object } as never, why: 'a newer engine knows more facts' },
  ])('says nothing when $why', ({ fact }) => {
    expect(linesOf(fact)).toBe('');
  });

  it('[S17] shows what changed, with its values in development only, and never those of a Secret', () => {
    const diff = [
      { op: 'change', field: ['status', 'name'], old: 'world', new: 'Ada' },
      { op: 'add', field: ['spec', 'size'], old: undefined, new: 3 },
      { op: 'remove', field: ['spec', 'text'], old: 'x'.repeat(100), new: undefined },
      ...[1, 2, 3].map((n) => ({ op: 'add', field: [`f${String(n)}`], old: undefined, new: n }) as const),
    ] as const;
    const fact: FactBody = { kind: 'cause-detected', object, reason: 'update', diff, initial: false };
    const text = `status.name "world" → "Ada", spec.size + 3, spec.text - "${'x'.repeat(58)}…, f1 + 1, f2 + 2, and 1 more\n`;
    expect(linesOf(fact, { showChanges: true, level: 'info' })).toBe(`[default/hello] Updated: ${text}`);
    const fields = 'status.name, +spec.size, -spec.text, +f1, +f2, and 1 more\n';
    expect(linesOf(fact)).toBe(`[default/hello] Updating is in progress: ${fields}`);
    const secret: FactBody = { ...fact, object: { ...object, resource: { ...resource, kind: 'Secret' } } };
    expect(linesOf(secret, { showChanges: true })).toBe(`[default/hello] Updating is in progress: ${fields}`);
    expect(linesOf(fact, { level: 'info' })).toBe('');
  });

  it('[CL-02] have the key of the object reference and the prefix that were asked for', () => {
    const fact: FactBody = { kind: 'logged', level: 'info', message: 'hi', object, fields: {} };
    expect(JSON.parse(linesOf(fact, { format: 'json', refkey: 'k8s', prefix: true }))).toMatchObject({
      message: '[default/hello] hi',
      k8s: { name: 'hello' },
    });
    expect(JSON.parse(linesOf(fact, { format: 'json' }))).toMatchObject({ message: 'hi', object: { name: 'hello' } });
    expect(linesOf(fact, { prefix: false })).toBe('hi\n');
  });

  it('[R-12] name handlers by family and id', () => {
    const named = (family: HandlerFamily, handler: string): string =>
      linesOf({ kind: 'handler-started', object, handler, family, attempt: 1, resourceVersion: '1' });
    expect(named('change', 'create_fn/spec.size')).toBe("[default/hello] Handler 'create_fn/spec.size' is invoked.\n");
    expect(named('event', 'seen')).toBe("[default/hello] Handler 'seen' is invoked.\n");
    expect(named('timer', 'tick')).toBe("[default/hello] Timer 'tick' is invoked.\n");
    expect(named('daemon', 'loop')).toBe("[default/hello] Daemon 'loop' is invoked.\n");
    expect(named('index', 'by_name')).toBe("[default/hello] Indexer 'by_name' is invoked.\n");
    expect(linesOf({ kind: 'activity-handler-ended', activity: 'startup', handler: 'begin', attempt: 1, result: 'succeeded' })).toBe(
      "Activity 'begin' succeeded.\n",
    );
  });

  it('[E-03] say each invocation to those who debug, and each success of a change to everybody', () => {
    const started: FactBody = { kind: 'handler-started', object, handler: 'created', family: 'change', attempt: 1, resourceVersion: '1' };
    expect(linesOf(started, { level: 'debug' })).toBe("[default/hello] Handler 'created' is invoked.\n");
    expect(linesOf(started, { level: 'info' })).toBe('');
    expect(linesOf({ ...ended, result: 'succeeded' }, { level: 'info' })).toBe("[default/hello] Handler 'created' succeeded.\n");
    expect(linesOf({ ...ended, result: 'succeeded' }, { level: 'warn' })).toBe('');
  });

  it('[LO-02, LO-04, LG-02] in full: time, logger, level, and the name of an object without a namespace', () => {
    const line = linesOf(
      { kind: 'logged', level: 'warn', message: 'mine', object: { ...object, namespace: undefined }, fields: {} },
      { format: 'full' },
    );
    const [, time = '', rest] = /^\[(.+?)\] (.*)\n$/.exec(line) ?? [];
    expect(rest).toBe('kopf.objects         [WARNING ] [hello] mine');
    expect(time).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}$/);
    expect(new Date(time.replace(' ', 'T').replace(',', '.')).getTime()).toBe(AT);
  });

  it.each(['full', 'plain', 'json'] as const)('[S17, N4] without credentials, also in what handlers say themselves: %s', (format) => {
    const failure = new Error('Authorization: Bearer canary-of-header', { cause: new Error('canary-of-cause') });
    const fields = {
      error: failure,
      all: [{ why: failure, password: 'canary-of-name' }],
      url: 'https://u:canary-of-url@h/',
      token: 'canary',
    };
    const line = linesOf({ kind: 'logged', level: 'error', message: `It failed: ${failure.message}`, object, fields }, { format });
    expect(line).toContain('https://u:[redacted]@h/');
    expect(line).not.toContain('canary');
  });

  it('[LO-03] in JSON: one object per line, with the reference and the fields, without a prefix', () => {
    const line = linesOf(
      { kind: 'logged', level: 'error', message: 'a\nb', object, fields: { code: 7, message: 'not mine' } },
      { format: 'json' },
    );
    expect(line.split('\n')).toHaveLength(2);
    expect(JSON.parse(line)).toEqual({
      code: 7,
      message: 'a\nb',
      severity: 'error',
      timestamp: '2019-11-04T17:49:25.365Z',
      object: { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', name: 'hello', uid: 'u1', namespace: 'default' },
    });
  });

  it('shows stacks only to those who ask for them', () => {
    const fact: FactBody = { ...ended, result: 'retry', error: plainError, retryInMs: 1 };
    expect(linesOf(fact)).not.toContain('    at ');
    expect(linesOf(fact, { stacks: true })).toContain('\nError: boom\n    at created');
    expect(JSON.parse(linesOf(fact, { stacks: true, format: 'json' }))).toHaveProperty('stack', boom.stack);
  });

  it('paints lines only where there are colours', () => {
    const fact: FactBody = { kind: 'logged', level: 'error', message: 'mine', fields: {} };
    expect(linesOf(fact)).toBe('error mine\n');
    expect(linesOf(fact, { color: true })).toBe('\u001b[31merror mine\u001b[39m\n');
  });
});
