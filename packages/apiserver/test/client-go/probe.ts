import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ensureProbe, unavailableReason } from '../../../../tools/clients/go/build.mjs';

/** A line that the program in Go printed: `what` it saw, and more about it. */
export type Seen = Readonly<Record<string, unknown>> & { readonly what: string };

/** The path of the program, or undefined, with one line that says why, where it cannot be built. Under CI that is an error. */
export async function probeProgram(): Promise<string | undefined> {
  const log = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  const reason = unavailableReason();
  if (reason === undefined) return ensureProbe({ log });
  if (process.env['CI']) throw new Error(`the suites with a client in Go cannot run: ${reason}`);
  log(`skipped: suites with a client in Go (${reason})`);
  return undefined;
}

export interface ProbeStart {
  readonly program: string;
  readonly kubeconfig: string;
  readonly task: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The program at work. */
export class Probe {
  readonly seen: Seen[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #waiting = new Set<() => void>();
  #end = '';

  constructor({ program, kubeconfig, task, args = [], env = {} }: ProbeStart) {
    const child = spawn(program, ['-kubeconfig', kubeconfig, ...args, task], { env: { ...process.env, ...env } });
    this.#child = child;
    // Told to go on when it has ended: its end says more.
    child.stdin.on('error', () => undefined);
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      this.seen.push(JSON.parse(line) as Seen);
      this.#wake();
    });
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => (errors += String(error)));
      child.once('close', (code, signal) => {
        this.#end = code === 0 ? 'ended' : `ended with ${String(code ?? signal)}: ${errors}`;
        this.#wake();
        resolve();
      });
    });
  }

  /** Waits until all these were seen, in any order, each in a line of its own among those after the first `from` lines. */
  async until(expected: readonly Seen[], from = 0): Promise<void> {
    const missing = (): readonly Seen[] => {
      const rest = this.seen.slice(from);
      return expected.filter((one) => {
        const index = rest.findIndex((line) => Object.entries(one).every(([key, value]) => same(line[key], value)));
        if (index >= 0) rest.splice(index, 1);
        return index < 0;
      });
    };
    while (missing().length > 0) {
      if (this.#end !== '') throw new Error(`it ${this.#end}; it never said ${JSON.stringify(missing())}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Lets it go on where it waits. */
  tell(): void {
    this.#child.stdin?.write('\n');
  }

  /** Ends its input and waits until it is done. */
  async end(): Promise<readonly Seen[]> {
    this.#child.stdin?.end();
    await this.#ended;
    if (this.#end !== 'ended') throw new Error(`it ${this.#end}`);
    return this.seen;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
