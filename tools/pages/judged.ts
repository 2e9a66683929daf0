import { checkHistory, finalState, undisturbedOf, type Harness } from '@kopfts/testing';
import { expect } from 'vitest';
import { model } from './model.js';

/** What the page says of undisturbed stories; only compiled, for a story of one's own. */
export async function judge(story: (fault?: { readonly kind: 'halfOpen' }) => Promise<Harness>) {
  // `story` is yours: it creates a harness, tells what happens, and gives the harness back.
  const calm = await story(); // once in peace …
  const world = await story({ kind: 'halfOpen' }); // … and once with a fault
  const judged = { ...model, reference: finalState(calm.history, model), undisturbed: undisturbedOf(calm.history, model) };
  expect(checkHistory(world.history, judged)).toEqual([]);
  // [{ invariant: 'L4', message: 'no handler begins with the update of a (…), which waits since 4000 ms, until 66000 ms', seq: 211 }]
}
