import { describe, expect, it } from 'vitest';
import { body, found, historyBuilder } from './history-builder.js';
import { identity } from './identity.js';

describe('where writes land', () => {
  it('[S3] is content with writes that land on their object, with its children, and with writes for nobody', () => {
    const h = historyBuilder();
    h.commit(body(1), { call: h.call('u1') });
    const child = body(2, { uid: 'u2' });
    h.commit({ ...child, metadata: { ...child.metadata, ownerReferences: [{ uid: 'u1' }] } }, { call: h.call('u1') });
    h.commit(body(3, { uid: 'u3' }), { call: h.call(undefined) });
    h.commit(body(4, { uid: 'u3' }));
    expect(found(identity, h)).toEqual([]);
  });

  it('[S3] finds a write for an object that lands on its successor of the same name', () => {
    const h = historyBuilder();
    h.commit(body(1));
    const call = h.call('u1');
    h.gone('u1', 2, { actor: 'user' });
    h.commit(body(3, { uid: 'young' }), { actor: 'user' });
    h.commit(body(4, { uid: 'young', status: { stale: true } }), { call });
    expect(found(identity, h)).toEqual([expect.stringMatching(/^4: call 0 was made for uid u1, but changed .* \(young\)/)]);
  });

  it('[S3] finds a deletion of another object', () => {
    const h = historyBuilder();
    h.commit(body(1, { uid: 'u2' }));
    h.gone('u2', 2, { call: h.call('u1') });
    expect(found(identity, h)).toEqual([expect.stringMatching('^2: call 0')]);
  });
});
