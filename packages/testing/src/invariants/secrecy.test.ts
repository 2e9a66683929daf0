import { describe, expect, it } from 'vitest';
import { body, found, historyBuilder, model, USER } from './history-builder.js';
import { checkSecrecy, secrecy } from './secrecy.js';

const CANARY = 'canary/1';
const judged = model([], { canaries: [CANARY] });
const spec = { password: CANARY };

describe('a secret in the cluster', () => {
  it('[S17] may be where it was, in what was handled last, and where a handler put it', () => {
    const h = historyBuilder();
    h.commit(body(1, { spec }), { actor: USER });
    h.commit(body(2, { spec, handled: { spec } }));
    h.run('fn', body(2, { spec }), { contributed: { status: { shown: CANARY } } });
    h.commit(body(3, { spec, handled: { spec }, status: { shown: CANARY } }));
    expect(found(secrecy, h, judged)).toEqual([]);
  });

  it('[S17] must not be in progress, annotations, conditions, or the address of a request', () => {
    const h = historyBuilder();
    h.commit(body(1, { spec }), { actor: USER });
    h.commit(body(2, { spec, progress: { fn: { message: `refused: ${CANARY}` } } }));
    h.commit(body(3, { spec, status: { conditions: [{ type: 'Ready', message: CANARY }] } }));
    h.call('u1', { path: `/x?token=${encodeURIComponent(CANARY)}` });
    expect(found(secrecy, h, judged)).toEqual([
      `1: kopf.dev/kopfexamples name-of-u1: metadata.annotations.test.kopf.zalando.org/fn shows '${CANARY}'`,
      `2: kopf.dev/kopfexamples name-of-u1: status.conditions shows '${CANARY}'`,
      `3: the address of PATCH shows '${CANARY}'`,
    ]);
    expect(found(secrecy, h)).toEqual([]);
  });

  it('[S17] must not be in Kubernetes Events and other objects, also where a handler put it into its own', () => {
    const h = historyBuilder();
    h.run('fn', body(1), { contributed: { message: CANARY } });
    h.commit({ ...body(1, { uid: 'e1' }), message: CANARY }, { collection: 'events' });
    expect(found(secrecy, h, judged)).toEqual([`2: events name-of-e1: message shows '${CANARY}'`]);
  });
});

describe('a secret elsewhere', () => {
  it('[S17] is found in every sink, also in Base64, once each', () => {
    const encoded = Buffer.from(CANARY).toString('base64');
    const sinks = [
      { name: 'log', texts: ['started', `refused ${CANARY}`, CANARY] },
      { name: 'page', texts: [`data: ${encoded}`] },
      { name: 'span', texts: ['nothing'] },
    ];
    expect(checkSecrecy([CANARY, 'other'], sinks).map(({ message }) => message)).toEqual([
      `log shows '${CANARY}': refused ${CANARY}`,
      `page shows '${CANARY}': data: ${encoded}`,
    ]);
  });
});
