import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CASES } from './cases.js';
import { definitions } from './case.js';
import type { Wire } from './run-case.js';
import { runCase } from './run-case.js';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const JSON_HEADERS = { 'content-type': 'application/json' };

async function send(wire: Wire, request: { method: string; path: string; body?: unknown }): Promise<number> {
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const answer = await wire({ method: request.method, path: request.path, headers: JSON_HEADERS, body });
  for await (const chunk of answer.chunks) if (chunk.byteLength < 0) break;
  return answer.status;
}

/** Registers every case against one server; `wire` is asked for when the tests run. */
export function describeCases(name: string, wire: () => Wire, options: { isReal: boolean }): void {
  describe(name, () => {
    const run = Math.random().toString(36).slice(2, 8);
    const group = `r${run}.conformance.dev`;

    beforeAll(async () => {
      for (const definition of definitions(group))
        expect(await send(wire(), { method: 'POST', path: DEFINITIONS, body: definition })).toBe(201);
      for (const path of [
        `${group}/v1/samples`,
        `${group}/v1/plains`,
        `${group}/v2/plains`,
        `owned.${group}/v1/gadgets`,
        `owned.${group}/v3/gadgets`,
      ]) {
        await vi.waitFor(async () => expect(await send(wire(), { method: 'GET', path: `/apis/${path}` })).toBe(200), {
          timeout: 15_000,
          interval: 100,
        });
      }
    }, 30_000);

    afterAll(async () => {
      for (const plural of ['samples', 'plains', 'gadgets'])
        await send(wire(), { method: 'DELETE', path: `${DEFINITIONS}/${plural}.${group}` });
    });

    for (const [index, conformance] of CASES.entries()) {
      if (options.isReal && conformance.notOnRealServer !== undefined) continue;
      it(conformance.name, async () => {
        const ns = `c${index}-${run}`;
        await send(wire(), {
          method: 'POST',
          path: '/api/v1/namespaces',
          body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } },
        });
        expect(await runCase(wire(), conformance, { ns, group })).toEqual([]);
      });
    }
  });
}
