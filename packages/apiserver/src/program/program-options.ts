import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { ProgramIo } from './program-io.js';
import { ProgramError } from './program-io.js';

/** The arguments of `kopf-apiserver`. */
export interface ProgramOptions {
  readonly port: number;
  readonly host: string;
  readonly crd: readonly string[];
  readonly tls: boolean;
  readonly seed?: number;
  readonly persist?: string;
  readonly kubeconfig?: string;
}

/** Reads the arguments; undefined when only help or the version was asked for. @throws ProgramError with code 2. */
export function parseProgramOptions(argv: readonly string[], io: ProgramIo): ProgramOptions | undefined {
  const command = createCommand(io);
  try {
    return command.parse(argv, { from: 'user' }).opts<ProgramOptions>();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    const what = error.message.replace(/^error: /, '').replace(/\s+/g, (gap) => (gap.includes('\n') ? ' ' : gap));
    throw new ProgramError(`${/[.?!)]$/.test(what) ? what : `${what}.`} See kopf-apiserver --help.`, { exitCode: 2, cause: error });
  }
}

function createCommand(io: ProgramIo): Command {
  return new Command('kopf-apiserver')
    .description('an in-memory Kubernetes API server')
    .version(readVersion(), '-V, --version')
    .option('--port <number>', 'where to listen; default: a free port', parsePort, 0)
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--crd <file>', 'define the kinds of this file of CustomResourceDefinitions (repeatable)', collect, [])
    .option('--tls', 'serve HTTPS, with a certificate made for this run', false)
    .option('--seed <number>', 'make uids and generated names repeatable', parseSeed)
    .option('--persist <file>', 'load this file at the start, if it is there, and keep the objects in it')
    .option('--kubeconfig <file>', 'where to write the kubeconfig; default: a temporary file, removed at the end')
    .allowExcessArguments(false)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout(text), writeErr: () => undefined });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535) throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  return port;
}

function parseSeed(value: string): number {
  const seed = Number(value);
  if (!/^\d+$/.test(value) || seed >= 2 ** 32) throw new InvalidArgumentError('It must be a whole number below 4294967296.');
  return seed;
}

function readVersion(): string {
  // The same place for the sources and for what is built of them.
  for (const path of ['../package.json', '../../package.json']) {
    try {
      return (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { readonly version: string }).version;
    } catch {
      continue;
    }
  }
  return 'unknown';
}
