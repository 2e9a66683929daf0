import { describe, expect, it } from 'vitest';
import { body, LHC, model } from './history-builder.js';
import { essenceOf, essenceText, storedEssence } from './stored-essence.js';

describe('essences', () => {
  it('leave out identity, system metadata, status, kubectl and the annotations of operators', () => {
    const seen = {
      ...body(1, {
        spec: { f: 1 },
        status: { s: 1 },
        labels: { a: '1' },
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': '…',
          'kopf.zalando.org/create_fn': '…',
          'other-op.example.com/kopf-managed': 'yes',
          'other-op.example.com/fn': '…',
          mine: 'x',
        },
        handled: {},
        finalizers: ['f'],
      }),
      data: { k: 'v' },
    };
    const essence = { spec: { f: 1 }, data: { k: 'v' }, metadata: { labels: { a: '1' }, annotations: { mine: 'x' } } };
    expect(essenceOf(seen, model())).toEqual(essence);
    expect(essenceOf(seen, model([{ id: 'f', reasons: ['update'], field: ['status', 's'] }]))).toEqual({ ...essence, status: { s: 1 } });
    expect(essenceOf(body(1, { handled: {} }), model())).toEqual({ spec: {} });
  });

  it('are read from the annotation, if it is there and a mapping', () => {
    expect(storedEssence(body(1, { handled: { spec: { a: 1 } } }), model())).toEqual({ spec: { a: 1 } });
    expect(storedEssence(body(1), model())).toBeUndefined();
    for (const text of ['{', 'null', '[]', '1']) expect(storedEssence(body(1, { annotations: { [LHC]: text } }), model())).toBeUndefined();
  });

  it('are equal whatever the order of keys, with nulls for nothing, and with a status that no handler looks at', () => {
    expect(essenceText({ a: { x: 1, y: null }, b: 2, status: { s: 1 } }, model())).toBe(essenceText({ b: 2, a: { x: 1 } }, model()));
    expect(essenceText({ a: [null] }, model())).not.toBe(essenceText({ a: [] }, model()));
    const looking = model([{ id: 'f', reasons: ['update'], field: ['status'] }]);
    expect(essenceText({ status: { s: 1 } }, looking)).not.toBe(essenceText({ status: { s: 2 } }, looking));
  });
});
