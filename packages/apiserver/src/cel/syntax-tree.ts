// The syntax tree of an expression, as the CEL library gives it: calls of macros are calls like others here.

/** A node; its type is known once the expression was checked. */
export interface CelNode {
  readonly op: string;
  readonly args: unknown;
  readonly checkedType?: CheckedType;
}

/** What the library found the value of a node to be. */
export interface CheckedType {
  readonly kind: string;
  readonly name: string;
  readonly keyType?: CheckedType | undefined;
  readonly valueType?: CheckedType | undefined;
}

/** A call of a function or method; operators are none. */
export interface CelCall {
  readonly name: string;
  readonly target: CelNode | undefined;
  readonly args: readonly CelNode[];
}

export function isNode(value: unknown): value is CelNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
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

/** Undefined for what is no call. The name of a namespace belongs to the name of the function: `optional.of`. */
export function callOf(node: CelNode): CelCall | undefined {
  if (node.op === 'call') return { name: nameIn(node), target: undefined, args: nodesBelow(node) };
  if (node.op !== 'rcall') return undefined;
  const [target, ...args] = nodesBelow(node);
  if (target === undefined) return undefined;
  const isNamespace = target.op === 'id' && target.checkedType?.name.endsWith('Namespace') === true;
  return isNamespace ? { name: `${textIn(target)}.${nameIn(node)}`, target: undefined, args } : { name: nameIn(node), target, args };
}

function nameIn({ args }: CelNode): string {
  const name: unknown = Array.isArray(args) ? args[0] : undefined;
  return typeof name === 'string' ? name : '';
}

/** What an identifier is called. */
export function textIn({ args }: CelNode): string {
  return typeof args === 'string' ? args : '';
}

/** Calls every node, the outermost first. */
export function visitNodes(node: CelNode, visit: (node: CelNode) => void): void {
  visit(node);
  for (const below of nodesBelow(node)) visitNodes(below, visit);
}
