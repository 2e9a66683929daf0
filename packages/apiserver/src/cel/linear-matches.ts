// `matches` of the CEL library is JavaScript's own regular expression, and the library lets nobody take its place: calls of it become
// calls of a function with another name, which is RE2.

import type { CelNode } from './syntax-tree.js';
import { visitNodes } from './syntax-tree.js';

/** What `matches` is called inside: never said to anybody. */
export const MATCHES = 'matchesInLinearTime';

/** Lets an expression that was parsed, but not checked, use RE2. */
export function useLinearMatches(tree: CelNode): void {
  visitNodes(tree, ({ op, args }) => {
    if (op === 'rcall' && Array.isArray(args) && args[0] === 'matches') args[0] = MATCHES;
  });
}
