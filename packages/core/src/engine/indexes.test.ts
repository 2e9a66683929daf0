import { describe, expect, it } from 'vitest';
import { createIndexes } from './indexes.js';

/** A gate, and whether it has said that it is open. */
function gateOf(indexes = createIndexes([])) {
  const gate = indexes.openGate();
  let opened = 0;
  gate.onOpen(() => (opened += 1));
  return { gate, told: () => opened };
}

describe('the gate before all handlers', () => {
  it('[I-21] opens when all collections have begun, each was listed, and each object of the lists was indexed, in any order', () => {
    const { gate, told } = gateOf();
    const collection = gate.hold();
    const object = gate.hold();
    collection();
    gate.complete();
    expect([gate.isOpen(), told()]).toEqual([false, 0]);
    object();
    expect([gate.isOpen(), told()]).toEqual([true, 1]);
    object();
    expect(told()).toBe(1);
  });

  it('[I-21] is open where nothing is indexed, but not before all collections have begun', () => {
    const { gate, told } = gateOf();
    expect(gate.isOpen()).toBe(false);
    gate.complete();
    expect([gate.isOpen(), told()]).toEqual([true, 1]);
  });

  it('[I-21] that comes later waits for what began before it, too; who listens to an open one is told at once', () => {
    const indexes = createIndexes([]);
    const first = gateOf(indexes);
    const object = first.gate.hold();
    first.gate.complete();
    const second = gateOf(indexes);
    second.gate.complete();
    expect(second.gate.isOpen()).toBe(false);
    object();
    expect([first.told(), second.told()]).toEqual([1, 1]);
    let late = 0;
    second.gate.onOpen(() => (late += 1));
    expect(late).toBe(1);
  });

  it('[I-22] stays open, whatever begins later', () => {
    const indexes = createIndexes([]);
    const first = gateOf(indexes);
    first.gate.complete();
    const second = gateOf(indexes);
    second.gate.hold();
    second.gate.complete();
    expect([first.gate.isOpen(), second.gate.isOpen()]).toEqual([true, false]);
  });
});
