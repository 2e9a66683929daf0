import { expect, it } from 'vitest';
import { parseSettings } from '../config/settings.js';
import type { FactBody } from '../model/fact.js';
import type { KubernetesEvent, RecordOutcome } from '../model/kubernetes-event.js';
import type { ObjectRef } from '../model/object.js';
import type { OperatorIdentity } from '../model/operator-identity.js';
import type { Resource } from '../model/resource.js';
import { createEventPoster } from './post-events.js';
import { createSemaphore } from './semaphore.js';

const MOST = 50;

it('[M12, S19] no more than a bound wait while nothing can be posted, the others are suppressed and told; what is posted makes room', async () => {
  const answers: ((outcome: RecordOutcome) => void)[] = [];
  const facts: FactBody[] = [];
  const poster = createEventPoster({
    settings: parseSettings({}).posting,
    identity: { fieldManager: 'test' } as OperatorIdentity,
    client: {
      async record(_event, signal, turn) {
        const leave = await turn?.(signal);
        const outcome = await new Promise<RecordOutcome>((resolve) => answers.push(resolve));
        leave?.();
        return outcome;
      },
    },
    workers: createSemaphore(4),
    mostWaiting: MOST,
    ended: new AbortController().signal,
    emit: (fact) => void facts.push(fact),
    spawn: (_, task) => void task().catch(() => undefined),
  });
  const about = { apiVersion: 'v1', kind: 'Pod', name: 'a', namespace: 'default', uid: 'u' };
  const post = (): void => poster.post({ about, type: 'Normal', reason: 'Said', message: '', level: 'info', retryDelaysMs: undefined });
  for (let n = 0; n < MOST + 3; n += 1) post();
  expect(facts).toMatchObject([{ outcome: 'suppressed' }, { outcome: 'suppressed' }, { outcome: 'suppressed' }]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(answers).toHaveLength(4);
  answers[0]?.({ kind: 'recorded' });
  await new Promise((resolve) => setImmediate(resolve));
  post();
  expect(facts.slice(3)).toMatchObject([{ kind: 'event-recorded', outcome: 'recorded' }]);
  post();
  expect(facts.slice(4)).toMatchObject([{ outcome: 'suppressed' }]);
});

it('[CF-05, CF-06, CF-98] are posted in the name of the settings, and again after the delays of where they come from', async () => {
  const recorded: KubernetesEvent[] = [];
  const posting = { reportingComponent: 'us', reportingInstance: 'one', defaultBackoffs: [1], loggingBackoffs: [2], loggers: true };
  const poster = createEventPoster({
    settings: parseSettings({ posting }).posting,
    identity: { fieldManager: 'test' } as OperatorIdentity,
    client: { record: (event) => (recorded.push(event), Promise.resolve({ kind: 'recorded' })) },
    workers: createSemaphore(4),
    ended: new AbortController().signal,
    emit: () => undefined,
    spawn: (_, task) => void task().catch(() => undefined),
  });
  const about = { apiVersion: 'v1', kind: 'Pod', name: 'a', namespace: 'default', uid: 'u' };
  const resource = { group: '', version: 'v1', plural: 'pods', kind: 'Pod' } as Resource;
  const object = { resource, namespace: 'default', name: 'a', uid: 'u' } as ObjectRef;
  poster.post({ about, type: 'Normal', reason: 'Said', message: '', level: 'info', retryDelaysMs: undefined });
  poster.follow({ kind: 'logged', level: 'info', message: 'line', object, fields: {} });
  await new Promise((resolve) => setImmediate(resolve));
  expect(recorded.map(({ reason, reporter, retryDelaysMs }) => ({ reason, reporter, retryDelaysMs }))).toEqual([
    { reason: 'Said', reporter: { component: 'us', instance: 'one', namePrefix: 'kopf-event-' }, retryDelaysMs: [1000] },
    { reason: 'Logging', reporter: { component: 'us', instance: 'one', namePrefix: 'kopf-event-' }, retryDelaysMs: [2000] },
  ]);
});

it('[EV-13] what a client refuses, or cannot even begin, is lost, told, and no failure of anything else', async () => {
  const facts: FactBody[] = [];
  const tasks: Promise<void>[] = [];
  const failures = [
    () => Promise.reject(new Error('refused')),
    () => {
      throw new TypeError('not even begun');
    },
  ];
  const poster = createEventPoster({
    settings: parseSettings({}).posting,
    identity: { fieldManager: 'test' } as OperatorIdentity,
    client: { record: () => failures.shift()?.() ?? Promise.resolve({ kind: 'recorded' }) },
    workers: createSemaphore(4),
    ended: new AbortController().signal,
    emit: (fact) => void facts.push(fact),
    spawn: (_, task) => void tasks.push(task()),
  });
  const about = { apiVersion: 'v1', kind: 'Pod', name: 'a', namespace: 'default', uid: 'u' };
  for (let n = 0; n < 3; n += 1)
    poster.post({ about, type: 'Normal', reason: 'Said', message: '', level: 'info', retryDelaysMs: undefined });
  await Promise.all(tasks);
  const told = facts.map((fact) => fact.kind === 'event-recorded' && [fact.outcome, fact.error?.message]);
  expect(told.sort()).toEqual([
    ['lost', 'not even begun'],
    ['lost', 'refused'],
    ['recorded', undefined],
  ]);
});
