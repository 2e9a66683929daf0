import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afflictLine, isAfflicted, linesOf, type LineFault } from './stream-fault.js';

const line = Buffer.from('{"type":"ADDED"}\n');
const texts = (pieces: readonly Uint8Array[]): readonly string[] => pieces.map((piece) => Buffer.from(piece).toString());

describe('a line under a fault', () => {
  it.each<{ fault: LineFault; pieces: readonly string[]; then: string; delayMs: number }>([
    { fault: { kind: 'cutBefore' }, pieces: [], then: 'break', delayMs: 0 },
    { fault: { kind: 'cutInside', bytes: 3 }, pieces: ['{"t'], then: 'break', delayMs: 0 },
    { fault: { kind: 'cutInside', bytes: 999 }, pieces: ['{"type":"ADDED"}'], then: 'break', delayMs: 0 },
    { fault: { kind: 'cutAfter' }, pieces: ['{"type":"ADDED"}\n'], then: 'break', delayMs: 0 },
    { fault: { kind: 'duplicate' }, pieces: ['{"type":"ADDED"}\n', '{"type":"ADDED"}\n'], then: 'go-on', delayMs: 0 },
    { fault: { kind: 'delay', ms: 5 }, pieces: ['{"type":"ADDED"}\n'], then: 'go-on', delayMs: 5 },
    { fault: { kind: 'hide', more: 1 }, pieces: [], then: 'go-on', delayMs: 0 },
    { fault: { kind: 'silence' }, pieces: [], then: 'silence', delayMs: 0 },
  ])('is $pieces, then $then, under $fault.kind', ({ fault, pieces, then, delayMs }) => {
    const outcome = afflictLine(line, fault);
    expect({ pieces: texts(outcome.pieces), then: outcome.then, delayMs: outcome.delayMs }).toEqual({ pieces, then, delayMs });
  });

  it.each([
    { code: 410, reason: 'Expired' },
    { code: 500, reason: 'InternalError' },
  ])('is an ERROR of the server with a Status $code', ({ code, reason }) => {
    const { pieces, then } = afflictLine(line, { kind: 'error', code });
    expect(JSON.parse(texts(pieces)[0] ?? '')).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', status: 'Failure', code, reason },
    });
    expect(then).toBe('end');
  });
});

describe('the lines that a fault befalls', () => {
  it('are the one that it names, and what is hidden with it', () => {
    const lines = (how: LineFault) => [0, 1, 2, 3, 4].filter((nth) => isAfflicted(nth, { kind: 'line', nth: 1, how }));
    expect(lines({ kind: 'duplicate' })).toEqual([1]);
    expect(lines({ kind: 'hide', more: 2 })).toEqual([1, 2, 3]);
  });
});

describe('the lines of a piece', () => {
  it('are all of it, each but the last with its end', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-c\n]*$/), (text) => {
        const lines = texts(linesOf(Buffer.from(text)));
        expect(lines.join('')).toBe(text);
        for (const [index, one] of lines.entries()) {
          expect(one.slice(0, -1)).not.toContain('\n');
          if (index < lines.length - 1) expect(one.endsWith('\n')).toBe(true);
        }
      }),
    );
  });
});
