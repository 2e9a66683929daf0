import { parse } from 'yaml';
import type { Json } from '../conformance/case.js';
import type { Wire } from '../conformance/run-case.js';
import { longNumbersAsTexts } from '../conformance/run-case.js';
import type { FuzzAnswer, FuzzRequest } from './request.js';

/** An event that is expected comes, however busy the machine is. */
const COMES_WITHIN_MS = 20_000;

/** How many events a watch is expected to bring, and how long to wait for one more. */
export interface WatchPatience {
  readonly events: number | undefined;
  readonly forOneMoreMs: number;
}

/** An answer of status 0 says that there was none: the real server hangs up where it panics. */
export async function ask(wire: Wire, request: FuzzRequest, patience: WatchPatience): Promise<FuzzAnswer> {
  try {
    return await answerOf(wire, request, patience);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ECONNRESET') throw error;
    return { status: 0, contentType: '', warnings: '', body: error.message };
  }
}

async function answerOf(wire: Wire, request: FuzzRequest, patience: WatchPatience): Promise<FuzzAnswer> {
  const stop = new AbortController();
  const { method, path, headers, body } = request;
  const answer = await wire({ method, path, headers, body, signal: stop.signal });
  const contentType = (answer.headers['content-type'] ?? '').replaceAll(' ', '');
  const isStream = request.verb === 'watch' && answer.status === 200;
  const found = isStream ? await eventsOf(answer.chunks, patience) : bodyOf(await textOf(answer.chunks), contentType);
  stop.abort();
  return { status: answer.status, contentType, warnings: answer.headers['warning'] ?? '', body: found };
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString('utf8');
}

function bodyOf(text: string, contentType: string): Json {
  if (contentType === 'application/yaml') return parse(text) as Json;
  if (!contentType.startsWith('application/json') || text === '') return text;
  return JSON.parse(longNumbersAsTexts(text)) as Json;
}

async function eventsOf(chunks: AsyncIterable<Uint8Array>, patience: WatchPatience): Promise<Json> {
  const events: Json[] = [];
  const reader = chunks[Symbol.asyncIterator]();
  let rest = '';
  for (;;) {
    const isComplete = patience.events === undefined || events.length >= patience.events;
    const next = await within(reader.next(), isComplete ? patience.forOneMoreMs : COMES_WITHIN_MS);
    if (next === undefined || next.done === true) break;
    const lines = (rest + Buffer.from(next.value).toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    events.push(...lines.map((line) => JSON.parse(longNumbersAsTexts(line)) as Json).filter((event) => !isOfTheTime(event)));
  }
  return events;
}

/** A bookmark that only says how far the server is comes when its time has come, not after the initial events. */
function isOfTheTime(event: Json): boolean {
  return JSON.stringify(event).includes('"type":"BOOKMARK"') && !JSON.stringify(event).includes('k8s.io/initial-events-end');
}

/** Undefined when nothing came in time. */
async function within<T>(coming: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    // On a busy machine the time may be over before what is there was looked at: that is done first.
    timer = setTimeout(() => setImmediate(() => setImmediate(() => resolve(undefined))), ms);
  });
  const result = await Promise.race([coming.catch(() => undefined), timeout]);
  clearTimeout(timer);
  return result;
}
