import { describe, expect, it } from 'vitest';
import { checkDeterminism, hashHistory } from './determinism.js';
import { body, historyBuilder, lines } from './history-builder.js';

function story(name: string) {
  const h = historyBuilder();
  h.commit(body(1, { spec: { name } }));
  h.phase('quiet');
  return h.history;
}

describe('two runs of one seed', () => {
  it('[S22] are equal, whatever the order of keys in bodies', () => {
    const one = historyBuilder();
    one.commit(body(1, { spec: { a: 1, b: [{ c: 1, d: 2 }] } }));
    const other = historyBuilder();
    other.commit(body(1, { spec: { b: [{ d: 2, c: 1 }], a: 1 } }));
    expect(hashHistory(one.history)).toBe(hashHistory(other.history));
    expect(hashHistory(one.history)).toMatch(/^[0-9a-f]{64}$/);
    expect(checkDeterminism(one.history, other.history)).toEqual([]);
  });

  it('[S22] must not differ in any entry', () => {
    expect(hashHistory(story('a'))).not.toBe(hashHistory(story('b')));
    expect(lines(checkDeterminism(story('a'), story('b')), 'S22')).toEqual([
      expect.stringMatching(/^0: two runs of one seed differ from entry 0 on: .*"name":"a".* and .*"name":"b"/),
    ]);
  });

  it('[S22] must not differ in length', () => {
    expect(lines(checkDeterminism(story('a'), story('a').slice(0, 1)), 'S22')).toEqual([expect.stringMatching('^1: .* from entry 1 on')]);
  });
});
