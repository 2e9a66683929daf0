// Scenarios are requests without expectations: what the real kube-apiserver answered to them was recorded, masked, in `recorded.json`.
// `KOPFTS_RECORD=1 npx vitest run --project real packages/apiserver/test/conformance.real.test.ts` records anew.

import { readFileSync } from 'node:fs';
import type { ConformanceCase, Json, RequestStep } from './case.js';
import type { Answered } from './run-case.js';

export type ScenarioStep = Omit<RequestStep, 'expect'>;

export interface Scenario {
  readonly name: string;
  /** The steps need nothing of each other: each is a case of its own. */
  readonly isIndependent?: boolean;
  readonly steps: readonly ScenarioStep[];
}

type Rest = Partial<Omit<ScenarioStep, 'method' | 'path'>>;

export const get = (path: string, rest: Rest = {}): ScenarioStep => ({ method: 'GET', path, ...rest });
export const post = (path: string, body: Json, rest: Rest = {}): ScenarioStep => ({ method: 'POST', path, body, ...rest });
export const put = (path: string, body: Json, rest: Rest = {}): ScenarioStep => ({ method: 'PUT', path, body, ...rest });
export const remove = (path: string, body?: Json, rest: Rest = {}): ScenarioStep => ({
  method: 'DELETE',
  path,
  ...(body === undefined ? {} : { body }),
  ...rest,
});
export const merge = (path: string, body: Json, rest: Rest = {}): ScenarioStep => ({
  method: 'PATCH',
  path,
  body,
  contentType: 'application/merge-patch+json',
  ...rest,
});
export const strategic = (path: string, body: Json, rest: Rest = {}): ScenarioStep => ({
  ...merge(path, body, rest),
  contentType: 'application/strategic-merge-patch+json',
});
export const jsonPatch = (path: string, body: Json, rest: Rest = {}): ScenarioStep => ({
  ...merge(path, body, rest),
  contentType: 'application/json-patch+json',
});

export const RECORDED = new URL('./recorded.json', import.meta.url);

/** Scenarios with what the real server said as their expectation. */
export function recordedCases(scenarios: readonly Scenario[]): readonly ConformanceCase[] {
  const recorded = JSON.parse(readFileSync(RECORDED, 'utf8')) as Readonly<Record<string, readonly Answered[]>>;
  return scenarios.flatMap(({ name, steps, isIndependent }) => {
    const checked = steps.map((step, index): RequestStep => ({ ...step, expect: expectation(name, recorded[name]?.[index]) }));
    if (isIndependent !== true) return [{ name, steps: checked }];
    return checked.map((step, index) => ({ name: `${name} (${index + 1})`, steps: [step] }));
  });
}

function expectation(name: string, answered: Answered | undefined): RequestStep['expect'] {
  if (answered === undefined) throw new Error(`the answers to ${JSON.stringify(name)} are not recorded`);
  const { status, warning, contentType, body } = answered;
  return { status, warning, contentType, ...(typeof body === 'string' ? { text: body } : { equals: body }) };
}
