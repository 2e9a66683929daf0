// The values of a text that is formatted may be of several types, other than those of every other list.

import type { Checker, Scope } from './macro.js';
import type { CelNode } from './syntax-tree.js';
import { callOf, nodesBelow, visitNodes } from './syntax-tree.js';

type Check = (checker: Checker, node: CelNode, scope: Scope) => unknown;

/** Lets an expression that was parsed, but not checked, format what it likes. */
export function allowMixedFormats(tree: CelNode): void {
  visitNodes(tree, (node) => {
    const call = callOf(node);
    const [values] = call?.args ?? [];
    if (call?.name !== 'format' || values?.op !== 'list') return;
    (values as CelNode & { setMeta(key: 'check', check: Check): unknown }).setMeta('check', (checker, list, scope) => {
      for (const value of nodesBelow(list)) checker.check(value, scope);
      return checker.getType('list<dyn>');
    });
  });
}
