import { describe, expect, it } from 'vitest';
import type { Fact } from '../model/fact.js';
import type { ObjectRef } from '../model/object.js';
import { createFactMemory } from './fact-memory.js';
import { inOrder } from './fact-ring.js';

const RESOURCE = { group: 'kopf.dev', version: 'v1', plural: 'kopfexamples', kind: 'KopfExample' } as ObjectRef['resource'];
const refOf = (number: number): ObjectRef => ({ resource: RESOURCE, namespace: 'default', name: `o${number}`, uid: `uid-${number}` });
const seen = (object: ObjectRef, version: number): Fact => {
  return { kind: 'event-seen', object, type: 'MODIFIED', resourceVersion: String(version), inferred: false, at: version };
};
const started = (object: ObjectRef, handler: string, at: number): Fact => {
  return { kind: 'handler-started', object, handler, family: 'timer', attempt: 1, resourceVersion: '1', at };
};

describe('the memory of facts', () => {
  it('holds no more than its limit for 100,000 objects, and forgets those first that were not heard of for longest', () => {
    const memory = createFactMemory(() => 10_000);
    const refs = Array.from({ length: 100_000 }, (_, index) => refOf(index));
    let most = 0;
    for (const ref of refs) {
      for (let version = 1; version <= 4; version += 1) memory.accept(seen(ref, version));
      memory.accept(seen(refOf(0), 9));
      most = Math.max(most, memory.size);
    }
    expect(most).toBeLessThanOrEqual(10_000);
    const left = [...memory.objects()].map(({ ref }) => ref.name);
    expect(left.length).toBeLessThanOrEqual(10_000 / 4);
    expect(left).toEqual(expect.arrayContaining(['o0', 'o99999', 'o99000']));
    expect(left).not.toContain('o90000');
  });

  it('counts what it holds, whatever is forgotten', () => {
    const memory = createFactMemory(() => 500);
    for (let turn = 0; turn < 20_000; turn += 1) {
      const ref = refOf((turn * 7) % 90);
      memory.accept(turn % 3 === 0 ? seen(ref, turn) : started(ref, `h${(turn * 5) % 60}`, turn));
    }
    const held = [...memory.objects()].flatMap(({ own, handlers }) => [own, ...handlers.values()]).map(({ facts }) => facts.length);
    expect(held.reduce((sum, size) => sum + size, 0)).toBe(memory.size);
    expect(memory.size).toBeLessThanOrEqual(500);
  });

  it('keeps the story of an object beside a timer that ticks for ever', () => {
    const memory = createFactMemory(() => 10_000);
    const ref = refOf(1);
    memory.accept(seen(ref, 1));
    memory.accept(started(ref, 'made', 2));
    for (let tick = 0; tick < 1000; tick += 1) memory.accept(started(ref, 'tick', tick));
    const object = memory.object(ref.uid);
    expect(inOrder([object?.own ?? expect.unreachable()]).map(({ fact }) => fact.kind)).toEqual(['event-seen']);
    expect(object?.handlers.get('made')?.facts).toHaveLength(1);
    expect(object?.handlers.get('tick')).toMatchObject({ dropped: 988 });
    expect(inOrder([object?.handlers.get('tick') ?? expect.unreachable()]).map(({ fact }) => fact.at)).toEqual(
      Array.from({ length: 12 }, (_, index) => 988 + index),
    );
  });

  it('has room for so many handlers of one object, for their ids may be anything', () => {
    const memory = createFactMemory(() => 10_000);
    for (let child = 0; child < 500; child += 1) memory.accept(started(refOf(1), `parent/${child}`, child));
    expect(memory.object('uid-1')?.handlers.size).toBe(32);
    expect(memory).toMatchObject({ size: 32 });
    expect(memory.object('uid-1')?.dropped).toBe(468);
  });

  it('keeps no values of an object, no errors and no long texts', () => {
    const memory = createFactMemory(() => 10);
    const object = refOf(1);
    const error = { code: undefined, message: 'x'.repeat(5000), remedy: undefined, error: new Error('with a stack') };
    const diff = Array.from({ length: 50 }, (_, index) => ({
      op: 'add' as const,
      field: ['spec', `f${index}`],
      old: undefined,
      new: { big: 'value' },
    }));
    memory.accept({ kind: 'cause-detected', object, reason: 'update', diff, initial: false, at: 1 });
    memory.accept({ kind: 'object-failed', object, error, retryInMs: 1, at: 2 });
    memory.accept({ kind: 'handler-skipped', object, handler: 'h', family: 'change', filter: 'value', found: { deep: 'value' }, at: 3 });
    memory.accept({ kind: 'logged', level: 'info', message: 'said', object, fields: { body: { big: 'value' } }, at: 4 });
    const text = JSON.stringify([...memory.objects()].map(({ own, handlers }) => [own.facts, [...handlers.values()]]));
    expect(text).not.toMatch(/big|deep|with a stack/);
    expect(text.length).toBeLessThan(4000);
    expect(memory.object('uid-1')?.own.facts.map((fact) => ('error' in fact ? fact.error.error : undefined))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('remembers nothing where the limit is 0', () => {
    const memory = createFactMemory(() => 0);
    memory.accept(seen(refOf(1), 1));
    expect([memory.size, [...memory.objects()]]).toEqual([0, []]);
  });
});
