// The operator of a drawn story: what it declares, and what it promises by that.
import {
  createRegistry,
  defineConfig,
  type HandlerArgs,
  type OperatorConfig,
  PermanentError,
  type Registry,
  TemporaryError,
} from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import type { ModelHandler, OperatorModel } from '../invariants/invariant.js';
import type { OperatorParts } from '../operator-instance.js';
import type { Stores } from '../sweep/workloads.js';
import type { DrawnHandler, DrawnKind, DrawnSetup, DrawnStory } from './draw-story.js';

const NAME = 'swarm';
const PLURALS: Readonly<Record<DrawnKind, string>> = { first: 'kopfexamples', second: 'kopfseconds' };
export const LABEL = 'drawn';
const TIMER_SECONDS = 20;
/** Of a story with a day of rest: more ticks would only repeat themselves. */
const SELDOM_SECONDS = 600;
const TICKS = 2;
/** The second one would come in the rest, in which nothing is to be written. */
const SELDOM_TICKS = 1;

/** One life of the operator. */
export function configOfStory({ handlers, setup, restsADay }: DrawnStory, stores: Stores): (parts: OperatorParts) => OperatorConfig {
  const [interval, ticks] = restsADay ? [SELDOM_SECONDS, SELDOM_TICKS] : [TIMER_SECONDS, TICKS];
  return (parts) => {
    const kopf = createRegistry();
    for (const handler of handlers) declareDrawn(kopf, handler, { ...parts, interval, ticks });
    const { initialList, pageSize } = setup;
    const cluster = kubernetes({ transport: parts.transport, initialList, pageSize });
    return defineConfig({ name: NAME, handlers: [kopf], plugins: [cluster, ...stores()], settings: settingsOf(setup) });
  };
}

function settingsOf({ workerLimit, writeLimit, eventLimit, flushAfterMs }: DrawnSetup): OperatorConfig['settings'] {
  return {
    queueing: { workerLimit, writeLimit, eventLimit },
    persistence: flushAfterMs === undefined ? {} : { flushAfter: flushAfterMs / 1000 },
  };
}

interface DrawnParts extends OperatorParts {
  /** Of timers, in seconds. */
  readonly interval: number;
  /** How many runs of a timer write something. */
  readonly ticks: number;
}

function declareDrawn(kopf: Registry, handler: DrawnHandler, parts: DrawnParts): void {
  const { name: id, family, kind, labelled, optional, retries, field } = handler;
  const selector = PLURALS[kind];
  const filters = { id, ...(labelled ? { labels: { [LABEL]: 'yes' } } : {}) };
  const limits = retries === undefined ? {} : { retries };
  const run = attemptOf(handler, parts);
  switch (family) {
    case 'create':
      kopf.on.create(selector, { ...filters, ...limits }, run);
      return;
    case 'update':
      kopf.on.update(selector, { ...filters, ...limits, ...(field ? { field: `spec.${field}` } : {}) }, run);
      return;
    case 'delete':
      kopf.on.delete(selector, { ...filters, ...limits, optional }, run);
      return;
    case 'resume':
      kopf.on.resume(selector, filters, run);
      return;
    case 'event':
      kopf.on.event(selector, filters, () => undefined);
      return;
    case 'index':
      kopf.index(selector, filters, ({ name, spec }) => ({ [name]: (spec as { readonly size?: unknown }).size }));
      return;
    case 'daemon':
      kopf.daemon(selector, { ...filters, finalizer: optional }, async ({ stopped }) => {
        await stopped.wait();
        await pause(parts, handler.takesMs);
      });
      return;
    case 'timer':
      kopf.timer(selector, { ...filters, interval: parts.interval }, tick(id, parts.ticks));
  }
}

type Attempt = HandlerArgs & {
  readonly retry: number;
  readonly reason: string;
  readonly register: (fn: (args: { readonly retry: number }) => unknown, options: { readonly id: string }) => unknown;
};

/** Takes its time, fails as often as it is to, and says what it saw in the status. */
function attemptOf({ name, failures, endsBadly, delayMs, takesMs, returns, subHandlers }: DrawnHandler, parts: OperatorParts) {
  return async ({ retry, reason, spec, patch, register }: Attempt): Promise<unknown> => {
    const { size } = spec as { readonly size: number };
    await pause(parts, takesMs);
    if (retry < failures) throw new TemporaryError('drawn', { delay: delayMs / 1000 });
    if (endsBadly) throw new PermanentError('drawn');
    if (reason === 'delete') return undefined;
    for (let nth = 0; nth < subHandlers; nth += 1)
      register((below) => subAttempt(below.retry, failures > 0 && nth === subHandlers - 1, delayMs), { id: `s${String(nth)}` });
    (patch.status as Record<string, unknown>)[`${name}Saw`] = size; // its result has a place of its own
    return returns ? { size } : undefined;
  };
}

function subAttempt(retry: number, failsOnce: boolean, delayMs: number): string {
  if (failsOnce && retry === 0) throw new TemporaryError('drawn', { delay: delayMs / 1000 });
  return 'done';
}

function tick(id: string, most: number): (args: HandlerArgs) => void {
  return ({ status, patch }) => {
    const { [id]: known = 0 } = status as Readonly<Record<string, number | undefined>>;
    if (known < most) (patch.status as Record<string, unknown>)[id] = known + 1;
  };
}

async function pause({ clock }: OperatorParts, ms: number): Promise<void> {
  if (ms > 0) await clock.sleep(ms, new AbortController().signal);
}

/** What is promised for the objects of one kind. */
export function modelOfStory({ handlers }: Pick<DrawnStory, 'handlers'>, kind: DrawnKind): OperatorModel {
  const others = Object.values(PLURALS).filter((plural) => plural !== PLURALS[kind]);
  const served = new Set(handlers.map((handler) => `kopf.dev/${PLURALS[handler.kind]}`));
  return {
    collection: `kopf.dev/${PLURALS[kind]}`,
    alsoHolds: others.map((plural) => `kopf.dev/${plural}`).filter((collection) => served.has(collection)),
    mayLack: (collection, body) => isFiltered(handlers, collection) && body.metadata.labels?.[LABEL] !== 'yes',
    annotationPrefix: `${NAME}.kopf.zalando.org`,
    finalizer: `${NAME}.kopf.zalando.org/finalizer`,
    isOwnActor: (actor) => actor.startsWith('operator#'),
    handlers: handlers.filter((handler) => handler.kind === kind && handler.family !== 'index').flatMap(promisesOf),
  };
}

/** The server leaves out what no index of a kind wants that nobody else cares for. */
function isFiltered(handlers: readonly DrawnHandler[], collection: string): boolean {
  const ofKind = handlers.filter(({ kind }) => collection === `kopf.dev/${PLURALS[kind]}`);
  return ofKind.length > 0 && ofKind.every(({ family, labelled }) => family === 'index' && labelled);
}

function promisesOf(handler: DrawnHandler): readonly ModelHandler[] {
  const { name, family, failures, endsBadly, delayMs, retries, optional, labelled, field, subHandlers } = handler;
  if (family === 'index') return [];
  const id = field === undefined ? name : `${name}/spec.${field}`;
  const belowFails = failures > 0 && subHandlers > 0 && !endsBadly ? 1 : 0;
  const own: ModelHandler = {
    id,
    reasons: [family],
    plannedFailures: failures + belowFails,
    retryDelayMs: delayMs,
    maxAttempts: retries,
    field: field && ['spec', field],
    blocksDeletion: family === 'daemon' ? optional : !optional,
    matches: matchesOf({ labelled, field }),
  };
  // Who fails for good before it declares them has none.
  const declared = endsBadly || (retries !== undefined && retries <= failures) ? 0 : subHandlers;
  const below = Array.from({ length: declared }, (_, nth): ModelHandler => {
    const failsOnce = failures > 0 && nth === subHandlers - 1;
    const promises = { reasons: [family], plannedFailures: failsOnce ? 1 : 0, retryDelayMs: delayMs, matches: own.matches };
    return { id: `${id}/s${String(nth)}`, ...promises };
  });
  return [own, ...below];
}

function matchesOf({ labelled, field }: Pick<DrawnHandler, 'labelled' | 'field'>): ModelHandler['matches'] {
  if (!labelled && field === undefined) return undefined;
  return ({ body, old, new: fresh }) => {
    if (labelled && body.metadata.labels?.[LABEL] !== 'yes') return false;
    return field === undefined || fieldOf(old, field) !== fieldOf(fresh, field);
  };
}

function fieldOf(essence: unknown, field: string): unknown {
  return (essence as { readonly spec?: Readonly<Record<string, unknown>> } | undefined)?.spec?.[field];
}
