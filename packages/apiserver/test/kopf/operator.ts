import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const handlers = fileURLToPath(new URL('hello.py', import.meta.url));

/** A running `kopf run` of the example. */
export class KopfOperator {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | NodeJS.Signals | null>;
  readonly #waiting = new Set<() => void>();
  #hasEnded = false;
  #log = '';

  constructor(kopf: string, kubeconfig: string, args: readonly string[]) {
    const child = spawn(kopf, ['run', handlers, ...args], { env: { ...process.env, KUBECONFIG: kubeconfig, NO_COLOR: '1' } });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => this.#append(chunk));
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => this.#append(String(error)));
      child.once('close', (code, signal) => {
        this.#hasEnded = true;
        this.#append('');
        resolve(signal ?? code);
      });
    });
  }

  /** All lines so far. */
  get lines(): readonly string[] {
    return this.#log.split('\n');
  }

  /** The lines of the log that are more than information. */
  get complaints(): readonly string[] {
    return this.lines.filter((line) => /\[(WARNING|ERROR|CRITICAL) *\]|Traceback|Error:/.test(line));
  }

  /** Waits until so many lines have this text. */
  async until(text: string, times = 1): Promise<void> {
    while (this.lines.filter((line) => line.includes(text)).length < times) {
      if (this.#hasEnded) throw new Error(`it ended without saying ${text}:\n${this.#log}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Ends it as Kubernetes does. */
  stop(): Promise<number | NodeJS.Signals | null> {
    this.#child.kill('SIGTERM');
    return this.#ended;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #append(chunk: string): void {
    this.#log += chunk;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
