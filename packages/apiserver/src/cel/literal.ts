// Which expressions are known before anything is evaluated: their evaluation costs nothing.

import { isNameOfConstant } from './metered-node.js';
import type { CelNode } from './syntax-tree.js';
import { callOf, nodesBelow } from './syntax-tree.js';

/** Functions that turn a literal into one of another type. */
const CONVERSIONS: ReadonlySet<string> = new Set([
  'bool',
  'bytes',
  'double',
  'duration',
  'dyn',
  'int',
  'string',
  'timestamp',
  'type',
  'uint',
]);

export function isConstant(node: CelNode): boolean {
  if (node.op === 'value' || isNameOfConstant(node)) return true;
  if (node.op === '-_') return nodesBelow(node)[0]?.op === 'value';
  if (node.op === 'list' || node.op === 'map') return nodesBelow(node).every(isLiteral);
  const call = node.op === 'call' ? callOf(node) : undefined;
  return call !== undefined && CONVERSIONS.has(call.name) && call.args.length === 1 && call.args.every(isLiteral);
}

/** Types are known before, too, but no literals. */
const isLiteral = (node: CelNode): boolean => node.op !== 'id' && isConstant(node);
