import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { masked } from './masking.js';
import type { CommandLine, Line } from './script.js';

/** Where kubectl finds a server, and who types there. */
export interface Seat {
  readonly kubectl: string;
  /** Home of kubectl's caches, with a kubeconfig per user in it. */
  readonly folder: string;
  /** Waits until the server does as a command said, where that is not at once. */
  readonly settled?: (run: string) => Promise<void>;
}

export interface Printed {
  readonly run: string;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Access {
  readonly url: string;
  readonly ca: string;
  readonly tokens: Readonly<Record<string, string>>;
}

export async function openSeat(kubectl: string, { url, ca, tokens }: Access): Promise<Seat> {
  const folder = await mkdtemp(join(tmpdir(), 'kopfts-kubectl-'));
  const cluster = { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  for (const [user, token] of Object.entries(tokens)) {
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'it', cluster }],
      users: [{ name: user, user: { token } }],
      contexts: [{ name: 'it', context: { cluster: 'it', user } }],
      'current-context': 'it',
    };
    await writeFile(join(folder, user), JSON.stringify(config));
  }
  return { kubectl, folder };
}

export function closeSeat({ folder }: Seat): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/** Types the lines one after the other; what they print is masked. */
export async function runLines(seat: Seat, namespace: string, lines: readonly Line[]): Promise<readonly Printed[]> {
  const printed: Printed[] = [];
  for (const line of lines) printed.push(...(await runLine(seat, namespace, typeof line === 'string' ? { run: line } : line)));
  return printed;
}

async function runLine(seat: Seat, namespace: string, line: CommandLine): Promise<readonly Printed[]> {
  const child = start(seat, namespace, line);
  const reading = read(child, line);
  if (line.meanwhile === undefined) {
    const printed = await reading.ended;
    await seat.settled?.(line.run);
    return [printed];
  }
  await reading.begun;
  const meanwhile = await runLines(seat, namespace, line.meanwhile);
  return [...meanwhile, await reading.ended];
}

function start({ kubectl, folder }: Seat, namespace: string, { run, as, editor, isQuiet, input }: CommandLine): ChildProcess {
  const words = (run.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ''));
  // A quiet command tells of its requests, so that one knows when it watches.
  const told = isQuiet === true ? ['-v=6'] : [];
  const env = { PATH: process.env['PATH'], HOME: folder, KUBE_EDITOR: editor, TZ: 'UTC', LC_ALL: 'C' };
  const child = spawn(kubectl, ['--kubeconfig', join(folder, as ?? 'admin'), '--namespace', namespace, ...told, ...words], { env });
  // It may end without reading everything.
  child.stdin.on('error', () => undefined);
  const documents = input === undefined ? [] : Array.isArray(input) ? input : [input];
  child.stdin.end(documents.map((document) => JSON.stringify(document)).join('\n---\n'));
  return child;
}

const LOGGED = /^[IWE]\d{4} \d\d:\d\d.*\n/gm;
const WATCHING = /watch=true.*" status="200 OK"/;

function read(child: ChildProcess, { run, lines, isQuiet }: CommandLine): { begun: Promise<void>; ended: Promise<Printed> } {
  let [stdout, stderr, isEnough] = ['', '', false];
  const { promise: begun, resolve: begin } = withResolvers();
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    if (isQuiet !== true) begin();
    isEnough ||= lines !== undefined && stdout.split('\n').length > lines;
    if (isEnough) child.kill();
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    if (WATCHING.test(stderr)) begin();
  });
  const ended = new Promise<Printed>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      begin();
      const errors = isQuiet === true ? stderr.replace(LOGGED, '') : stderr;
      resolve({ run, code: isEnough ? 0 : code, stdout: masked(stdout), stderr: masked(errors) });
    });
  });
  return { begun, ended };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
