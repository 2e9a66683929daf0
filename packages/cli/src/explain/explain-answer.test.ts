import { InvalidOptionError } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { answerWhy } from './explain-answer.js';

const TOKEN = 'the-token';
const explained: unknown[] = [];
const ask = (target: string, token: string | undefined = TOKEN, method = 'GET') =>
  answerWhy(
    { method, target, token },
    {
      token: TOKEN,
      explain: (ref) => {
        explained.push(ref);
        if ('kind' in ref && ref.kind === 'refused') throw new InvalidOptionError('kind', ref.kind, 'another one');
        return { text: 'why' } as never;
      },
    },
  );

describe('whoever asks why', () => {
  it.each([undefined, '', 'the-toke', 'the-token ', 'x'.repeat(100_000)])('[N7] is told nothing without the token: %s', (token) => {
    for (const target of ['/explain?kind=a&name=b', '/nowhere', '/', 'http://evil.example/explain']) {
      expect(answerWhy({ method: 'POST', target, token }, { token: TOKEN, explain: () => expect.unreachable() }).status).toBe(401);
    }
  });

  it.each([
    ['/explain', 400],
    ['/explain?kind=a', 400],
    ['/explain?kind=refused&name=b', 400],
    ['/explain?kind=a&name=b', 200],
    ['/explain/../etc/passwd?kind=a&name=b', 404],
    ['/explain%2f..?kind=a&name=b', 404],
    ['//explain?kind=a&name=b', 404],
    ['/other', 404],
  ])('[N7] finds one path: %s, %i', (target, status) => {
    expect(ask(target).status).toBe(status);
  });

  it('[N7] may only read, and may ask at length', () => {
    expect(ask('/explain?kind=a&name=b', TOKEN, 'POST').status).toBe(405);
    const { body, status } = ask(`/explain?kind=${'a&'.repeat(50_000)}name=b`);
    expect([status, body.length < 1000]).toEqual([200, true]);
    expect(explained.at(-1)).toEqual({ kind: 'a', namespace: undefined, name: 'b' });
  });
});
