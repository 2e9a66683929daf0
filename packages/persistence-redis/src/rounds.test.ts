import type { ObjectView } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { viewOf } from '../test/support.js';
import type { LoadedEntry } from './loaded.js';
import { createRounds, type Answer } from './rounds.js';

/** Answers are entries with the uid for a memo. */
function createWorld(partOf: (uid: string) => number = () => 0) {
  const rounds: { readonly uids: readonly string[]; answer(answers?: readonly Answer[]): void; fail(error: Error): void }[] = [];
  const { load } = createRounds({
    partOf,
    ask: (objects: readonly ObjectView[]) =>
      new Promise((resolve, reject) => {
        const uids = objects.map(({ ref }) => ref.uid);
        const entries = uids.map((uid) => ({ memo: uid }) as unknown as LoadedEntry);
        rounds.push({ uids, answer: (answers = entries) => resolve(answers), fail: reject });
      }),
  });
  const asked = async (uids: readonly string[]): Promise<readonly unknown[]> =>
    (await load(uids.map((uid) => viewOf(uid)))).map(({ memo }) => memo);
  return { rounds, asked };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const many = (count: number) => Array.from({ length: count }, (_, index) => `n-${String(index)}`);

describe('rounds of questions', () => {
  it('make one of all that is asked for in the same turn, whoever asks, and of every object once', async () => {
    const { rounds, asked } = createWorld();
    const answers = [asked(['a', 'b']), asked(['b']), asked(['c', 'a'])];
    await nextTurn();
    expect(rounds.map(({ uids }) => uids)).toEqual([['a', 'b', 'c']]);
    rounds[0]?.answer();
    expect(await Promise.all(answers)).toEqual([['a', 'b'], ['b'], ['c', 'a']]);
  });

  it('ask anew for what is asked for after they began', async () => {
    const { rounds, asked } = createWorld();
    const first = asked(['a']);
    await nextTurn();
    const second = asked(['a']);
    await nextTurn();
    expect(rounds.map(({ uids }) => uids)).toEqual([['a'], ['a']]);
    for (const { answer } of rounds) answer();
    expect(await Promise.all([first, second])).toEqual([['a'], ['a']]);
  });

  it('are of some hundred objects at most, and some at once: the next begins when one has ended, well or badly', async () => {
    const { rounds, asked } = createWorld();
    const refused = expect(asked(many(2600))).rejects.toThrow('away');
    await nextTurn();
    expect(rounds.map(({ uids }) => uids.length)).toEqual([500, 500, 500, 500]);
    rounds[1]?.fail(new Error('away'));
    rounds[0]?.answer();
    await nextTurn();
    expect(rounds.map(({ uids }) => uids.length)).toEqual([500, 500, 500, 500, 500, 100]);
    await refused;
  });

  it('wait for nobody of another part', async () => {
    const { rounds, asked } = createWorld((uid) => (uid.startsWith('n') ? 1 : 2));
    const waiting = asked(many(3000));
    await nextTurn();
    const other = asked(['x']);
    await nextTurn();
    expect(rounds.at(-1)?.uids).toEqual(['x']);
    rounds.at(-1)?.answer();
    expect(await other).toEqual(['x']);
    for (let answered = 0; answered < 6; answered += 1, await nextTurn()) rounds.filter(({ uids }) => uids[0] !== 'x')[answered]?.answer();
    expect(await waiting).toEqual(many(3000));
  });

  it('fail only who asked for what has no answer', async () => {
    const { rounds, asked } = createWorld();
    const [good, bad] = [asked(['a']), expect(asked(['b'])).rejects.toThrow('of the future')];
    await nextTurn();
    rounds[0]?.answer([{ memo: 'a' } as unknown as LoadedEntry, new Error('of the future')]);
    expect(await good).toEqual(['a']);
    await bad;
  });
});
