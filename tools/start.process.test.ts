import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Started {
  readonly child: ChildProcess;
  output(): string;
  said(text: string): Promise<void>;
  ended(): Promise<{ readonly code: number | null; readonly afterMs: number }>;
}

function start(command: string, args: readonly string[]): Started {
  const child = spawn(command, args, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  onTestFinished(() => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const closed = once(child, 'close');
  return {
    child,
    output: () => text,
    said: async (wanted) => {
      const deadline = performance.now() + 240_000;
      while (!text.includes(wanted)) {
        if (child.exitCode !== null || performance.now() > deadline) throw new Error(`never said ${JSON.stringify(wanted)}:\n${text}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    ended: async () => {
      const asked = performance.now();
      await closed;
      return { code: child.exitCode, afterMs: performance.now() - asked };
    },
  };
}

describe('npm start', () => {
  it('greets, says what to try, and ends cleanly at once by Ctrl-C in a terminal', async () => {
    // `script` gives it a pseudo-terminal and passes on its exit code; what we write is typed.
    const began = performance.now();
    const run = start('script', ['-qefc', 'npm start', '/dev/null']);
    await run.said('Hello, world!');
    const startMs = performance.now() - began;
    expect(run.output()).toMatch(/kubeconfig is .*kubeconfig/);
    expect(run.output().match(/^ {2}kubectl .*\r?$/gm)).toHaveLength(3);
    run.child.stdin?.write('\u0003');
    const { code, afterMs } = await run.ended();
    expect(code).toBe(0);
    // A second on a quiet machine; on a busy one in no more than its start took.
    expect(afterMs).toBeLessThan(Math.max(3000, startMs));
  });

  it('works without a terminal and ends by SIGTERM with exit code 0', async () => {
    const run = start(process.execPath, ['tools/start.mjs']);
    await run.said('Hello, world!');
    run.child.kill('SIGTERM');
    expect((await run.ended()).code).toBe(0);
  });
});

it('what was built can be started by its name in every example, as their documentation says', async () => {
  const child = spawn('npx', ['--no-install', 'kopf', '--version'], {
    cwd: `${root}examples/00-hello`,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  expect(await text(child.stdout)).toMatch(/^\d+\.\d+\.\d+$/m);
});
