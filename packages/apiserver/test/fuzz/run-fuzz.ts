// Sends the same requests to two servers and compares what they say.

import type { Wire } from '../conformance/run-case.js';
import type { Deviation } from './deviations.js';
import { isKnown } from './deviations.js';
import type { Difference } from './difference.js';
import { differencesOf } from './difference.js';
import { episode } from './generate.js';
import { fuzzDefinitions } from './kinds.js';
import { Masking } from './masking.js';
import type { FuzzAnswer, FuzzRequest } from './request.js';
import { ask } from './servers.js';
import { Settling } from './settling.js';
import { Symbols } from './symbols.js';

export interface FuzzServers {
  readonly ours: Wire;
  readonly real: Wire;
}

/** A request that the servers answered differently; the episode ends there, since their states may differ from then on. */
export interface Finding {
  readonly seed: number;
  readonly episode: number;
  readonly step: number;
  readonly request: FuzzRequest;
  readonly ours: FuzzAnswer;
  readonly real: FuzzAnswer;
  readonly differences: readonly Difference[];
}

export interface FuzzRun {
  readonly seed: number;
  /** Their numbers. */
  readonly episodes: readonly number[];
  readonly length: number;
  /** Makes names unique between runs on one server. */
  readonly run: string;
  readonly deviations: readonly Deviation[];
  /** Told of each finding at once: a long run may be stopped, or fail later for another reason. */
  readonly found: (finding: Finding) => void;
}

export interface FuzzResult {
  readonly requests: number;
  readonly findings: readonly Finding[];
  /** Episodes that ended early, because a known difference led to other states. */
  readonly cutShort: readonly CutShort[];
}

export interface CutShort {
  readonly episode: number;
  readonly step: number;
  /** The request and the known differences. */
  readonly why: string;
}

const TOGETHER = 6;
const STATES: ReadonlySet<string> = new Set(['metadata.resourceVersion', 'status code']);

/** Creates the custom kinds on both servers and waits until they are served. */
export async function prepare({ ours, real }: FuzzServers): Promise<void> {
  for (const wire of [ours, real]) {
    for (const definition of fuzzDefinitions())
      await send(wire, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
    for (const path of ['v1/samples', 'v1/plains', 'v2/plains']) {
      while ((await send(wire, 'GET', `/apis/fuzz.conformance.dev/${path}`)) !== 200)
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function send(wire: Wire, method: string, path: string, body?: unknown): Promise<number> {
  const request = {
    method,
    path,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
    verb: '',
    resource: '',
  };
  return (await ask(wire, request, { events: undefined, forOneMoreMs: 0 })).status;
}

/** Runs episodes, some of them side by side: each has a namespace of its own. */
export async function runFuzz(servers: FuzzServers, run: FuzzRun): Promise<FuzzResult> {
  const results: FuzzResult[] = [];
  const settling = new Settling(servers.real);
  const left = [...run.episodes].reverse();
  const worker = async (): Promise<void> => {
    for (let index = left.pop(); index !== undefined; index = left.pop()) results.push(await runEpisode({ servers, settling }, run, index));
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  const findings = results.flatMap((result) => result.findings).sort((a, b) => a.episode - b.episode);
  const cutShort = results.flatMap((result) => result.cutShort);
  return { requests: results.reduce((sum, result) => sum + result.requests, 0), findings, cutShort };
}

async function runEpisode(
  { servers, settling }: { readonly servers: FuzzServers; readonly settling: Settling },
  run: FuzzRun,
  index: number,
): Promise<FuzzResult> {
  const ns = `f${index}-${run.run}`;
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } };
  await Promise.all([servers.ours, servers.real].map((wire) => send(wire, 'POST', '/api/v1/namespaces', body)));
  const ours = new Side(servers.ours);
  const real = new Side(servers.real);
  const requests = episode(run.seed, index, { ns, length: run.length });
  for (const [step, request] of requests.entries()) {
    const mine = await ours.ask(request, undefined);
    const theirs = await real.ask(request, Array.isArray(mine.body) ? mine.body.length : undefined);
    if (hasForgotten(theirs) && !hasForgotten(mine))
      return { requests: step, findings: [], cutShort: [{ episode: index, step, why: 'the real server has forgotten its events' }] };
    const all = differencesOf(mine, theirs);
    const differences = all.filter((difference) => !isKnown(run.deviations, request, difference));
    // What is known may still have led to other states: nothing can be compared after it.
    const states = all.filter(({ field }) => STATES.has(field));
    const why = `${request.verb} ${request.resource}: ${states.map(({ field }) => field).join(', ')}`;
    if (differences.length === 0 && states.length > 0)
      return { requests: step + 1, findings: [], cutShort: [{ episode: index, step, why }] };
    if (differences.length === 0 && request.settles !== undefined && theirs.status < 300) await settling.after(request);
    if (differences.length === 0) continue;
    const finding = { seed: run.seed, episode: index, step, request: ours.symbols.filled(request), ours: mine, real: theirs, differences };
    run.found(finding);
    return { requests: step + 1, findings: [finding], cutShort: [] };
  }
  return { requests: requests.length, findings: [], cutShort: [] };
}

/** A watch cache forgets by time, too: on a busy machine an episode may be slower than that. */
function hasForgotten({ body }: FuzzAnswer): boolean {
  return Array.isArray(body) && JSON.stringify(body).includes('"message":"too old resource version');
}

/** One server with what it has decided and how that is masked. */
class Side {
  readonly symbols = new Symbols();
  readonly #masking = new Masking();
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** @param events how many events a watch must bring before it may be silent; undefined for ours, which brings them at once. */
  async ask(request: FuzzRequest, events: number | undefined): Promise<FuzzAnswer> {
    const answer = await ask(this.#wire, this.symbols.filled(request), { events, forOneMoreMs: events === undefined ? 4 : 25 });
    this.symbols.remember(request.resource, answer.body);
    return this.#masking.mask(answer, request);
  }
}

/** What a person needs: where, both answers, and the command that does it again. */
export function describeFinding({ seed, episode: index, step, request, ours, real, differences }: Finding): string {
  return [
    `seed ${seed}, episode ${index}, request ${step}: ${request.method} ${request.path} ${JSON.stringify(request.headers)}`,
    ...(request.body === undefined ? [] : [`  body  ${request.body}`]),
    ...differences
      .slice(0, 5)
      .map((difference) => `  ${difference.field}: ours ${JSON.stringify(difference.ours)}, real ${JSON.stringify(difference.real)}`),
    `  ours  ${ours.status} ${JSON.stringify(ours.body).slice(0, 1500)}`,
    `  real  ${real.status} ${JSON.stringify(real.body).slice(0, 1500)}`,
    `  again KOPFTS_FUZZ_REPLAY=${seed}:${index} npx vitest run --project real packages/apiserver/test/fuzz.real.test.ts`,
  ].join('\n');
}
