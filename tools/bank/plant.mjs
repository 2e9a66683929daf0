/** How bugs of the bank are written down. */
import { fromRoot } from '../workspace.mjs';

const file = (name) => fromRoot('packages', ...name.split('/').toSpliced(1, 0, 'src'));

/** One replacement. */
export const swap = (path, text, by) => ({ file: file(path), text, by });

/** Killed by a strategy of the sweep: name, what it is, strategy, changes, stories. */
export const swept = (...[name, is, strategy, changes, workloads = ['create', 'update', 'delete']]) => ({
  name,
  is,
  strategies: [strategy],
  workloads,
  changes: Array.isArray(changes) ? changes : [changes],
});

/** Killed by one of `count` drawn stories from `seed` on: name, what it is, seeds, changes. */
export const drawn = (...[name, is, seeds, changes]) => ({ name, is, drawn: seeds, changes: Array.isArray(changes) ? changes : [changes] });

/** Killed by tests of the pure decision, a contract or a story: name, what it is, test file, changes. */
export const tested = (...[name, is, suite, changes]) => ({ name, is, suite, changes: Array.isArray(changes) ? changes : [changes] });
