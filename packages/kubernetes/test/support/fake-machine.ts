import { createManualClock, type ManualClock } from '@kopfts/core';
import type { AuthenticatorPorts } from '../../src/auth/authenticator.js';
import type { AuthEnvironment, Program, ProgramEnd } from '../../src/index.js';

/** A machine made of a table of files and variables, whose programs are functions. */
export interface FakeMachine extends AuthEnvironment {
  write(path: string, text: string): void;
  remove(path: string): void;
  /** What is run from now on. */
  program: (program: Program, signal: AbortSignal) => Promise<ProgramEnd>;
  /** Files read so far. */
  reads: number;
}

export function createFakeMachine(env: Record<string, string> = {}, files: Record<string, string> = {}): FakeMachine {
  const contents = new Map(Object.entries(files).map(([path, text]) => [path, { text, at: 1 }]));
  const fileAt = (path: string) => {
    const file = contents.get(path);
    if (file === undefined) throw new Error(`ENOENT: no such file: ${path}`);
    return file;
  };
  const fake: FakeMachine = {
    env,
    reads: 0,
    program: () => Promise.reject(new Error('ENOENT')),
    run: (program, signal) => fake.program(program, signal),
    write: (path, text) => contents.set(path, { text, at: (contents.get(path)?.at ?? 0) + 1 }),
    remove: (path) => contents.delete(path),
    readFile: async (path) => {
      fake.reads += 1;
      return fileAt(path).text;
    },
    modifiedMs: async (path) => fileAt(path).at,
    exists: async (path) => contents.has(path),
  };
  return fake;
}

/** What loaders need, on this machine. */
export function portsOn(
  environment: AuthEnvironment,
  options: Partial<AuthenticatorPorts> = {},
): AuthenticatorPorts & { readonly clock: ManualClock } {
  const clock = createManualClock();
  return {
    environment,
    pluginMs: 60_000,
    proxyFromEnvironment: true,
    signal: new AbortController().signal,
    ...options,
    clock,
  };
}
