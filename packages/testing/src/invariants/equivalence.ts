import type { Invariant } from './invariant.js';
import type { Lifetimes } from './lifetimes.js';
import { lifetimesOf } from './undisturbed.js';

const NEVER: Lifetimes = { created: 0, deleted: 0 };

/**
 * L8: with mishaps or without, the same happened: each object was created and deleted as often as in the undisturbed run
 * (`model.undisturbed`), judged at `converged`. That the same is left is L1. Without that phase or measure nothing is asked; neither is it where somebody
 * took the object away meanwhile, for which the judge of a plan gives no measure.
 */
export const equivalence: Invariant = {
  id: 'L8',
  says: 'Disturbed or not, each object is created and deleted as often.',
  check: (history, model) => {
    const wanted = model.undisturbed?.counts;
    const from = history.findIndex((entry) => entry.kind === 'phase' && entry.phase === 'converged');
    if (wanted === undefined || from === -1) return [];
    const found = lifetimesOf(history.slice(0, from), model);
    const places = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort();
    return places.flatMap((place) => {
      const [want, have] = [wanted[place] ?? NEVER, found[place] ?? NEVER];
      if (want.created === have.created && want.deleted === have.deleted) return [];
      return [{ invariant: 'L8', message: `${place}: ${text(have)}, and ${text(want)} without mishaps`, seq: history[from]?.seq }];
    });
  },
};

function text({ created, deleted }: Lifetimes): string {
  return `created ${String(created)} times and deleted ${String(deleted)} times`;
}
