// The rules of handling, without time, requests or crashes in between: what an operator owes to each object. Small enough to be
// read beside the specification.

export const HANDLERS = ['made', 'changed', 'tagged', 'back', 'bye'] as const;
export type HandlerName = (typeof HANDLERS)[number];
export type Reason = 'create' | 'update' | 'resume' | 'delete';

/** What a handler is to do the next time it is called for an object; by default it succeeds. */
export type Script = 'ok' | 'temporary' | 'error' | 'permanent';
export const TEMPORARY_MS = 10_000;
export const BACKOFF_MS = 60_000;

/** One call of a handler. */
export interface Call {
  readonly object: string;
  readonly handler: HandlerName;
  readonly reason: Reason;
  readonly retry: number;
  readonly size: number;
}

interface ModelRecord {
  readonly purpose: Reason;
  readonly retries: number;
  readonly finished: boolean;
  readonly delayed: number | undefined;
}

export interface ModelObject {
  readonly name: string;
  size: number;
  tag: boolean;
  foreign: boolean;
  /** Our finalizer is there. */
  held: boolean;
  deleting: boolean;
  /** The essence handled last. */
  stored: string | undefined;
  records: Map<HandlerName, ModelRecord>;
  /** By handler; what somebody else writes is under `other`. */
  status: Record<string, number>;
  /** What the operator remembers: lost with it. */
  initial: boolean;
  handledOnce: boolean;
}

export interface Model {
  now: number;
  readonly rich: boolean;
  readonly objects: Map<string, ModelObject>;
  readonly scripts: Map<string, Script[]>;
  isUp: boolean;
  isCut: boolean;
  readonly calls: Call[];
}

export function createModel(now: number, rich: boolean): Model {
  return { now, rich, objects: new Map(), scripts: new Map(), isUp: true, isCut: false, calls: [] };
}

export function create(model: Model, name: string, size: number): void {
  const isSeenByList = !model.isUp || model.isCut;
  const fresh = { held: false, deleting: false, stored: undefined, records: new Map(), status: {}, handledOnce: false };
  model.objects.set(name, { name, size, tag: false, foreign: false, ...fresh, initial: isSeenByList });
  settle(model, name);
}

/** Somebody else changed something. */
export function change(model: Model, name: string, how: (object: ModelObject) => void): void {
  const object = model.objects.get(name);
  if (!object) return;
  how(object);
  settle(model, name);
}

export function crash(model: Model): void {
  model.isUp = false;
  model.isCut = false;
}

export function start(model: Model): void {
  model.isUp = true;
  for (const object of model.objects.values()) {
    object.initial = true;
    object.handledOnce = false;
  }
  settleAll(model);
}

export function heal(model: Model): void {
  model.isCut = false;
  settleAll(model);
}

/** Objects do not depend on each other: each has its time on its own. */
export function advance(model: Model, ms: number): void {
  const endMs = model.now + ms;
  for (;;) {
    const due = model.isUp && !model.isCut ? nextDue(model) : undefined;
    if (due === undefined || due > endMs) break;
    model.now = Math.max(model.now, due);
    settleAll(model);
  }
  model.now = endMs;
}

function nextDue(model: Model): number | undefined {
  const dues = [...model.objects.values()].flatMap((object) => {
    const reason = reasonOf(object);
    const selected = reason ? selectedFor(model, object, reason) : [];
    return selected.flatMap((id) => {
      const record = object.records.get(id);
      return record && !record.finished && record.delayed !== undefined && record.delayed > model.now ? [record.delayed] : [];
    });
  });
  return dues.length === 0 ? undefined : Math.min(...dues);
}

function settleAll(model: Model): void {
  for (const name of [...model.objects.keys()]) settle(model, name);
}

/** Until nothing is to be done without time passing. */
function settle(model: Model, name: string): void {
  for (let object = model.objects.get(name); object; object = model.objects.get(name)) {
    if (object.deleting && !object.held && !object.foreign) model.objects.delete(name);
    else if (!model.isUp || model.isCut || look(model, object) === 'rests') return;
  }
}

/** One look at an object: add the finalizer, or run what is due. */
function look(model: Model, object: ModelObject): 'rests' | 'again' {
  if (!object.held && !object.deleting) {
    object.held = true;
    return 'again';
  }
  const reason = reasonOf(object);
  if (reason === undefined) {
    // A change that was taken back is over.
    if (!object.deleting) object.records = new Map();
    return 'rests';
  }
  const selected = selectedFor(model, object, reason);
  const records = new Map(object.records);
  for (const id of selected) {
    const known = records.get(id);
    records.set(id, known ? { ...known, purpose: reason } : { purpose: reason, retries: 0, finished: false, delayed: undefined });
    runIfDue(model, object, { id, reason, records });
  }
  if (selected.every((id) => records.get(id)?.finished)) {
    object.records = new Map();
    object.handledOnce = true;
    if (reason === 'delete') object.held = false;
    else object.stored = essenceOf(object);
    return 'again';
  }
  // What belongs to another change is forgotten.
  object.records = new Map([...records].filter(([id, record]) => selected.includes(id) || record.purpose === reason));
  return 'rests';
}

interface Running {
  readonly id: HandlerName;
  readonly reason: Reason;
  readonly records: Map<HandlerName, ModelRecord>;
}

function runIfDue(model: Model, object: ModelObject, { id, reason, records }: Running): void {
  const record = records.get(id);
  if (!record || record.finished || (record.delayed !== undefined && record.delayed > model.now)) return;
  model.calls.push({ object: object.name, handler: id, reason, retry: record.retries, size: object.size });
  const outcome = model.scripts.get(object.name)?.shift() ?? 'ok';
  const finished = outcome === 'ok' || outcome === 'permanent';
  const delayed = finished ? undefined : model.now + (outcome === 'temporary' ? TEMPORARY_MS : BACKOFF_MS);
  records.set(id, { purpose: reason, retries: record.retries + 1, finished, delayed });
  if (outcome === 'ok' && id !== 'bye' && id !== 'back') object.status[id] = object.size;
}

export function essenceOf({ size, tag }: Pick<ModelObject, 'size' | 'tag'>): string {
  return `${String(size)}${tag ? ' tagged' : ''}`;
}

function reasonOf(object: ModelObject): Reason | undefined {
  if (object.deleting) return object.held ? 'delete' : undefined;
  if (object.stored === undefined) return 'create';
  if (object.stored !== essenceOf(object)) return 'update';
  return object.initial && !object.handledOnce ? 'resume' : undefined;
}

/** In the order of declaration. */
function selectedFor({ rich }: Model, object: ModelObject, reason: Reason): readonly HandlerName[] {
  const isInitial = rich && object.initial && !object.handledOnce && (reason === 'update' || reason === 'resume');
  return HANDLERS.filter((id) => {
    if (id === 'made') return reason === 'create';
    if (id === 'changed') return reason === 'update';
    if (id === 'tagged') return reason === 'update' && object.tag;
    if (id === 'bye') return reason === 'delete';
    return isInitial;
  });
}
