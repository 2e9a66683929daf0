// Nodes of the CEL library, as far as the cost of their evaluation is counted: what carries one out can be wrapped.

import type { CelNode } from './syntax-tree.js';
import { isNode } from './syntax-tree.js';

type Run = (evaluator: unknown, node: unknown, scope: unknown) => unknown;
interface Runnable {
  evaluate: Run;
}

interface LibraryNode extends CelNode {
  readonly meta: { readonly alternate?: LibraryNode; readonly macro?: Runnable; readonly evaluate: Run };
  setMeta(key: 'evaluate', run: Run): unknown;
  /** Carries out an operator or call whose operands are known. */
  handle?: (...args: readonly unknown[]) => unknown;
}

const libraryNode = (node: CelNode): LibraryNode => node as LibraryNode;

/** Evaluates a node through `around`. Only once an expression was checked, and before it is evaluated. */
export function wrapEvaluation(node: CelNode, around: (run: () => unknown) => unknown): void {
  const inner = libraryNode(node);
  const { alternate, macro, evaluate } = inner.meta;
  if (alternate !== undefined) return wrapEvaluation(alternate, around);
  const within =
    (run: Run): Run =>
    (evaluator, self, scope) =>
      around(() => run(evaluator, self, scope));
  if (macro === undefined) inner.setMeta('evaluate', within(evaluate));
  else macro.evaluate = within(macro.evaluate);
}

/** Tells `carried` the operands and the result of each time that an operator or call was carried out. */
export function observeCalls(node: CelNode, carried: (args: readonly unknown[], result: unknown) => void): void {
  const inner = libraryNode(node);
  const { handle } = inner;
  if (handle === undefined) return;
  const isList = node.op === 'call' || node.op === 'rcall';
  inner.handle = (...all): unknown => {
    const result = handle(...all);
    const [first] = all;
    carried(isList && Array.isArray(first) ? first : all.slice(0, 2), result);
    return result;
  };
}

/** Whether a name stands for a constant: a type or a namespace. */
export function isNameOfConstant(node: CelNode): boolean {
  return node.op === 'id' && isNode(libraryNode(node).meta.alternate);
}
