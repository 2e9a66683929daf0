// Node's hooks of imports: they say which module imported which, and give each module its generation, which is part of its address: a module
// of another generation is evaluated again. Bare specifiers are packages: they are never loaded twice, or there would be two copies of the framework.
import nodeModule from 'node:module';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { MessagePort } from 'node:worker_threads';

const QUERY = 'kopf-generation';

/** One module imported another. */
export interface SeenImport {
  readonly from: ModuleOfGeneration;
  readonly to: ModuleOfGeneration;
}

export interface ModuleOfGeneration {
  readonly file: string;
  readonly generation: number;
}

/** Which modules stay as they are. */
export interface Generations {
  readonly known: ReadonlyMap<string, number>;
  /** Of all others. */
  readonly current: number;
}

export interface ImportHooks {
  /** Holds for what is imported from now on. */
  use(generations: Generations): Promise<void>;
  /** Everything that was imported since it was asked last. */
  seen(): Promise<readonly SeenImport[]>;
}

/** The address of a module of a generation. */
export function addressOf({ file, generation }: ModuleOfGeneration): string {
  const url = pathToFileURL(file);
  url.searchParams.set(QUERY, String(generation));
  return url.href;
}

interface HookState {
  known: ReadonlyMap<string, number>;
  current: number;
  tell(from: readonly [string, number], to: readonly [string, number]): void;
}

/** Where the hooks live in their own thread, this function is given to them as text: it must not use anything from here, nor have named functions inside. */
function trackImport<R extends { readonly url: string }>(result: R, { specifier, parent, query, state }: TrackedImport): R {
  if (parent === undefined || !parent.includes(query) || !result.url.startsWith('file:')) return result;
  const generation = new URL(parent).searchParams.get(query);
  if (generation === null || !/^(?:\.{0,2}\/|file:|#)/.test(specifier) || result.url.includes('/node_modules/')) return result;
  const url = new URL(result.url);
  const address = url.href.split('?', 1).join('');
  const chosen = state.known.get(address) ?? state.current;
  state.tell([parent.split('?', 1).join(''), Number(generation)], [address, chosen]);
  url.searchParams.set(query, String(chosen));
  return { ...result, url: url.href };
}

interface TrackedImport {
  readonly specifier: string;
  /** Who imports it. */
  readonly parent: string | undefined;
  readonly query: string;
  readonly state: HookState;
}

const HOOKS_IN_THEIR_OWN_THREAD = `${trackImport.toString()}
const state = { known: new Map(), current: 0, tell: () => undefined };
export function initialize({ port }) {
  state.tell = (from, to) => port.postMessage({ seen: [from, to] });
  port.on('message', (generations) => {
    if (generations !== undefined) Object.assign(state, generations);
    port.postMessage({ done: true });
  });
  port.unref();
}
export async function resolve(specifier, context, next) {
  const parent = context.parentURL;
  return ${trackImport.name}(await next(specifier, context), { specifier, parent, query: ${JSON.stringify(QUERY)}, state });
}`;

type Told = readonly [readonly [string, number], readonly [string, number]];

/** Installs them for the rest of the process. Without generations in the address of who imports, they leave everything as it is. */
export function installImportHooks(): ImportHooks {
  // From Node 26 on, the one that all versions have is deprecated, with a warning at every start.
  const registerHooks = (nodeModule as { registerHooks?: RegisterHooks }).registerHooks;
  return registerHooks === undefined ? hooksInTheirOwnThread() : hooksHere(registerHooks);
}

function hooksHere(registerHooks: RegisterHooks): ImportHooks {
  let told: Told[] = [];
  const state: HookState = { known: new Map(), current: 0, tell: (from, to) => told.push([from, to]) };
  registerHooks({
    resolve: (specifier, context, next) =>
      trackImport(next(specifier, context), { specifier, parent: context.parentURL, query: QUERY, state }),
  });
  return {
    use: (generations) => {
      Object.assign(state, addressed(generations));
      return Promise.resolve();
    },
    seen: () => {
      const seen = told.map(seenImport);
      told = [];
      return Promise.resolve(seen);
    },
  };
}

function hooksInTheirOwnThread(): ImportHooks {
  // Projects in plain JavaScript never need it.
  const { MessageChannel } = process.getBuiltinModule('node:worker_threads');
  const { port1: port, port2 } = new MessageChannel();
  const address = `data:text/javascript,${encodeURIComponent(HOOKS_IN_THEIR_OWN_THREAD)}`;
  nodeModule.register(address, { data: { port: port2 }, transferList: [port2] });
  let told: Told[] = [];
  port.on('message', (message: { readonly seen?: Told }) => {
    if (message.seen !== undefined) told.push(message.seen);
  });
  port.unref();
  return {
    use: (generations) => ask(port, addressed(generations)),
    async seen() {
      // Messages keep their order: whatever was told before has arrived with the answer.
      await ask(port, undefined);
      const seen = told.map(seenImport);
      told = [];
      return seen;
    },
  };
}

/** Resolves with the answer to this question; there is one at a time. */
async function ask(port: MessagePort, question: unknown): Promise<void> {
  port.ref();
  try {
    await new Promise<void>((resolve) => {
      const hear = (message: { readonly done?: boolean }): void => {
        if (message.done !== true) return;
        port.off('message', hear);
        resolve();
      };
      port.on('message', hear);
      port.postMessage(question);
    });
  } finally {
    port.unref();
  }
}

function addressed({ known, current }: Generations): Generations {
  return { known: new Map([...known].map(([file, generation]) => [pathToFileURL(file).href, generation])), current };
}

function seenImport([from, to]: Told): SeenImport {
  const moduleOf = ([address, generation]: Told[0]): ModuleOfGeneration => ({ file: fileURLToPath(address), generation });
  return { from: moduleOf(from), to: moduleOf(to) };
}

/** Of Node >= 22.15, which the types of our oldest Node do not have. */
type RegisterHooks = (hooks: {
  resolve: (specifier: string, context: { readonly parentURL?: string | undefined }, next: NextResolve) => { readonly url: string };
}) => unknown;
type NextResolve = (specifier: string, context: unknown) => { readonly url: string };
