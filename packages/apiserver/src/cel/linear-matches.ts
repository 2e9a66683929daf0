// `matches` of the CEL library is JavaScript's own regular expression, and the library lets nobody take its place: calls of it become
// calls of a function with another name, which is RE2.

import type { CelNode } from './syntax-tree.js';
import { visitNodes } from './syntax-tree.js';

/** What `matches` is called inside: never said to anybody. */
export const MATCHES = 'matchesInLinearTime';

/** Lets an expression that was parsed, but not checked, use RE2. */
export function useLinearMatches(tree: CelNode): void {
  visitNodes(tree, (node) => {
    if (node.op !== 'rcall') return;
    const call: unknown[] = node.args;
    if (call[0] === 'matches') call[0] = MATCHES;
  });
}
