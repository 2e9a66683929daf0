// Runs a case against anything that answers requests, and says where the answers differ from the expectation.

import type { ConformanceCase, Expectation, Json, RequestStep, WatchStep } from './case.js';
import type { Obedience } from './obedience.js';
import { ownersOf } from './owners-of.js';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signal?: AbortSignal;
}
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: AsyncIterable<Uint8Array>;
}
/** A server under test. */
export type Wire = (request: WireRequest) => Promise<WireAnswer>;

interface Run {
  readonly wire: Wire;
  readonly values: Map<string, string>;
  readonly tokens: Readonly<Record<string, string>>;
  readonly problems: string[];
}

/** What a case runs with: the texts for its `{names}`, and the bearer tokens of the users. */
export interface CaseSetting {
  readonly values: Readonly<Record<string, string>>;
  readonly tokens: Readonly<Record<string, string>>;
  /** Waits until a written role or binding is obeyed; undefined where that is at once. */
  readonly obedience: Obedience | undefined;
}

/** The differences found; none when the server conforms. */
export async function runCase(
  wire: Wire,
  conformance: ConformanceCase,
  { values, tokens, obedience }: CaseSetting,
): Promise<readonly string[]> {
  const run: Run = { wire, values: new Map(Object.entries(values)), tokens, problems: [] };
  for (const step of conformance.steps) {
    if (step.method === 'WATCH') await runWatch(run, step);
    else await runRequest(run, step);
    await obeyed(run, step, obedience);
    if (run.problems.length > 0) break;
  }
  return run.problems;
}

function fill(run: Run, text: string): string {
  return text.replace(/\{([a-z]+)\}/g, (whole, name: string) => run.values.get(name) ?? whole);
}

function fillJson<T extends Json>(run: Run, value: T): T {
  return JSON.parse(fill(run, JSON.stringify(value))) as T;
}

function wireRequest(run: Run, step: Partial<RequestStep> & { readonly method: string; readonly path: string }): WireRequest {
  const body =
    (step.text === undefined ? undefined : fill(run, step.text)) ??
    (step.body === undefined ? undefined : JSON.stringify(fillJson(run, step.body)));
  return {
    method: step.method,
    path: fill(run, step.path).replaceAll(' ', '%20'),
    headers: {
      ...(body === undefined ? {} : { 'content-type': step.contentType ?? 'application/json' }),
      ...(step.accept === undefined ? {} : { accept: step.accept }),
      ...(step.userAgent === undefined ? {} : { 'user-agent': step.userAgent }),
      ...authorization(run, step.as ?? 'admin'),
      ...step.headers,
    },
    body,
  };
}

function authorization(run: Run, as: string): Readonly<Record<string, string>> {
  if (as === 'nobody') return {};
  const token = run.tokens[as] ?? fill(run, as);
  return { authorization: `Bearer ${token}` };
}

/** What a server said, with everything masked that no other server would say. */
export interface Answered {
  readonly status: number;
  readonly warning: string;
  readonly contentType: string;
  readonly body: Json;
}

/** Runs the requests of a case without expectations and tells the masked answers, with the names of the run taken out. */
export async function recordCase(
  wire: Wire,
  steps: readonly Omit<RequestStep, 'expect'>[],
  { values, tokens, obedience }: CaseSetting,
): Promise<readonly Answered[]> {
  const run: Run = { wire, values: new Map(Object.entries(values)), tokens, problems: [] };
  const answers: Answered[] = [];
  for (const step of steps) {
    const answer = await run.wire(wireRequest(run, step));
    await obeyed(run, step, obedience);
    const body = parsed(await readAll(answer.chunks), answer.headers['content-type'] ?? '');
    for (const [name, path] of Object.entries(step.save ?? {})) run.values.set(name, textAt(body, path));
    const text = Object.entries(values).reduce(
      (rest, [name, value]) => rest.replaceAll(value, `{${name}}`),
      JSON.stringify(mask(body, '')),
    );
    answers.push({
      status: answer.status,
      warning: warningOf(answer.headers),
      contentType: mediaTypeOf(answer.headers),
      body: JSON.parse(text) as Json,
    });
  }
  return answers;
}

async function obeyed(run: Run, step: { readonly method: string; readonly path: string }, obedience: Obedience | undefined): Promise<void> {
  if (step.method !== 'GET') await obedience?.of(fill(run, step.path));
}

/** The warnings, sorted: rules are evaluated in the random order of Go's maps. */
function warningOf(headers: Readonly<Record<string, string>>): string {
  return (headers['warning'] ?? '')
    .split(/, (?=299 - )/)
    .sort()
    .join(', ');
}

function mediaTypeOf(headers: Readonly<Record<string, string>>): string {
  return (headers['content-type'] ?? '').split(';')[0] ?? '';
}

function parsed(text: string, contentType: string): Json {
  if (contentType.startsWith('application/yaml')) return withTexts(parse(text, { intAsBigInt: true }) as Json);
  return contentType.startsWith('application/json') && text !== '' ? (JSON.parse(longNumbersAsTexts(text)) as Json) : text;
}

/** Numbers that would be rounded become texts, so that they are compared as what the server wrote. */
export function longNumbersAsTexts(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    /^-?\d{16,}$/.test(token) ? `"«${token}»"` : token,
  );
}

function withTexts(value: Json): Json {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : `«${value}»`;
  if (Array.isArray(value)) return (value as readonly Json[]).map(withTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTexts(item)]));
}

async function runRequest(run: Run, step: RequestStep): Promise<void> {
  const request = wireRequest(run, step);
  const answer = await run.wire(request);
  const text = await readAll(answer.chunks);
  const where = `${request.method} ${request.path}`;
  const expect = step.expect;
  if (answer.status !== expect.status) {
    run.problems.push(`${where}: status ${answer.status} instead of ${expect.status}: ${text.slice(0, 500)}`);
    return;
  }
  if (expect.text !== undefined && text !== expect.text) run.problems.push(`${where}: text ${JSON.stringify(text)}`);
  if (expect.contentType !== undefined && !(answer.headers['content-type'] ?? '').startsWith(expect.contentType))
    run.problems.push(`${where}: ${answer.headers['content-type']}`);
  if (expect.warning !== undefined && warningOf(answer.headers) !== expect.warning)
    run.problems.push(`${where}: warning ${answer.headers['warning'] ?? '(none)'} instead of ${expect.warning}`);
  if (expect.text !== undefined || step.method === 'HEAD') return;
  const body = parsed(text, answer.headers['content-type'] ?? '');
  run.problems.push(...compareBody(run, expect, body).map((problem) => `${where}: ${problem}`));
  for (const [name, path] of Object.entries(step.save ?? {})) run.values.set(name, textAt(body, path));
}

function compareBody(run: Run, expect: Expectation, body: Json): readonly string[] {
  const masked = mask(body, '');
  const problems: string[] = [];
  if (expect.equals !== undefined) problems.push(...differences(fillJson(run, expect.equals), masked, { path: '', isWhole: true }));
  if (expect.contains !== undefined) problems.push(...differences(fillJson(run, expect.contains), masked, { path: '', isWhole: false }));
  if (expect.owners !== undefined)
    problems.push(...differences(fillJson(run, expect.owners), ownersOf(body), { path: 'owners', isWhole: true }));
  for (const path of expect.absent ?? []) if (at(body, path) !== undefined) problems.push(`${path} is there`);
  return problems;
}

async function runWatch(run: Run, step: WatchStep): Promise<void> {
  const stop = new AbortController();
  const answer = await run.wire({ ...wireRequest(run, { ...step, method: 'GET' }), signal: stop.signal });
  const lines = linesOf(answer.chunks);
  const first = lines.next();
  const failing = first.catch(() => undefined);
  for (const request of step.meanwhile ?? []) await runRequest(run, request);
  const versions: string[] = [];
  for (const [index, expected] of step.events.entries()) {
    const { value, done } = index === 0 ? await first : await lines.next();
    if (done === true) {
      run.problems.push(`WATCH ${step.path}: ended before event ${index}`);
      break;
    }
    const event = JSON.parse(value) as Json;
    versions.push(textAt(event, 'object.metadata.resourceVersion'));
    const found = differences(fillJson(run, expected), mask(event, ''), { path: `event ${index}`, isWhole: false });
    run.problems.push(...found.map((problem) => `WATCH ${step.path}: ${problem} in ${value.slice(0, 300)}`));
  }
  stop.abort();
  await failing;
  await lines.return(undefined).catch(() => undefined);
  run.problems.push(...outOfOrder(step, versions));
}

/** After the synthetic ADDED events of the start, versions only grow. */
function outOfOrder(step: WatchStep, versions: readonly string[]): readonly string[] {
  const later = versions.slice(step.events.length - (step.meanwhile?.length ?? 0)).filter((version) => version !== 'null');
  return later.some((version, index) => index > 0 && BigInt(version) <= BigInt(later[index - 1] ?? '0'))
    ? [`WATCH ${step.path}: versions ${later.join(', ')}`]
    : [];
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString('utf8');
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + Buffer.from(chunk).toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function at(value: Json, path: string): Json | undefined {
  let found: Json | undefined = value;
  for (const key of path.split('.'))
    found = typeof found === 'object' && found !== null ? (found as { readonly [key: string]: Json })[key] : undefined;
  return found;
}

function textAt(value: Json, path: string): string {
  const found = at(value, path);
  return typeof found === 'string' ? found : JSON.stringify(found ?? null);
}

const MASKED: Readonly<Record<string, string>> = {
  uid: '<uid>',
  resourceVersion: '<version>',
  creationTimestamp: '<time>',
  deletionTimestamp: '<time>',
  lastTransitionTime: '<time>',
  expirationTimestamp: '<time>',
  continue: '<continue>',
  token: '<token>',
  hash: '<hash>',
};
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** A refusal may quote a whole object, in the order of its Go type and with managed fields. */
function quotedObject(quoted: string): string {
  try {
    return JSON.stringify(JSON.stringify(sorted(mask(JSON.parse(JSON.parse(quoted) as string) as Json, ''))));
  } catch {
    return quoted;
  }
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value as { readonly [key: string]: Json }).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, item]) => [key, sorted(item)]));
}

/** Versions inside texts, and problems that come in the random order of Go's maps. */
function maskedMessage(text: string): string {
  return text
    .replace(/"\{(?:\\.|[^"\\])*\}"/g, quotedObject)
    .replace(/\{"name":"x","managedFields".*?\]\}/g, '{"name":"x"}')
    .replace(/(current: |record \(|object meta: )\d+/g, '$1<version>')
    .replace(GENERATED, '$1<suffix>')
    .replace(/^(.* is invalid: )\[(.*)\]$/s, (_all, start: string, list: string) => `${start}[${list.split(', ').sort().join(', ')}]`);
}

const GENERATED = /\b(gen-(?:Bad\.)?)[bcdfghjklmnpqrstvwxz2456789]{5}\b/g;

function mask(value: Json, key: string): Json {
  if (typeof value === 'string') {
    if (key === 'storageVersionHash') return '<hash>';
    // Texts of the documentation are not ours to repeat; what a definition says is compared.
    if (key === 'description' && !value.startsWith('Custom resource') && value !== 'CreationTimestamp') return '<description>';
    if (key === 'name') return value.replace(GENERATED, '$1<suffix>');
    if (Object.hasOwn(MASKED, key) && value !== '') return MASKED[key] ?? '';
    if (/^\d+s$/.test(value)) return '<age>';
    return key === 'message' ? maskedMessage(value.replace(UID, '<uid>')) : value.replace(UID, '<uid>');
  }
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => mask(item, key));
    return key === 'causes' ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, item]) => (name === 'managedFields' ? [] : [[name, mask(item, name)]])));
}

function differences(expected: Json, actual: Json | undefined, { path, isWhole }: { path: string; isWhole: boolean }): readonly string[] {
  const differ = (): readonly string[] => [`${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`];
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return differ();
    return (expected as readonly Json[]).flatMap((item, index) =>
      differences(item, (actual as readonly Json[])[index], { path: `${path}[${index}]`, isWhole }),
    );
  }
  if (typeof expected !== 'object' || expected === null) return isDeepStrictEqual(expected, actual) ? [] : differ();
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return differ();
  const members = actual as { readonly [key: string]: Json };
  const extra = isWhole ? Object.keys(members).filter((key) => !Object.hasOwn(expected, key)) : [];
  return [
    ...extra.map((key) => `${path}.${key} is ${JSON.stringify(members[key])}`),
    ...Object.entries(expected as { readonly [key: string]: Json }).flatMap(([key, item]) =>
      differences(item, members[key], { path: `${path}.${key}`, isWhole }),
    ),
  ];
}
