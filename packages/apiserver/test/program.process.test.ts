import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const tsx = createRequire(import.meta.url).resolve('tsx/cli');
const tsconfig = fileURLToPath(new URL('../../../tsconfig.json', import.meta.url));
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

interface Program {
  readonly child: ChildProcess;
  readonly url: string;
  readonly kubeconfig: string;
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

function start(...argv: string[]): Promise<Program> {
  // Not through the command of tsx: it has a process of its own, and signals would go to that.
  const child = spawn(process.execPath, ['--import', join(tsx, '../loader.mjs'), main, ...argv], {
    env: { ...process.env, TSX_TSCONFIG_PATH: tsconfig },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  return new Promise((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const found = /listens on (\S+)\nkubeconfig: (.+)\ntry: .+\n/.exec(out);
      if (found !== null) resolve({ child, url: found[1] ?? '', kubeconfig: found[2] ?? '', ended });
    });
    ended.then((how) => reject(new Error(`it ended: ${String(how)}`)), reject);
  });
}

describe('the process of kopf-apiserver', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 by %s, with a watch open and its state written', async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'kopf-process-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const state = join(folder, 'state');
    const program = await start('--persist', state);
    expect(existsSync(program.kubeconfig)).toBe(true);
    const watch = await fetch(`${program.url}/api/v1/namespaces?watch=1`);
    expect(watch.status).toBe(200);
    const created = await fetch(`${program.url}/api/v1/namespaces`, {
      method: 'POST',
      body: '{"metadata":{"name":"written"}}',
      headers: { 'content-type': 'application/json' },
    });
    expect(created.status).toBe(201);
    program.child.kill(signal);
    expect(await program.ended).toBe(0);
    await watch.text().catch(() => undefined);
    expect(readFileSync(state, 'utf8')).toContain('"name":"written"');
    expect(existsSync(program.kubeconfig)).toBe(false);
  });
});
