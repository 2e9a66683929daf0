// Plays a scenario on a real server, with Kopf, with ours, or with one after the other, and tells what came of it.
import type { ObjectBody } from '@kopfts/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { untilServed } from '../../../../tools/kube-apiserver/definitions.js';
import { PATIENCE_MS } from '../../../../tools/kube-apiserver/patience.js';
import type { ApiPerson, ServerAccess } from '../support/api-person.js';
import type { AuditEntry, AuditTail } from './audit-tail.js';
import { evidenceOf, type Evidence } from './evidence.js';
import { definitions, GROUP, kindOf } from './kinds.js';
import { startLife, userAgents, type Life, type Side } from './lives.js';
import type { Call, Scenario, Sight, Step } from './scenario.js';

/** Where scenarios are played. */
export interface Stage {
  readonly person: ApiPerson;
  readonly audit: AuditTail;
  readonly server: ServerAccess;
  readonly kubeconfigPath: string;
  readonly folder: string;
  /** Of Python with Kopf; undefined where there is none. */
  readonly python: string | undefined;
}

const LOOK_AGAIN_MS = 100;
const REST_MS = 500;
/** Who is busy needs longer until it does what it has to: this many times as long as the server and we need for a look; so much at most. */
const REST_LOOKS = 10;
const MORE_REST_MS = 1500;

/** Defines the kinds that scenarios use. */
export async function defineKinds({ person, server }: Pick<Stage, 'person' | 'server'>): Promise<void> {
  for (const [plural, definition] of definitions) {
    const { status, body } = await person.ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
    // Another suite may have been here before.
    if (status !== 201 && status !== 409) throw new Error(`the definition of ${plural} was refused: ${JSON.stringify(body)}`);
    await untilServed(server, definition);
  }
}

/** The lives of the operator are of these sides in turn; the last one is that of all further ones. */
export async function play(stage: Stage, scenario: Scenario, sides: readonly Side[]): Promise<Evidence> {
  const namespace = `${scenario.name}-${sides.join('-')}`;
  await expectStatus(
    stage.person.ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }),
    201,
  );
  const run = createRun(stage, { scenario, namespace, sides });
  try {
    for (const step of scenario.steps) await run.perform(step);
    await run.perform({ do: 'rest' });
    await run.perform({ do: 'snapshot', as: 'end' });
    return run.evidence();
  } finally {
    await run.end();
  }
}

interface Played {
  readonly scenario: Scenario;
  readonly namespace: string;
  readonly sides: readonly Side[];
}

interface Run {
  perform(step: Step): Promise<void>;
  evidence(): Evidence;
  end(): Promise<void>;
}

function createRun(stage: Stage, played: Played): Run {
  const { scenario, namespace } = played;
  const { person } = stage;
  const lives = createLives(stage, played);
  const plural = scenario.kind ?? 'twins';
  const path = `/apis/${GROUP}/v1/namespaces/${namespace}/${plural}`;
  const snapshots = new Map<string, readonly ObjectBody[]>();
  const list = async (): Promise<readonly ObjectBody[]> => (await person.list(path)).items;
  const writes = (): readonly AuditEntry[] => stage.audit.entries(namespace).filter(isWriteOfOperator);
  const see = async (): Promise<Sight> => {
    const calls = lives.calls();
    return { calls, begun: lives.begun(), objects: new Map((await list()).map((body) => [body.metadata.name, body])) };
  };
  const perform = async (step: Step): Promise<void> => {
    switch (step.do) {
      case 'start':
        return lives.start();
      case 'stop':
        return lives.end('stop');
      case 'kill':
        return lives.end('kill');
      case 'create':
        return expectStatus(person.ask('POST', path, newObject(step, { namespace, kind: kindOf(plural) })), 201);
      case 'patch':
        return expectStatus(person.ask('PATCH', `${path}/${step.name}${step.endpoint === 'status' ? '/status' : ''}`, step.patch), 200);
      case 'delete':
        return expectStatus(person.ask('DELETE', `${path}/${step.name}`), 200);
      case 'until':
        return waitFor(
          step.what,
          async () => step.is(await see()),
          async () => ({ calls: lives.calls(), objects: await list() }),
        );
      case 'rest':
        return untilQuiet(() => lives.calls().length + stage.audit.entries(namespace).length, list);
      case 'snapshot':
        return void snapshots.set(step.as, await list());
    }
  };
  return { perform, evidence: () => evidenceOf({ calls: lives.calls(), snapshots, writes: writes() }), end: () => lives.end('kill') };
}

function newObject({ name, object }: Extract<Step, { do: 'create' }>, of: { readonly namespace: string; readonly kind: string }): object {
  const { metadata, ...stanzas } = object as { readonly metadata?: object };
  return { apiVersion: `${GROUP}/v1`, kind: of.kind, ...stanzas, metadata: { ...metadata, name, namespace: of.namespace } };
}

interface Lives {
  start(): Promise<void>;
  /** Of all lives, in order. */
  calls(): readonly Call[];
  begun(): number;
  end(how: 'stop' | 'kill'): Promise<void>;
}

function createLives(stage: Stage, { scenario, namespace, sides }: Played): Lives {
  const past: Call[] = [];
  let number = 0;
  let current: Life | undefined;
  return {
    start: async () => {
      const side = sides[Math.min(number, sides.length - 1)] ?? 'ours';
      const { server, kubeconfigPath, folder, python } = stage;
      const before = watches(stage, { namespace, side });
      current = await startLife(side, { scenario, namespace, server, kubeconfigPath, folder, python, number });
      number += 1;
      await waitFor(`${side} watches ${namespace}`, () =>
        Promise.resolve(current?.calls() && watches(stage, { namespace, side }) > before),
      );
    },
    begun: () => current?.begun() ?? 0,
    calls: () => [...past, ...(current?.calls() ?? [])],
    end: async (how) => {
      if (current === undefined) return;
      past.push(...(await current[how]()));
      current = undefined;
    },
  };
}

/** How many watches of the objects it has begun; the server says so when it answers. */
function watches(stage: Stage, { namespace, side }: { readonly namespace: string; readonly side: Side }): number {
  return stage.audit.entries(namespace).filter((entry) => isWatchOf(entry, side)).length;
}

function isWatchOf({ stage, verb, userAgent }: AuditEntry, side: Side): boolean {
  return stage === 'ResponseStarted' && verb === 'watch' && userAgent?.startsWith(userAgents[side]) === true;
}

const WRITES = ['patch', 'update', 'create', 'delete'];

function isWriteOfOperator({ stage, verb, userAgent }: AuditEntry): boolean {
  const isOperator = Object.values(userAgents).some((prefix) => userAgent?.startsWith(prefix));
  return stage === 'ResponseComplete' && isOperator && WRITES.includes(verb);
}

async function untilQuiet(count: () => number, look: () => Promise<unknown>): Promise<void> {
  for (let before = -1, now = count(); before !== now; now = count()) {
    const beganMs = performance.now();
    await look();
    before = count();
    await sleep(REST_MS + Math.min(MORE_REST_MS, REST_LOOKS * (performance.now() - beganMs)));
  }
}

async function waitFor(what: string, condition: () => Promise<unknown>, describe?: () => Promise<unknown>): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`not within ${String(PATIENCE_MS)} ms: ${what}\n${JSON.stringify(await describe?.())}`);
    await sleep(LOOK_AGAIN_MS);
  }
}

async function expectStatus(answer: ReturnType<ApiPerson['ask']>, wanted: number): Promise<void> {
  const { status, body } = await answer;
  if (status !== wanted) throw new Error(`${String(wanted)} expected, but: ${String(status)} ${JSON.stringify(body)}`);
}
