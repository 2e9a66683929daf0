import { describe, expect, it } from 'vitest';
import { createManualClock } from '../ports/manual-clock.js';
import { createSeededRandom } from '../ports/seeded-random.js';
import { systemClock } from '../runtime/system-clock.js';
import { systemRandom } from '../runtime/system-random.js';
import {
  clockContract,
  type ClockSubject,
  type ContractCase,
  createMemoryStores,
  diffBaseStoreContract,
  exceptCases,
  memoStoreContract,
  progressStoreContract,
  randomContract,
} from './index.js';

const manual = (): ClockSubject => {
  const clock = createManualClock();
  return { clock, pass: async (ms) => clock.advanceBy(ms) };
};
const system = (): ClockSubject => ({ clock: systemClock, pass: (ms) => systemClock.sleep(ms, new AbortController().signal) });

function keeps<Subject>(subject: string, contract: readonly ContractCase<Subject>[], make: () => Subject): void {
  describe(subject, () => {
    it.each(contract)('$name', async ({ run }) => expect(await run(make)).toBeUndefined());
  });
}

keeps('the manual clock', clockContract, manual);
keeps('the system clock', clockContract, system);
keeps('the seeded random', randomContract, () => createSeededRandom(7));
keeps('the system random', randomContract, () => systemRandom);
keeps('progress in memory', progressStoreContract, () => {
  const stores = createMemoryStores();
  return { store: stores.progress, reopen: () => stores.progress };
});
keeps('diff bases in memory', diffBaseStoreContract, () => {
  const stores = createMemoryStores();
  return { store: stores.diffBase, reopen: () => stores.diffBase };
});

keeps('memos in memory', memoStoreContract, () => {
  const stores = createMemoryStores();
  return { store: stores.memo, reopen: () => stores.memo };
});

describe('a contract is broken', () => {
  const broken = <Subject>(contract: readonly ContractCase<Subject>[], make: () => Subject) =>
    Promise.all(
      contract.map(async ({ name, run }) =>
        (await run(make).then(
          () => true,
          () => false,
        ))
          ? []
          : [name],
      ),
    ).then((names) => names.flat());

  it('by a store that forgets', async () => {
    const forgetful = () => {
      const stores = createMemoryStores();
      return { store: { ...stores.diffBase, commit: async () => 'done' as const }, reopen: () => stores.diffBase };
    };
    expect(await broken(diffBaseStoreContract, forgetful)).toContain('gives back the essence as it was');
  });

  it('by a store that takes every commit', async () => {
    const careless = () => {
      const { progress } = createMemoryStores();
      const store = {
        ...progress,
        plan: (...args: Parameters<typeof progress.plan>) => progress.plan(args[0], { ...args[1], version: undefined }),
      };
      return { store, reopen: () => store };
    };
    expect(await broken(progressStoreContract, careless)).toContain('replaces a record as a whole');
  });

  it('by a clock that wakes nobody in order', async () => {
    const hasty = () => ({ ...manual(), clock: { ...manual().clock, sleep: () => Promise.resolve() } });
    expect(await broken(clockContract, hasty)).toContain('sleeps for at least as long as it was asked');
  });

  it('by random numbers that repeat', async () => {
    expect(await broken(randomContract, () => ({ next: () => 0.5, uuid: () => '00000000-0000-4000-8000-000000000000' }))).toEqual([
      'spreads its numbers over the whole range',
      'never gives a uuid twice',
    ]);
  });
});

describe('exceptCases', () => {
  const contract: readonly ContractCase<number>[] = [{ name: 'one', run: async () => undefined }];

  it('puts the reason on the case', () => {
    expect(exceptCases(contract, { one: 'cannot' })).toEqual([expect.objectContaining({ name: 'one', skipped: 'cannot' })]);
  });

  it.each([
    { when: 'no case has the name', reasons: { two: 'cannot' } },
    { when: 'the reason is empty', reasons: { one: ' ' } },
  ])('throws when $when', ({ reasons }) => {
    expect(() => exceptCases(contract, reasons)).toThrow();
  });
});
