import { expect, it } from 'vitest';
import type { FactBody } from '@kopfts/core';
import { countFact, type Counting } from './count-facts.js';
import { createFigures } from './figures.js';
import { createLabelValues } from './label-values.js';
import { METRICS } from './metric-table.js';
import { createRunningWork } from './running-work.js';
import { createWatchLedger } from './watch-ledger.js';

const resource = { group: 'kopf.dev', version: 'v1', plural: 'kopfexamples', kind: 'KopfExample' };
const of = { resource, namespace: undefined };
const object = { resource, namespace: 'default', name: 'a', uid: 'u' };

/** Counts bare facts, given without what does not matter here. */
function counted(...bodies: readonly object[]) {
  const recorded: string[] = [];
  const announced: string[] = [];
  const to: Counting = {
    figures: createFigures(),
    labels: createLabelValues(),
    work: createRunningWork(),
    watches: createWatchLedger(({ plural }) => plural),
    record: (metric, label, seconds) => void recorded.push(`${metric} ${label} ${String(seconds)}`),
    announce: (metric, label) => void announced.push(`${metric} ${label}`),
  };
  const tell = (body: object): void => countFact(to, { at: 0, ...(body as FactBody) });
  bodies.forEach(tell);
  const value = (metric: string, ...labels: string[]) =>
    [...to.figures.of(metric)].find((one) => one.labels.join() === labels.join())?.value;
  return { ...to, recorded, announced, value, tell };
}

const KIND = 'kopfexamples.v1.kopf.dev';
const seen = (type: string | null, inferred = false) => ({ kind: 'event-seen', object, type, resourceVersion: '1', inferred });
const served = { kind: 'kind-served', of, handlers: ['h'] };

it('histograms are known with zero before anything is recorded: of kinds and handlers that are served', () => {
  expect(counted(served).announced).toEqual([
    `workqueue_queue_duration_seconds ${KIND}`,
    `workqueue_work_duration_seconds ${KIND}`,
    'kopf_handler_duration_seconds h',
  ]);
});

it('a change counts as missed if a later list finds it, and not if the first one does', () => {
  const first = counted(served, { kind: 'watch-health', of, state: 'live' }, seen(null));
  expect(first.value('kopf_events_missed_total', KIND)).toBe(0);
  const later = counted(
    served,
    { kind: 'watch-health', of, state: 'live' },
    { kind: 'watch-synced', of, objects: 1 },
    seen(null),
    seen('MODIFIED'),
    seen('DELETED', true),
  );
  expect(later.value('kopf_events_missed_total', KIND)).toBe(2);
});

it('a watch is in one state at a time, and in none when it is not wanted any more', () => {
  const states = (...facts: object[]) =>
    ['connecting', 'live', 'retrying', 'denied'].map((state) => counted(...facts).value('kopf_watches', KIND, state));
  const health = (state: string) => ({ kind: 'watch-health', of, state });
  expect(states(served, health('connecting'), health('live'))).toEqual([0, 1, 0, 0]);
  expect(states(served, health('connecting'), health('live'), health('retrying'), health('retrying'))).toEqual([0, 0, 1, 0]);
  expect(states(served, health('live'), { kind: 'kind-released', of })).toEqual([0, 0, 0, 0]);
});

it('an object that waits for its turn is in the queue until it has it, or is gone', () => {
  const waiting = { kind: 'turn-awaited', urgency: 'change', awaited: 'worker', object };
  const other = { kind: 'turn-taken', object: { ...object, uid: 'v' }, waitedMs: 0 };
  expect(counted(other, waiting).work.depths().get(KIND)).toBe(1);
  const taken = counted(waiting, { kind: 'turn-taken', object, waitedMs: 1500 });
  expect([taken.work.depths().get(KIND), taken.recorded]).toEqual([0, [`workqueue_queue_duration_seconds ${KIND} 1.5`]]);
  expect(counted(other, waiting, { kind: 'object-forgotten', object }).work.depths().get(KIND)).toBe(0);
});

it('the queue is as old as the object that waits longest, from the first time that it is said to wait', () => {
  const waiting = { kind: 'turn-awaited', urgency: 'change', awaited: 'worker', object, at: 1000 };
  const other = { ...waiting, object: { ...object, uid: 'v' }, at: 4000 };
  const ageOf = (...facts: object[]) =>
    counted(...facts)
      .work.ages('wait', 9000)
      .get(KIND);
  const gone = { kind: 'turn-taken', object: { ...object, uid: 'w' }, waitedMs: 0 };
  expect(ageOf(gone, waiting, other, { ...waiting, awaited: 'writes', at: 6000 })).toEqual({ total: 13_000, oldest: 8000 });
  expect(ageOf(waiting, other, { kind: 'turn-taken', object, waitedMs: 1 })).toEqual({ total: 5000, oldest: 5000 });
  expect(ageOf(gone)).toEqual({ total: 0, oldest: 0 });
});

it('an attempt goes on from its start to its end; one that was refused before it was called never did', () => {
  const started = { kind: 'handler-started', object, handler: 'h', family: 'change', attempt: 1, at: 1000 };
  const ended = { kind: 'handler-ended', object, handler: 'h', family: 'change', attempt: 1, result: 'failed', tookMs: 20 };
  const going = counted(served, started);
  expect([going.value('kopf_handlers_running', 'h'), going.work.ages('attempt', 5000).get('h')]).toEqual([
    1,
    { total: 4000, oldest: 4000 },
  ]);
  const over = counted(served, started, ended);
  expect([over.value('kopf_handlers_running', 'h'), over.recorded]).toEqual([0, ['kopf_handler_duration_seconds h 0.02']]);
  const refused = counted(served, ended);
  expect([
    refused.value('kopf_handlers_running', 'h'),
    refused.value('kopf_handler_attempts_total', 'h', 'failed'),
    refused.recorded,
  ]).toEqual([0, 1, []]);
});

it('everything that is counted is in the table, with as many labels', () => {
  const to = counted(
    served,
    seen('ADDED'),
    { kind: 'event-dropped', object, why: 'echo' },
    { kind: 'events-merged', object, count: 3 },
    { kind: 'cause-detected', object, reason: 'create', diff: [], initial: true },
    { kind: 'object-failed', object, retryInMs: 1 },
    { kind: 'object-waiting', object, until: 0, why: 'retry' },
    { kind: 'pass-held', object, plugin: 'p', why: 'w' },
    { kind: 'handler-skipped', object, handler: 'h', filter: 'labels' },
    { kind: 'result-dropped', object, handler: 'h' },
    { kind: 'activity-handler-ended', activity: 'startup', handler: 's', result: 'succeeded' },
    { kind: 'timer-spawned', object, handler: 'h' },
    { kind: 'daemon-spawned', object, handler: 'h' },
    { kind: 'write-sent', object, endpoint: 'main', why: 'a text of its own' },
    { kind: 'write-ended', object, endpoint: 'main', outcome: 'committed' },
    { kind: 'finalizer-changed', object, change: 'added' },
    { kind: 'event-recorded', outcome: 'lost' },
    { kind: 'logged', level: 'info' },
    { kind: 'epoch-opened', of },
    { kind: 'plugin', plugin: 'kubernetes', name: 'request', data: { method: 'GET', code: '429' } },
    { kind: 'plugin', plugin: 'any', name: 'leadership', data: { lease: 'l', leading: true } },
    { kind: 'plugin', plugin: 'observability', name: 'event-loop-blocked', data: { handler: 'h' } },
    { kind: 'plugin', plugin: 'observability', name: 'event-loop-lagging', data: { handler: 'h' } },
  );
  const told = METRICS.filter(({ source, kind }) => source === 'facts' && kind !== 'histogram');
  const nothing = told.filter(({ name }) => [...to.figures.of(name)].every(({ labels }) => labels.length === 0));
  const names = nothing.map(({ name }) => name).filter((name) => name !== 'kopf_handler_retries_total');
  expect(names).toEqual([]);
  for (const { name, labels } of told)
    for (const one of to.figures.of(name)) expect([name, one.labels.length]).toEqual([name, labels.length]);
  expect(to.value('kopf_writes_by_reason_total', KIND, 'other')).toBe(1);
  expect(to.value('leader_election_master_status', 'l')).toBe(1);
  expect(to.value('kopf_handler_blocked_total', 'h')).toBe(2);
});

it('requests that the server had no room for are counted to flows and levels, of which no server can name too many', () => {
  const throttled = (data: object) => ({ kind: 'plugin', plugin: 'kubernetes', name: 'request', data: { method: 'GET', ...data } });
  const uid = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const refused = throttled({ code: '429', flowSchema: uid(1), priorityLevel: uid(2) });
  const to = counted(refused, refused, throttled({ code: '429' }), throttled({ code: '200', flowSchema: uid(1), priorityLevel: uid(2) }));
  const metric = 'kopf_requests_throttled_total';
  expect([to.value(metric, uid(1), uid(2)), to.value(metric, 'none', 'none')]).toEqual([2, 1]);
  for (let index = 3; index < 1000; index += 1)
    to.tell(throttled({ code: '429', flowSchema: uid(index), priorityLevel: `x${String(index)}` }));
  expect([...to.figures.of(metric)].length).toBeLessThanOrEqual(66);
  expect(to.value(metric, 'other', 'other')).toBeGreaterThan(900);
});

/** What the handling of one object tells, from the first event to the end of the object. */
function factsOfObject(index: number): readonly object[] {
  const name = `object-${String(index)}`;
  const one = { resource, namespace: `namespace-${String(index)}`, name, uid: `uid-${String(index)}` };
  const attempt = { object: one, family: 'change', attempt: 1 };
  const facts = [
    { kind: 'event-seen', type: 'ADDED', resourceVersion: String(index), inferred: false },
    { kind: 'turn-awaited', urgency: 'change', awaited: 'worker' },
    { kind: 'turn-taken', waitedMs: 1 },
    { kind: 'cause-detected', reason: 'create', diff: [], initial: true },
    { kind: 'handler-skipped', handler: 'h', family: 'change', filter: 'labels', found: { key: name, value: name } },
    { kind: 'handler-skipped', handler: `of-${name}`, family: 'change', filter: 'labels' },
    { kind: 'handler-started', ...attempt, handler: 'h', resourceVersion: '1' },
    { kind: 'handler-started', ...attempt, handler: `h/of-${name}`, resourceVersion: '1' },
    { kind: 'handler-ended', ...attempt, handler: `h/of-${name}`, result: 'succeeded', tookMs: 1 },
    { kind: 'handler-ended', ...attempt, handler: 'h', result: 'succeeded', tookMs: 1 },
    { kind: 'write-sent', endpoint: 'main', why: `what ${name} needs` },
    { kind: 'write-ended', endpoint: 'main', outcome: 'committed', resourceVersion: String(index) },
    { kind: 'object-waiting', until: 1, why: 'retry' },
    { kind: 'object-failed', error: { message: name }, retryInMs: 1 },
    { kind: 'timer-spawned', handler: 'h' },
    { kind: 'timer-ended', handler: 'h', why: 'object-deleted' },
    { kind: 'turn-ended', tookMs: 2 },
    { kind: 'turn-awaited', urgency: 'deletion', awaited: 'writes' },
    { kind: 'object-forgotten' },
  ];
  return facts.map((fact) => ({ object: one, ...fact }));
}

it('[M7] with ten thousand objects there are the series that there are with one, and nothing is held of any object', () => {
  const after = (objects: number) => {
    const { figures, recorded, work, tell } = counted(served);
    for (let index = 0; index < objects; index += 1) for (const fact of factsOfObject(index)) tell(fact);
    const series = METRICS.flatMap(({ name }) => [...figures.of(name)].map(({ labels }) => `${name} ${labels.join(' ')}`));
    const ages = [...work.ages('attempt', 9), ...work.ages('turn', 9)];
    const histograms = [...new Set(recorded.map((line) => line.replace(/ \S+$/, '')))];
    return { series, histograms, ages, depths: [...work.depths()] };
  };
  const [few, many] = [after(1), after(10_000)];
  expect(many).toEqual(few);
  expect(many.series.length).toBeGreaterThan(20);
  expect(many.ages.every(([, { total }]) => total === 0)).toBe(true);
  expect(many.depths).toEqual([[KIND, 0]]);
});
