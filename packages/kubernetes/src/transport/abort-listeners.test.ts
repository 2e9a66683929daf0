import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createAbortListeners } from './abort-listeners.js';

describe('createAbortListeners', () => {
  it('tells everybody who still listens, once', () => {
    const controller = new AbortController();
    const listeners = createAbortListeners();
    const told: string[] = [];
    listeners.listen(controller.signal, () => told.push('a'));
    const leave = listeners.listen(controller.signal, () => told.push('b'));
    listeners.listen(controller.signal, () => told.push('c'));
    leave();
    controller.abort();
    expect(told).toEqual(['a', 'c']);
  });

  it('keeps one listener at a signal while there is anybody, and none afterwards', () => {
    const { signal } = new AbortController();
    const listeners = createAbortListeners();
    const leaves = [1, 2, 3].map(() => listeners.listen(signal, () => undefined));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    for (const leave of leaves) leave();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    listeners.listen(signal, () => undefined);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  });

  it('lets a listener leave while all are told', () => {
    const controller = new AbortController();
    const listeners = createAbortListeners();
    const leave = listeners.listen(controller.signal, () => leave());
    controller.abort();
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });
});
