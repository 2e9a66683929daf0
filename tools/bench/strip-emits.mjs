/**
 * With `node --import`: core as if it had no facts. Each statement that only emits one is taken out of what is published. Where the address of this file has
 * `?beside`, only from copies of core that are imported with `?without-facts`.
 */
import { register } from 'node:module';
import ts from 'typescript';

const EMITS = /(^|\.)emit(End)?$/;
const { searchParams } = new URL(import.meta.url);

/** Module hook. */
export async function load(url, context, next) {
  const loaded = await next(url, context);
  const { pathname, search } = new URL(url);
  if (!/\/packages\/core\/dist\/[^/]+\.js$/.test(pathname) || loaded.source === null) return loaded;
  if (searchParams.has('beside') && !search.startsWith('?without-facts')) return loaded;
  const { text, count } = withoutEmits(String(loaded.source));
  if (/function runOperator\b/.test(text) && count < 30) throw new Error(`only ${count} emissions of facts were found in ${url}`);
  return { ...loaded, source: text };
}

function withoutEmits(source) {
  const file = ts.createSourceFile('core.js', source, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const spans = [];
  const visit = (node) => {
    const isEmission =
      ts.isExpressionStatement(node) && ts.isCallExpression(node.expression) && EMITS.test(node.expression.expression.getText(file));
    if (isEmission) spans.push([node.getStart(file), node.end]);
    else ts.forEachChild(node, visit);
  };
  visit(file);
  const text = spans.reverse().reduce((rest, [from, to]) => `${rest.slice(0, from)};${rest.slice(to)}`, source);
  return { text, count: spans.length };
}

// The hooks' thread imports this file, too.
if (!searchParams.has('hooks')) register(`${import.meta.url}${searchParams.size === 0 ? '?' : '&'}hooks`);
