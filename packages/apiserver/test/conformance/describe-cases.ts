import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeFileSync } from 'node:fs';
import { jsonTextOf } from '../../src/exact-numbers.js';
import { SCENARIOS, casesOf } from './cases.js';
import { definitions } from './case.js';
import { ruleds } from './cel-kind.js';
import { forms } from './schema-kind.js';
import { Obedience } from './obedience.js';
import { openOtherVersion } from './other-versions.js';
import type { Wire } from './run-case.js';
import { recordCase, runCase } from './run-case.js';
import { RECORDED } from './scenario.js';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const JSON_HEADERS = { 'content-type': 'application/json' };

async function send(wire: Wire, request: { method: string; path: string; body?: unknown }): Promise<number> {
  const body = request.body === undefined ? undefined : jsonTextOf(request.body);
  const answer = await wire({ method: request.method, path: request.path, headers: JSON_HEADERS, body });
  for await (const chunk of answer.chunks) if (chunk.byteLength < 0) break;
  return answer.status;
}

async function createNamespace(wire: Wire, name: string): Promise<void> {
  await send(wire, { method: 'POST', path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } });
}

async function record(bare: Wire, of: { run: string; group: string; tokens: Readonly<Record<string, string>> }): Promise<void> {
  const admin: Wire = (request) =>
    bare({ ...request, headers: { authorization: `Bearer ${of.tokens['admin'] ?? ''}`, ...request.headers } });
  const recorded: Record<string, unknown> = {};
  for (const [index, { name, steps }] of SCENARIOS.entries()) {
    const ns = `s${index}-${of.run}`;
    await createNamespace(admin, ns);
    recorded[name] = await recordCase(bare, steps, { values: { ns, group: of.group }, tokens: of.tokens, obedience: new Obedience(admin) });
  }
  writeFileSync(RECORDED, `${JSON.stringify(recorded, undefined, 2)}\n`);
}

/** Registers every case against one server; `wire` is asked for when the tests run. */
export function describeCases(
  name: string,
  bare: () => Wire,
  options: { isReal: boolean; tokens: Readonly<Record<string, string>> },
): void {
  describe(name, () => {
    const run = Math.random().toString(36).slice(2, 8);
    const group = `r${run}.conformance.dev`;
    // Set-up is done by the administrator; cases say themselves who asks.
    const wire = (): Wire => (request) =>
      bare()({ ...request, headers: { authorization: `Bearer ${options.tokens['admin'] ?? ''}`, ...request.headers } });

    const obedience = options.isReal ? new Obedience((request) => wire()(request)) : undefined;

    beforeAll(async () => {
      for (const definition of [...definitions(group), ruleds(`ruled.${group}`), forms(`strict.${group}`)])
        expect(await send(wire(), { method: 'POST', path: DEFINITIONS, body: definition })).toBe(201);
      for (const path of [
        `${group}/v1/samples`,
        `${group}/v1/counts`,
        `ruled.${group}/v1/ruleds`,
        `ruled.${group}/v2/ruleds`,
        `strict.${group}/v1/forms`,
        `strict.${group}/v2/forms`,
        `${group}/v1/plains`,
        `${group}/v2/plains`,
        `owned.${group}/v1/gadgets`,
        `owned.${group}/v3/gadgets`,
      ]) {
        await vi.waitFor(async () => expect(await send(wire(), { method: 'GET', path: `/apis/${path}` })).toBe(200), {
          timeout: 120_000,
          interval: 100,
        });
      }
    }, 300_000);

    afterAll(async () => {
      for (const plural of ['samples', 'plains', 'counts', 'gadgets'])
        await send(wire(), { method: 'DELETE', path: `${DEFINITIONS}/${plural}.${group}` });
    });

    // Only the real server is asked what is right.
    const other = options.isReal ? openOtherVersion(process.env['KOPFTS_KUBERNETES'], run) : undefined;
    const isAsked = options.isReal && process.env['KOPFTS_RECORD'] === '1';
    const isRecording = isAsked && other === undefined;
    if (isRecording) it('records the answers to the scenarios', () => record(bare(), { run, group, tokens: options.tokens }), 300_000);

    for (const [index, conformance] of casesOf({ isRecording }).entries()) {
      if (options.isReal && conformance.notOnRealServer !== undefined) continue;
      it(conformance.name, async () => {
        const ns = `c${index}-${run}`;
        await createNamespace(wire(), ns);
        const problems = await runCase(bare(), conformance, { values: { ns, group }, tokens: options.tokens, obedience });
        if (other === undefined) return expect(problems).toEqual([]);
        const found = other.comparable(problems);
        if (isAsked) other.record(conformance.name, found);
        else expect(found).toEqual(other.expected(conformance.name));
      });
    }
  });
}
