import { describe, expect, it } from 'vitest';
import { deadWatch } from './dead-watch.js';
import { body, found, historyBuilder, OP2, type HistoryBuilder } from './history-builder.js';

const PATH = '/apis/kopf.dev/v1/kopfexamples';
const watch = (h: HistoryBuilder, instance?: string): number =>
  h.call(undefined, { method: 'GET', path: `${PATH}?watch=true&timeoutSeconds=300`, ...(instance === undefined ? {} : { instance }) });
const silence = (h: HistoryBuilder, what: string, call: number): number => h.add({ kind: 'fault', what, call });

/** Two states and nothing else, before the third line never comes. */
function shown(): HistoryBuilder {
  const h = historyBuilder();
  watch(h);
  h.deliver(body(1));
  h.deliver(body(2));
  h.wait(100_000);
  return h;
}

describe('a watch that has gone silent', () => {
  it.each([
    ['a bookmark was seen', 3, 180_000],
    ['none was seen: its time, and what is left of it', 2, 315_000 + 30_000 - 100_000],
  ])('[L5] is replaced in time where %s', (_why, line, ms) => {
    const h = shown();
    silence(h, `silence from line ${String(line)}`, 0);
    h.wait(ms);
    watch(h);
    h.wait(1e9);
    h.phase('quiet');
    expect(found(deadWatch, h)).toEqual([]);
  });

  it.each([
    [3, '280000'],
    [2, '345000'],
  ])('[L5] must not be kept longer (silence at line %i)', (line, until) => {
    const h = shown();
    silence(h, `silence from line ${String(line)}`, 0);
    h.wait(Number(until) - 100_000 + 1);
    watch(h);
    expect(found(deadWatch, h)).toEqual([
      `4: operator#1 has not replaced its watch of kopf.dev/kopfexamples (call 0) by ${until} ms, which is silent since 100000 ms`,
    ]);
  });

  it('[L5] from its first moment on is given up in half a minute, and tried again', () => {
    const h = historyBuilder();
    silence(h, 'halfOpen', watch(h));
    h.wait(60_001);
    h.phase('quiet');
    expect(found(deadWatch, h)).toEqual([expect.stringMatching(/by 60000 ms, which is silent since 0 ms$/)]);
  });

  it('is not replaced by the watch of another instance or kind, and not asked of one that died', () => {
    const h = shown();
    silence(h, 'silence from line 3', 0);
    watch(h, OP2);
    h.call(undefined, { method: 'GET', path: '/api/v1/pods?watch=true' });
    h.wait(1e6);
    h.phase('quiet');
    expect(found(deadWatch, h)).toHaveLength(1);
    const dead = shown();
    silence(dead, 'silence from line 3', 0);
    dead.life('killed');
    dead.wait(1e6);
    dead.phase('quiet');
    expect(found(deadWatch, dead)).toEqual([]);
  });
});
