import { expect, it } from 'vitest';
import { parseSettings } from '../config/settings.js';
import type { FactBody } from '../model/fact.js';
import type { RecordOutcome } from '../model/kubernetes-event.js';
import type { OperatorIdentity } from '../model/operator-identity.js';
import { createEventPoster } from './post-events.js';
import { createSemaphore } from './semaphore.js';

const MOST = 50;

it('[M12, S19] no more than a bound wait while nothing can be posted, the others are suppressed and told; what is posted makes room', async () => {
  const answers: ((outcome: RecordOutcome) => void)[] = [];
  const facts: FactBody[] = [];
  const poster = createEventPoster({
    settings: parseSettings({}).posting,
    identity: { fieldManager: 'test' } as OperatorIdentity,
    client: { record: () => new Promise((resolve) => answers.push(resolve)) },
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
