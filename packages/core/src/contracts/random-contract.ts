import type { Random } from '../ports/random.js';
import type { ContractCase } from './contract-case.js';
import { requireThat } from './require.js';

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const SAMPLES = 2000;

/** What every `Random` does. */
export const randomContract: readonly ContractCase<Random>[] = [
  {
    name: 'gives numbers from 0 up to, not including, 1',
    run: async (make) => {
      const random = await make();
      const wrong = sample(() => random.next()).find((value) => !(value >= 0 && value < 1));
      requireThat(wrong === undefined, `next() gave ${String(wrong)}`);
    },
  },
  {
    name: 'spreads its numbers over the whole range',
    run: async (make) => {
      const random = await make();
      const tenths = new Set(sample(() => Math.floor(random.next() * 10)));
      requireThat(tenths.size === 10, `of ten equal parts only ${String(tenths.size)} were met in ${String(SAMPLES)} draws`);
    },
  },
  {
    name: 'gives uuids of version 4',
    run: async (make) => {
      const random = await make();
      const wrong = sample(() => random.uuid()).find((uuid) => !UUID_V4.test(uuid));
      requireThat(wrong === undefined, `uuid() gave ${String(wrong)}`);
    },
  },
  {
    name: 'never gives a uuid twice',
    run: async (make) => {
      const random = await make();
      requireThat(new Set(sample(() => random.uuid())).size === SAMPLES, 'a uuid came twice');
    },
  },
];

function sample<T>(draw: () => T): readonly T[] {
  return Array.from({ length: SAMPLES }, draw);
}
