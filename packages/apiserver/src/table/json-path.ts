// The part of JSONPath that printer columns use: `.a.b`, `['a.b']`, `[0]`, `[*]` and `[?(@.type=="Ready")]`.

import { jsonTextOf } from '../exact-numbers.js';
import type { JsonValue } from '../store/json-value.js';
import { isArray, isObject, own } from '../store/json-value.js';

type Step = (value: JsonValue) => readonly JsonValue[];

const STEP =
  /^(?:\.((?:\\.|[^.[\]\\*])+)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]|\[\*\]|\.\*|\[\?\(@\.([^=!\s]+)\s*(==|!=)\s*(?:"([^"]*)"|'([^']*)'|([^\s)"'][^)"']*))\)\])/;

/** Compiles a path; what it does not understand selects nothing. */
export function compileJsonPath(path: string): (value: JsonValue) => readonly JsonValue[] {
  const steps: Step[] = [];
  let rest = path.startsWith('.') || path.startsWith('[') ? path : `.${path}`;
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (match === null) return () => [];
    steps.push(stepOf(match));
    rest = rest.slice(match[0].length);
  }
  return (value) => steps.reduce<readonly JsonValue[]>((found, step) => found.flatMap(step), [value]);
}

function stepOf(match: RegExpExecArray): Step {
  const [, plain, single, double, index, filterPath, operator, ...literals]: (string | undefined)[] = match;
  const key = plain ?? single ?? double;
  if (key !== undefined) return (value) => field(value, key.replaceAll('\\.', '.'));
  if (index !== undefined) return (value) => (isArray(value) ? value.slice(Number(index), Number(index) + 1) : []);
  if (filterPath === undefined) return (value) => (isArray(value) ? value : isObject(value) ? Object.values(value) : []);
  const wanted = literals.find((literal) => literal !== undefined) ?? '';
  const select = compileJsonPath(filterPath);
  return (value) =>
    isArray(value) ? value.filter((item) => select(item).some((found) => shown(found) === wanted) === (operator === '==')) : [];
}

function shown(value: JsonValue): string {
  return typeof value === 'string' ? value : jsonTextOf(value);
}

function field(value: JsonValue, key: string): readonly JsonValue[] {
  if (!isObject(value)) return [];
  const found = own(value, key);
  return found === undefined ? [] : [found];
}
