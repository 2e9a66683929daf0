import { expect } from 'vitest';

/** Nothing has happened yet. */
const history: HistoryEntry[] = [];

import { checkHistory, type HistoryEntry, type OperatorModel } from '@kopfts/testing';

const model: OperatorModel = {
  collection: 'kopf.dev/kopfexamples',
  annotationPrefix: 'hello.kopf.zalando.org',
  finalizer: 'hello.kopf.zalando.org/finalizer',
  isOwnActor: (actor) => actor.startsWith('operator#'),
  handlers: [
    { id: 'greet', reasons: ['create'], plannedFailures: 1, retryDelayMs: 1000 },
    { id: 'farewell', reasons: ['delete'] },
  ],
};

expect(checkHistory(history, model)).toEqual([]); // else: which invariant, what is wrong, and the entry where it shows

export { model };
