// The syntax tree of an expression, as the CEL library gives it: calls of macros are calls like others here.

import type * as Cel from '@marcbachmann/cel-js';

/** A node; its type is known once the expression was checked. */
export type CelNode = ReturnType<typeof Cel.parse>['ast'] & { readonly checkedType?: CheckedType };

/** What the library found the value of a node to be. */
export interface CheckedType {
  readonly kind: string;
  readonly name: string;
  readonly keyType?: CheckedType;
  readonly valueType?: CheckedType;
}

/** The nodes right below one. */
export function nodesBelow(node: CelNode): readonly CelNode[] {
  const below: CelNode[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (isNode(value)) below.push(value);
  };
  collect(node.args);
  return below;
}

function isNode(value: unknown): value is CelNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

/** Calls every node, the outermost first. */
export function visitNodes(node: CelNode, visit: (node: CelNode) => void): void {
  visit(node);
  for (const below of nodesBelow(node)) visitNodes(below, visit);
}
