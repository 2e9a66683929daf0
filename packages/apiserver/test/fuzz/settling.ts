// What the real server does at a time of its own: it is waited for, since the in-memory server does it at once.

import type { Json } from '../conformance/case.js';
import { Obedience } from '../conformance/obedience.js';
import type { Wire } from '../conformance/run-case.js';
import type { FuzzRequest, JsonMap } from './request.js';
import { ask } from './servers.js';
import { isMap } from './symbols.js';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const MARK_GROUP = 'settling.fuzz.dev';
const BOUND_MS = 120_000;

export class Settling {
  readonly #real: Wire;
  readonly #obedience: Obedience;
  #turn: Promise<unknown> = Promise.resolve();
  #marks = 0;

  constructor(real: Wire) {
    this.#real = real;
    this.#obedience = new Obedience(real);
  }

  /** Resolves when what a successful request began is done on the real server. */
  async after({ settles, path, body }: FuzzRequest): Promise<void> {
    if (settles === 'access') await this.#obedience.of(path);
    if (settles === 'definition') await this.#definition(nameIn(path) ?? nameOf(body));
  }

  async #definition(name: string): Promise<void> {
    let found: JsonMap | undefined;
    await until(`definition ${name}`, async () => {
      const { status, body } = await this.#send('GET', `${DEFINITIONS}/${name}`);
      found = status === 200 && isMap(body) ? body : undefined;
      return found === undefined || (conditionOf(found, 'Terminating') === undefined && isJudged(found));
    });
    // Definitions are followed in the order of their versions: when a later one counts, so does this one.
    const mine = this.#turn.then(() => this.#mark());
    this.#turn = mine.catch(() => undefined);
    await mine;
    if (found === undefined || conditionOf(found, 'Established') !== 'True') return;
    const { group, names, versions } = found['spec'] as {
      group: string;
      names: { plural: string };
      versions: { name: string; served: boolean }[];
    };
    for (const version of versions) {
      const path = `/apis/${group}/${version.name}/${names.plural}?limit=1`;
      await until(path, async () => ((await this.#send('GET', path)).status === 200) === version.served);
    }
  }

  async #mark(): Promise<void> {
    const mark = `m${++this.#marks}`;
    const schema = { type: 'object', properties: { mark: { type: 'string', default: mark } } };
    const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }];
    const metadata = { name: `marks.${MARK_GROUP}` };
    const spec = { group: MARK_GROUP, scope: 'Cluster', names: { plural: 'marks', kind: 'Mark' }, versions };
    const first = await this.#send('POST', DEFINITIONS, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata,
      spec,
    });
    if (first.status !== 201) await this.#send('PATCH', `${DEFINITIONS}/${metadata.name}`, { spec: { versions } });
    const probe = { apiVersion: `${MARK_GROUP}/v1`, kind: 'Mark', metadata: { name: 'a' } };
    await until(`mark ${mark}`, async () => {
      const { body } = await this.#send('POST', `/apis/${MARK_GROUP}/v1/marks?dryRun=All`, probe);
      return isMap(body) && body['mark'] === mark;
    });
  }

  #send(method: string, path: string, body?: object): Promise<{ readonly status: number; readonly body: Json }> {
    const headers = { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
    const request = { method, path, headers, body: body === undefined ? undefined : JSON.stringify(body), verb: '', resource: '' };
    return ask(this.#real, request, { events: undefined, forOneMoreMs: 0 });
  }
}

function nameIn(path: string): string | undefined {
  return new RegExp(`^${DEFINITIONS}/([^/?]+)`).exec(path)?.[1];
}

function nameOf(body: string | undefined): string {
  return (JSON.parse(body ?? '{}') as { metadata: { name: string } }).metadata.name;
}

function conditionOf(definition: JsonMap, type: string): Json | undefined {
  const conditions = isMap(definition['status']) ? definition['status']['conditions'] : undefined;
  const list = Array.isArray(conditions) ? (conditions as readonly Json[]).filter(isMap) : [];
  return list.find((condition) => condition['type'] === type)?.['status'];
}

function isJudged(definition: JsonMap): boolean {
  return conditionOf(definition, 'Established') === 'True' || conditionOf(definition, 'NamesAccepted') === 'False';
}

async function until(what: string, isDone: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + BOUND_MS;
  while (!(await isDone())) if (performance.now() > deadline) throw new Error(`${what} did not settle within ${BOUND_MS} ms`);
}
