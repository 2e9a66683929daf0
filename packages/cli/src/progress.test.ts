import { describe, expect, it } from 'vitest';
import { createFakeIo } from '../test/fake-io.js';
import { withProgress } from './progress.js';

/** A terminal whose seconds pass when it is told so. */
function createTerminal() {
  const io = createFakeIo('/');
  let tick: (() => void) | undefined;
  const every = (_ms: number, call: () => void) => {
    tick = call;
    return () => (tick = undefined);
  };
  const pass = (seconds: number): void => {
    for (let second = 0; second < seconds; second += 1) tick?.();
  };
  return { io: { ...io, every }, pass, isOver: () => tick === undefined };
}

describe('progress', () => {
  it('is said from the first second on, in one line that goes away with what is said and with the end', async () => {
    const { io, pass, isOver } = createTerminal();
    await withProgress(io, 'Counting', (spoken) => {
      pass(2);
      spoken.stdout('one\n');
      pass(1);
      return Promise.resolve();
    });
    const line = 'Counting … 1 s';
    const blank = `\r${' '.repeat(line.length)}\r`;
    expect(io.err).toEqual([line, blank, 'Counting … 2 s', blank, 'Counting … 3 s', blank]);
    expect(io.out).toEqual(['one\n']);
    expect(isOver()).toBe(true);
  });

  it('goes away when the work fails, too, and passes the error on', async () => {
    const { io, pass, isOver } = createTerminal();
    const failing = withProgress(io, 'Counting', () => {
      pass(1);
      return Promise.reject(new Error('no'));
    });
    await expect(failing).rejects.toThrow('no');
    expect(io.err.at(-1)).toMatch(/^\r +\r$/);
    expect(isOver()).toBe(true);
  });

  it('is not said where nobody looks: what is no terminal', async () => {
    const io = createFakeIo('/');
    expect(await withProgress(io, 'Counting', (spoken) => Promise.resolve(spoken === io))).toBe(true);
    expect(io.err).toEqual([]);
  });

  it('is not said of what is done within a second', async () => {
    const { io } = createTerminal();
    expect(await withProgress(io, 'Counting', () => Promise.resolve(1))).toBe(1);
    expect(io.err).toEqual([]);
  });
});
