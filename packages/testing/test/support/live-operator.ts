import { Buffer } from 'node:buffer';
import {
  createRecordingFactSink,
  createRegistry,
  defineConfig,
  startOperator,
  systemClock,
  type Fact,
  type Plugin,
  type Random,
  type Registry,
  type SettingsInput,
} from '@kopfts/core';
import {
  createCredentialSource,
  createHttpsTransport,
  kubernetes,
  type KubernetesOptions,
  type Transport,
  type WireRequest,
  type WireStream,
} from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import type { ServerAccess } from './api-person.js';

export interface LiveOperatorOptions {
  readonly server: ServerAccess;
  readonly name: string;
  readonly declare: (kopf: Registry) => void;
  /** Default: everywhere. */
  readonly namespaces?: readonly string[];
  readonly settings?: SettingsInput;
  /** Of the plugin; with an `environment` the operator finds its own way to the server, and nothing is written down. */
  readonly kubernetes?: KubernetesOptions;
  /** Where progress and diff base are; default: in annotations. */
  readonly stores?: readonly Plugin[];
  /** Default: that of the system. */
  readonly random?: Random;
  /** Happens before a request leaves. */
  readonly before?: (request: WireRequest) => Promise<void> | void;
  /** Something between the operator and the server. */
  readonly through?: (transport: Transport) => Transport;
}

/** One request of an operator, and what it was answered. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  /** Absent until the answer comes; for ever if none comes. */
  status?: number;
  /** When it was asked, on the clock that the facts have. */
  readonly atMs: number;
  /** Whether the stream says, in its events, that the version is too old. */
  expired?: boolean;
}

export interface LiveOperator {
  readonly asked: readonly Asked[];
  factsOf<Kind extends Fact['kind']>(kind: Kind): Extract<Fact, { readonly kind: Kind }>[];
  /** Breaks what is being watched; it is watched again by itself. */
  breakWatches(): void;
  stop(): Promise<void>;
}

/** Starts it and waits until it is ready. */
export async function startLiveOperator(options: LiveOperatorOptions): Promise<LiveOperator> {
  const { server, name, declare, namespaces, settings, through, stores = [annotations()] } = options;
  const transport = createHttpsTransport({ ...portsOf(server), userAgent: `kopfts (${name})` });
  const wire = openWire(through?.(transport) ?? transport, options.before);
  const own = options.kubernetes?.environment !== undefined;
  const kopf = createRegistry();
  declare(kopf);
  const facts = createRecordingFactSink();
  const plugins = [kubernetes({ ...options.kubernetes, ...(own ? {} : { transport: wire.transport }) }), ...stores];
  const scope = namespaces === undefined ? { clusterwide: true } : { namespaces };
  const operator = await startOperator(
    defineConfig({ name, handlers: [kopf], plugins, ...scope, ...(settings === undefined ? {} : { settings }) }),
    { factSinks: [facts], ...(options.random === undefined ? {} : { runtime: { clock: systemClock, random: options.random } }) },
  );
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= operator.stop().finally(() => wire.transport.close()));
  await operator.ready;
  return {
    asked: wire.asked,
    factsOf: <Kind extends Fact['kind']>(kind: Kind) =>
      facts.facts.filter((fact): fact is Extract<Fact, { readonly kind: Kind }> => fact.kind === kind),
    breakWatches: () => wire.breakWatches(),
    stop,
  };
}

function portsOf({ url, token, ca }: ServerAccess) {
  const credentials = { server: new URL(url), headers: { authorization: `Bearer ${token}` }, tls: { ca }, source: 'the test' };
  return { credentials: createCredentialSource(() => Promise.resolve(credentials), systemClock), clock: systemClock };
}

function openWire(inner: Transport, before: LiveOperatorOptions['before']) {
  const asked: Asked[] = [];
  const streams = new Set<WireStream>();
  const note = ({ method, path, contentType = '' }: WireRequest): Asked => {
    const [bare = '', query = ''] = path.split('?');
    const one: Asked = { method, path: bare, query: new URLSearchParams(query), contentType, atMs: systemClock.now() };
    asked.push(one);
    return one;
  };
  const transport: Transport = {
    ...inner,
    async send(request, signal) {
      await before?.(request);
      const one = note(request);
      const reply = await inner.send(request, signal);
      one.status = reply.status;
      return reply;
    },
    async open(request, signal) {
      await before?.(request);
      const one = note(request);
      const stream = await inner.open(request, signal);
      one.status = stream.status;
      streams.add(stream);
      return { ...stream, chunks: looking(stream.chunks, one), destroy: () => stream.destroy() };
    },
  };
  return {
    asked,
    transport,
    breakWatches() {
      for (const stream of streams) stream.destroy();
      streams.clear();
    },
  };
}

/** Longer than what a server says about a version, bytes. */
const LOOKED_AT = 1000;

async function* looking(chunks: AsyncIterable<Uint8Array>, one: Asked): AsyncGenerator<Uint8Array, void, undefined> {
  let last = ''; // what is said may be cut anywhere
  for await (const chunk of chunks) {
    last = (last + Buffer.from(chunk.subarray(-LOOKED_AT)).toString('latin1')).slice(-LOOKED_AT);
    if (last.includes('"reason":"Expired"')) one.expired = true;
    yield chunk;
  }
}
