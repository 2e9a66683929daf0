import { createManualClock } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { createOutageGate, type Heard } from './outage-gate.js';

const KIND = { group: 'kopf.dev', plural: 'kopfexamples' };
const OTHER = { group: 'kopf.dev', plural: 'others' };

function open() {
  const clock = createManualClock();
  const gate = createOutageGate(clock);
  /** Whether it may be sent; what came of it. */
  const write = (heard: Heard, kind = KIND): boolean => {
    try {
      gate.enter(kind)(heard);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE', phase: 'connect' });
      return false;
    }
  };
  const fail = (times: number): void => {
    for (let count = 0; count < times; count += 1) expect(write('failure')).toBe(true);
  };
  return { clock, gate, write, fail };
}

describe('the gate of an outage', () => {
  it('[C9] closes after twenty failures in a row, not after fewer', () => {
    const { write, fail } = open();
    fail(19);
    expect(write('answer')).toBe(true);
    fail(20);
    expect(write('failure')).toBe(false);
  });

  it('[C9] lets one ask after 1, 2, 4, 8, 10, 10 … seconds', () => {
    const { clock, write, fail } = open();
    fail(20);
    const asked: number[] = [];
    for (let second = 1; second <= 45; second += 1) {
      clock.advanceBy(1000);
      if (write('failure')) asked.push(second);
      expect(write('failure')).toBe(false);
    }
    expect(asked).toEqual([1, 3, 7, 15, 25, 35, 45]);
  });

  it('lets nobody else ask while one does, and the next one when that was given up', () => {
    const { clock, gate, write, fail } = open();
    fail(20);
    clock.advanceBy(1000);
    const leave = gate.enter(KIND);
    expect(write('answer')).toBe(false);
    leave(undefined);
    expect(write('answer')).toBe(true);
  });

  it('opens for all with the first answer', () => {
    const { clock, write, fail } = open();
    fail(20);
    clock.advanceBy(1000);
    expect([write('answer'), write('failure'), write('answer')]).toEqual([true, true, true]);
    fail(20);
    expect(write('answer')).toBe(false);
  });

  it('opens for all when the server was away and is back, and closes again if it only fails', () => {
    const { gate, write, fail } = open();
    fail(20);
    expect(write('failure')).toBe(false);
    gate.open();
    fail(20);
    expect(write('failure')).toBe(false);
  });

  it('[S13] is closed for the kind that fails only', () => {
    const { write, fail } = open();
    fail(20);
    expect([write('answer'), write('answer', OTHER)]).toEqual([false, true]);
  });

  it('counts what was on its way when it closed neither as an answer to come, nor as an outage that lasts longer', () => {
    const { clock, gate, write, fail } = open();
    const underWay = Array.from({ length: 30 }, () => gate.enter(KIND));
    fail(20);
    for (const leave of underWay) leave('failure');
    clock.advanceBy(1000);
    expect(write('answer')).toBe(true);
  });
});
