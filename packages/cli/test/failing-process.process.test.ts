// What is told when a process ends of an error that nobody could handle: canaries in all of its parts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('fail-loudly.ts', import.meta.url));
const tsconfig = fileURLToPath(new URL('../../../tsconfig.json', import.meta.url));

async function ended(...argv: readonly string[]): Promise<{ readonly code: unknown; readonly out: string; readonly said: string }> {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), script, ...argv], {
    env: { ...process.env, TSX_TSCONFIG_PATH: tsconfig },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[code], out, said] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { code, out, said };
}

describe('a process that ends of an error', () => {
  it.each([
    { how: 'bug', code: 'KOPF_BUG' },
    { how: 'string', code: 'KOPF_BUG' },
    { how: 'uncaught', code: 'KOPF_UNCAUGHT_EXCEPTION' },
    { how: 'rejected', code: 'KOPF_UNCAUGHT_EXCEPTION' },
  ])('[S17] tells no credential of it: $how', async ({ how, code }) => {
    const { out, said, ...end } = await ended(how);
    expect(said).toMatch(new RegExp(`^error ${code}: `));
    expect(said).toContain('[redacted]');
    expect(`${out}${said}`).not.toContain('canary');
    expect(end.code).toBe(1);
  });

  it('tells where it came from, with all that it was caused by, once each', async () => {
    const { said } = await ended('bug');
    expect(said).toMatch(/\n {4}at .*fail-loudly/);
    expect(said.match(/caused by /g)).toHaveLength(1);
    expect(said).toContain('at connect (https://user:[redacted]@host/module.js:1:1)');
  });

  it('[S17] tells it as one object where every line is one', async () => {
    for (const how of ['bug', 'uncaught']) {
      const { said } = await ended(how, 'run', '--log-format', 'json');
      expect(said).not.toContain('canary');
      expect(JSON.parse(said)).toMatchObject({ severity: 'error', message: expect.stringContaining('KOPF_'), stack: expect.any(String) });
    }
  });

  it('says so when nothing is left that could go on, and does not end as if all was well', async () => {
    const { code, said } = await ended('unfinished', 'check');
    expect(said).toMatch(/^error KOPF_UNFINISHED: The command was not done .*\n$/);
    expect(code).toBe(1);
    expect(JSON.parse((await ended('unfinished', 'run', '--log-format=json')).said)).toMatchObject({ severity: 'error' });
  });

  it('leaves it to who hears of exceptions', async () => {
    expect(await ended('heard')).toEqual({ code: 7, out: '', said: '' });
  });
});
