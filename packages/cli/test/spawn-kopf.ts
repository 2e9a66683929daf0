import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

const tsconfig = fileURLToPath(new URL('../../../tsconfig.json', import.meta.url));
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export interface KopfProcess {
  readonly child: ChildProcess;
  /** Its exit code. */
  readonly over: Promise<number | null>;
  readonly heard: () => string;
  /** Resolves when it has said so; fails the test if it ends before. */
  hear(text: string): Promise<void>;
}

/** The command in a process of its own, on the sources; killed when the test ends. */
export function spawnKopf(cwd: string, ...argv: string[]): KopfProcess {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main, ...argv], {
    cwd,
    env: { ...process.env, TSX_TSCONFIG_PATH: tsconfig },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const over = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let heard = '';
  let check = (): void => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      check();
    });
  }
  const hear = async (text: string): Promise<void> => {
    const heardIt = new Promise<void>((resolve) => {
      check = () => {
        if (heard.includes(text)) resolve();
      };
      check();
    });
    await Promise.race([heardIt, over.then((code) => expect.unreachable(`ended with ${String(code)}: ${heard}`))]);
  };
  return { child, over, heard: () => heard, hear };
}
