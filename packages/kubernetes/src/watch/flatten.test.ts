import { describe, expect, it } from 'vitest';
import { flatten, type Flattening } from './flatten.js';

async function* source(batches: readonly Iterable<string>[], left: () => void = () => undefined): AsyncGenerator<Iterable<string>> {
  try {
    for (const batch of batches) yield Promise.resolve(batch);
  } finally {
    left();
  }
}

/** Sources one after another; what fails is said, and the next source follows. */
function inTurn(...sources: readonly AsyncGenerator<Iterable<string>>[]): Flattening<string> {
  const left = [...sources];
  return {
    first: ['first'],
    next: () => left.shift(),
    failed: (error) => (error instanceof Error ? [`failed: ${error.message}`] : undefined),
  };
}

async function all(items: AsyncIterable<string>): Promise<readonly string[]> {
  const said: string[] = [];
  for await (const item of items) said.push(item);
  return said;
}

function* breaking(...items: readonly string[]): Generator<string, void, undefined> {
  yield* items;
  throw new Error('broken');
}

describe('batches, one item at a time', () => {
  it('come in order, of all sources, empty batches and sources included', async () => {
    expect(await all(flatten(inTurn(source([['a', 'b'], [], ['c']]), source([]), source([['d']]))))).toEqual(['first', 'a', 'b', 'c', 'd']);
  });

  it('go on with what is said of a failure, of a batch or of a source, and leave that source', async () => {
    const left: string[] = [];
    const broken = source([breaking('a'), ['never']], () => left.push('batch'));
    const failing = (async function* (): AsyncGenerator<Iterable<string>> {
      yield Promise.resolve(['b']);
      throw new Error('torn');
    })();
    expect(await all(flatten(inTurn(broken, failing, source([['c']]))))).toEqual([
      'first',
      'a',
      'failed: broken',
      'b',
      'failed: torn',
      'c',
    ]);
    expect(left).toEqual(['batch']);
  });

  it('end where a failure is the end', async () => {
    const items = flatten<string>({ first: [], next: () => source([breaking('a'), ['b']]), failed: () => undefined });
    expect(await all(items)).toEqual(['a']);
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it('are taken only when asked for, and leave their source when they are left', async () => {
    const left: string[] = [];
    const taken: string[] = [];
    const lazily = function* (): Generator<string, void, undefined> {
      for (const item of ['a', 'b', 'c']) {
        taken.push(item);
        yield item;
      }
    };
    const items = flatten(inTurn(source([lazily()], () => left.push('source'))));
    for await (const item of items) if (item === 'b') break;
    expect([taken, left]).toEqual([['a', 'b'], ['source']]);
  });

  it('answer those who ask for several at once in order', async () => {
    const items = flatten(inTurn(source([['a'], ['b']])));
    const answers = await Promise.all([items.next(), items.next(), items.next(), items.next(), items.next()]);
    expect(answers.map(({ value }) => value)).toEqual(['first', 'a', 'b', undefined, undefined]);
  });
});
