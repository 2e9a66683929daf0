import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { METRICS } from '@kopfts/observability';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ensureCheck } from './build.mjs';
import { expressionOf } from './dashboard.js';

const RULES = join(import.meta.dirname, '../../packages/observability/prometheus/kopfts.rules.yaml');
let program = '';

beforeAll(async () => {
  program = await ensureCheck();
}, 600_000);

function check(files: readonly string[], input = ''): Promise<{ readonly code: number; readonly said: string }> {
  return new Promise((resolve) => {
    const child = execFile(program, files, (error, said) => resolve({ code: error === null ? 0 : Number(error.code), said }));
    child.stdin?.end(input);
  });
}

describe('Prometheus itself', () => {
  it('accepts the alert rules that come with the package, and would not accept any', async () => {
    expect(await check([RULES])).toEqual({ code: 0, said: '' });
    const folder = await mkdtemp(join(tmpdir(), 'rules-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const bad = join(folder, 'bad.yaml');
    await writeFile(bad, 'groups: [{ name: a, rules: [{ alert: A, expr: "sum by (x" }] }]\n');
    expect(await check([bad])).toMatchObject({ code: 1, said: expect.stringContaining('could not parse expression') });
  });

  it('understands what each panel of the dashboard asks', async () => {
    const expressions = METRICS.map((metric) => expressionOf(metric).replaceAll('$__rate_interval', '5m'));
    expect(await check([], `${expressions.join('\n')}\n`)).toEqual({ code: 0, said: '' });
    expect(await check([], 'sum by (\n')).toMatchObject({ code: 1 });
  });
});
