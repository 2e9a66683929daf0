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

  it('puts one listener at a signal, however many come and go', () => {
    const controller = new AbortController();
    const { signal } = controller;
    const listeners = createAbortListeners();
    const told: string[] = [];
    const leaves = ['a', 'b', 'c'].map((name) => listeners.listen(signal, () => told.push(name)));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    for (const leave of leaves) leave();
    listeners.listen(signal, () => told.push('d'));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    controller.abort();
    expect(told).toEqual(['d']);
  });

  it('lets a listener leave while all are told', () => {
    const controller = new AbortController();
    const listeners = createAbortListeners();
    const leave = listeners.listen(controller.signal, () => leave());
    controller.abort();
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });
});
