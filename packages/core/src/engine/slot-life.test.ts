import { describe, expect, it } from 'vitest';
import { createSlotLives } from './slot-life.js';

function livesOfOperator() {
  const [stop, end] = [new AbortController(), new AbortController()];
  return { stop, end, lives: createSlotLives(stop.signal, end.signal) };
}

describe('the signals of objects at work', () => {
  it('tell the next object that has them, as they told the first', () => {
    const { stop, end, lives } = livesOfOperator();
    const first = lives.open();
    const { stopping, ended } = first;
    first.recycle();
    const next = lives.open();
    expect([next.stopping, next.ended]).toEqual([stopping, ended]);
    expect(lives.open().stopping).not.toBe(stopping);
    stop.abort(new Error('stop'));
    end.abort(new Error('end'));
    expect([next.stopping.reason, next.ended.reason].map(String)).toEqual(['Error: stop', 'Error: end']);
  });

  it('are nobody else’s when somebody outside had them, or when they have told of the end', () => {
    const { lives } = livesOfOperator();
    const seen = lives.open();
    const released = lives.open();
    seen.close();
    released.release('not served any more');
    released.recycle();
    const next = [lives.open(), lives.open()];
    for (const { stopping, ended } of next) {
      expect([seen.stopping, released.stopping]).not.toContain(stopping);
      expect([stopping.aborted, ended.aborted]).toEqual([false, false]);
    }
  });

  it('call those who want to hear of the end, each life its own, and not those who left', () => {
    const { stop, lives } = livesOfOperator();
    const heard: string[] = [];
    const first = lives.open();
    const leave = first.onStopping(() => heard.push('first'));
    first.onStopping(() => heard.push('second'));
    leave();
    const released = lives.open();
    released.onStopping(() => heard.push('released'));
    released.release('not served any more');
    expect(heard).toEqual(['released']);
    stop.abort(new Error('stop'));
    expect(heard).toEqual(['released', 'second']);
  });

  it('serve one object at a time, however often they are given back, and not for ever', () => {
    const { lives } = livesOfOperator();
    const life = lives.open();
    life.recycle();
    life.recycle();
    expect(lives.open().stopping).not.toBe(lives.open().stopping);
    const all = new Set<AbortSignal>();
    for (let i = 0; i < 1000; i += 1) {
      const one = lives.open();
      all.add(one.stopping);
      one.recycle();
    }
    expect(all.size).toBeGreaterThan(1);
    expect(all.size).toBeLessThan(100);
  });
});
