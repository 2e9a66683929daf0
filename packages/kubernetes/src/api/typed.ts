// The generated classes of @kubernetes/client-node over our transport. It is not imported: what its classes ask of their configuration is
// the same in all of its versions, and is given here.
import { Buffer } from 'node:buffer';
import { RequestInvalidError } from '../errors.js';
import type { WireReply, WireRequest } from '../transport/request.js';

/** Sends a request of a class by our rules. */
export type SendTyped = (
  request: Pick<WireRequest, 'method' | 'path' | 'body' | 'contentType' | 'accept'>,
  signal: AbortSignal | undefined,
) => Promise<WireReply>;

/** Any generated class: `CoreV1Api`, `AppsV1Api`, `CustomObjectsApi`, … */
export type GeneratedClass<A> = new (configuration: never) => A;

/** Makes an instance of a generated class that sends its requests by `send`. */
export function instanceOf<A>(Class: GeneratedClass<A>, send: SendTyped): A {
  const Constructor = Class as new (configuration: BridgeConfiguration) => A;
  return new Constructor({
    baseServer: { makeRequestContext: (path, method) => new BridgeRequest(path, method) },
    httpApi: { send: (request) => later(sendBridged(request, send)) },
    middleware: [],
    authMethods: {},
  });
}

interface BridgeConfiguration {
  readonly baseServer: { makeRequestContext(path: string, method: string): BridgeRequest };
  readonly httpApi: { send(request: BridgeRequest): Later<BridgeReply> };
  readonly middleware: readonly never[];
  readonly authMethods: object;
}

/** What these classes chain their steps with. */
interface Later<T> {
  toPromise(): Promise<T>;
  pipe<U>(step: (value: T) => U | Promise<U>): Later<U>;
}

function later<T>(promise: Promise<T>): Later<T> {
  return { toPromise: () => promise, pipe: (step) => later(promise.then(step)) };
}

/** For those who look at the address: requests go to the server of the credentials, wherever that is. */
const ORIGIN = 'https://kubernetes.default.svc';

/** A request while it is put together, by the class and by middleware of the user. Its path stays as it is given: it is checked, not resolved. */
class BridgeRequest {
  #path: string;
  #query: URLSearchParams;
  #body: unknown;
  #signal: AbortSignal | undefined;
  readonly #method: string;
  readonly #headers: Record<string, string> = {};

  constructor(path: string, method: string) {
    [this.#path, this.#query] = pathAndQuery(path);
    this.#method = method;
  }

  getUrl(): string {
    return `${ORIGIN}${this.wirePath()}`;
  }

  setUrl(url: string): void {
    [this.#path, this.#query] = pathAndQuery(url.startsWith(ORIGIN) ? url.slice(ORIGIN.length) : url);
  }

  wirePath(): string {
    const query = this.#query.toString();
    return query === '' ? this.#path : `${this.#path}?${query}`;
  }

  setQueryParam(name: string, value: string): void {
    this.#query.set(name, value);
  }

  appendQueryParam(name: string, value: string): void {
    this.#query.append(name, value);
  }

  hasQueryParam(name: string): boolean {
    return this.#query.has(name);
  }

  setBody(body: unknown): void {
    this.#body = body;
  }

  getBody(): unknown {
    return this.#body;
  }

  getHttpMethod(): string {
    return this.#method;
  }

  getHeaders(): Record<string, string> {
    return this.#headers;
  }

  setHeaderParam(name: string, value: string): void {
    this.#headers[name] = value;
  }

  addCookie(name: string): void {
    throw new RequestInvalidError(`the API server knows no cookies ('${name}')`);
  }

  setSignal(signal: AbortSignal): void {
    this.#signal = signal;
  }

  getSignal(): AbortSignal | undefined {
    return this.#signal;
  }

  /** Connections are those of the operator. */
  setAgent(): void {
    // Nothing to do: whoever sets one wants the request to arrive, and it does.
  }

  getAgent(): undefined {
    return undefined;
  }
}

function pathAndQuery(path: string): [string, URLSearchParams] {
  const mark = path.indexOf('?');
  return mark === -1 ? [path, new URLSearchParams()] : [path.slice(0, mark), new URLSearchParams(path.slice(mark + 1))];
}

/** What the classes read of an answer. */
interface BridgeReply {
  readonly httpStatusCode: number;
  readonly headers: Record<string, string>;
  readonly body: { text(): Promise<string>; binary(): Promise<Buffer>; stream(): null };
  getBodyAsAny(): Promise<string>;
  getBodyAsFile(): Promise<{ readonly data: Buffer; readonly name: string }>;
}

const METHODS: ReadonlySet<string> = new Set<WireRequest['method']>(['GET', 'PATCH', 'POST', 'PUT', 'DELETE']);

async function sendBridged(request: BridgeRequest, send: SendTyped): Promise<BridgeReply> {
  const method = request.getHttpMethod();
  const body = request.getBody();
  if (!isSupported(method)) throw new RequestInvalidError(`${method} is not supported`);
  if (body !== undefined && typeof body !== 'string') throw new RequestInvalidError('its body is no text');
  const headers = new Map(Object.entries(request.getHeaders()).map(([name, value]) => [name.toLowerCase(), value]));
  const wire = {
    method,
    path: request.wirePath(),
    ...(body === undefined ? {} : { body, contentType: headers.get('content-type') }),
    accept: headers.get('accept'),
  };
  return replyOf(await send(wire, request.getSignal()));
}

function isSupported(method: string): method is WireRequest['method'] {
  return METHODS.has(method);
}

function replyOf({ status, headers, body }: WireReply): BridgeReply {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const text = async (): Promise<string> => bytes.toString('utf8');
  return {
    httpStatusCode: status,
    headers: Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    body: { text, binary: async () => bytes, stream: () => null },
    getBodyAsAny: text,
    getBodyAsFile: async () => ({ data: bytes, name: '' }),
  };
}
