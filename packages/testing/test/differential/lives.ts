// One life of an operator, of Python's Kopf or of ours, on the objects of one namespace.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { allAtOnce, asap, createRegistry, defineConfig, startOperator, systemClock, type Lifecycle, type ObjectBody } from '@kopfts/core';
import { createCredentialSource, createHttpsTransport, kubernetes, type Transport } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { observeHandlers, type HandlerStartEntry, type InvocationRecorder } from '@kopfts/testing';
import type { ServerAccess } from '../support/api-person.js';
import type { Call, Scenario } from './scenario.js';

export type Side = 'kopf' | 'ours';

/** As both say who they are to the server. */
export const userAgents: Readonly<Record<Side, string>> = { kopf: 'kopf/', ours: 'kopfts' };

export interface Life {
  /** What it has called so far, when it has ended. */
  calls(): readonly Call[];
  /** How many calls have begun. */
  begun(): number;
  /** Ends it in good order, and tells all that it called. */
  stop(): Promise<readonly Call[]>;
  /** Ends it in the middle of whatever it does, which is not told. */
  kill(): Promise<readonly Call[]>;
}

export interface LifeOptions {
  readonly scenario: Scenario;
  readonly namespace: string;
  readonly server: ServerAccess;
  readonly kubeconfigPath: string;
  /** Where a process may leave files. */
  readonly folder: string;
  /** Of Python with Kopf. */
  readonly python: string | undefined;
  /** From 0, among those of the namespace. */
  readonly number: number;
}

export function startLife(side: Side, options: LifeOptions): Promise<Life> {
  return side === 'kopf' ? startKopf(options) : startOurs(options);
}

async function startOurs({ scenario, namespace, server }: LifeOptions): Promise<Life> {
  const noted: Noted[] = [];
  const calls = (): Call[] => noted.flatMap(({ call, result }) => (result === undefined ? [] : [{ ...call, result }]));
  const kopf = createRegistry();
  scenario.declare(kopf);
  const wire = createWire(server);
  const plugins = [kubernetes({ transport: wire.transport }), annotations()];
  const handlers = [observeHandlers(kopf, recorder(noted))];
  // Without a name it is a successor of Kopf, on the same annotations and with the same finalizer.
  const operator = await startOperator(
    defineConfig({ handlers, namespaces: [namespace], plugins, settings: { execution: { lifecycle: lifecycleOf(scenario) } } }),
  );
  await operator.ready;
  return {
    calls,
    begun: () => noted.length,
    stop: async () => {
      await operator.stop();
      return calls();
    },
    kill: async () => {
      const told = calls();
      wire.cut();
      await operator.stop();
      return told;
    },
  };
}

const lifecycleOf = ({ lifecycle }: Scenario): Lifecycle => (lifecycle === 'asap' ? asap : allAtOnce);

/** Once it is cut, nothing gets through: to the server the operator is as dead as a killed process. */
function createWire({ url, token, ca }: ServerAccess): { readonly transport: Transport; cut(): void } {
  const load = () =>
    Promise.resolve({
      server: new URL(url),
      headers: { authorization: `Bearer ${token}` },
      tls: { ca },
      source: 'the control plane of the tests',
    });
  const credentials = createCredentialSource(load, systemClock);
  const real = createHttpsTransport({ credentials, clock: systemClock, userAgent: `${userAgents.ours} (twin)` });
  let cut = false;
  const refuse = async (): Promise<never> => {
    await setImmediate();
    throw new Error('the operator was killed');
  };
  async function* untilCut(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of chunks) yield cut ? await refuse() : chunk;
  }
  return {
    transport: {
      ...real,
      send: (request, signal) => (cut ? refuse() : real.send(request, signal)),
      open: async (request, signal) => {
        if (cut) return refuse();
        const stream = await real.open(request, signal);
        return { ...stream, chunks: untilCut(stream.chunks) };
      },
    },
    cut: () => {
      cut = true;
    },
  };
}

/** A call, in the order in which they began, and how it ended. */
interface Noted {
  readonly call: Omit<Call, 'result'>;
  result: string | undefined;
}

function recorder(noted: Noted[]): InvocationRecorder {
  return {
    started: (entry) => noted.push({ call: callOf(entry), result: undefined }) - 1,
    ended: ({ invocation, result }) => {
      const entry = noted[invocation];
      if (entry) entry.result = result.kind;
    },
  };
}

type Started = Omit<HandlerStartEntry, 'kind' | 'invocation' | 'instance'>;

function callOf({ name, handler, reason, retry, body, old, new: fresh, diff }: Started): Omit<Call, 'result'> {
  const { spec, status } = body as ObjectBody & { readonly spec?: unknown; readonly status?: unknown };
  const call = { object: name, handler, reason, retry, seen: { spec, status } };
  const isChange = reason !== 'event' && reason !== 'timer' && reason !== 'daemon';
  const all = isChange ? { ...call, old: old ?? null, new: fresh ?? null, diff: diff?.map(nullsForNothing) } : call;
  return JSON.parse(JSON.stringify(all)) as Omit<Call, 'result'>;
}

function nullsForNothing({ op, field, old, new: fresh }: NonNullable<HandlerStartEntry['diff']>[number]): object {
  return { op, field, old: old ?? null, new: fresh ?? null };
}

const twin = fileURLToPath(new URL('twin.py', import.meta.url));
const scenarioFile = (name: string): string => fileURLToPath(new URL(`scenarios/${name}.py`, import.meta.url));

async function startKopf({ scenario, namespace, kubeconfigPath, folder, python, number }: LifeOptions): Promise<Life> {
  if (python === undefined) throw new Error('there is no Kopf on this machine');
  const place = join(folder, `${namespace}-${String(number)}`);
  const log = openSync(`${place}.log`, 'a');
  const notes = `${place}.jsonl`;
  const args = [twin, scenarioFile(scenario.name), namespace, notes, scenario.lifecycle === 'asap' ? 'asap' : 'all_at_once'];
  const child = spawn(python, args, { stdio: ['ignore', log, log], env: { ...process.env, KUBECONFIG: kubeconfigPath } });
  closeSync(log);
  const ended = once(child, 'close');
  const said = (): string => readFileSync(`${place}.log`, 'utf8').slice(-4000);
  return {
    calls: () => {
      if (isOver(child)) throw new Error(`Kopf ended by itself:\n${said()}`);
      return readNotes(notes).calls;
    },
    begun: () => readNotes(notes).begun,
    stop: async () => {
      if (isOver(child)) throw new Error(`Kopf ended by itself:\n${said()}`);
      child.kill('SIGTERM');
      await ended;
      return readNotes(notes).calls;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
      return readNotes(notes).calls;
    },
  };
}

const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** The beginning of a call, or its end. */
type Note = { readonly number: number } | (Call & { readonly number: number });

const isCall = (note: Note): note is Call & { readonly number: number } => 'result' in note;

/** In the order in which they began. A half-written last line is one that is not there yet. */
function readNotes(path: string): { readonly calls: readonly Call[]; readonly begun: number } {
  if (!existsSync(path)) return { calls: [], begun: 0 };
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  const notes = lines.map((line) => JSON.parse(line) as Note);
  const ended = notes.filter(isCall).sort((a, b) => a.number - b.number);
  return { calls: ended.map(({ number: _, ...call }) => call), begun: notes.length - ended.length };
}
