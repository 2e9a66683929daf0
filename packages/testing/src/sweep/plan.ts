// A plan: a workload, a seed, and what goes wrong at which request. As text it fits into one line, and replays exactly.
import { HarnessMisuseError } from '../errors.js';
import type { CrashPoint } from '../fault.js';

/** What happens to one request. */
export type Mishap =
  | { readonly kind: 'kill'; readonly point: CrashPoint }
  | { readonly kind: 'pause'; readonly point: CrashPoint }
  | { readonly kind: 'line'; readonly nth: number; readonly how: LineMishap }
  | { readonly kind: 'answer'; readonly how: AnswerMishap }
  /** Somebody takes the object away, or takes it away and makes another of its name, before the request arrives. */
  | { readonly kind: 'removed' }
  | { readonly kind: 'replaced' }
  /** Somebody else changes the object, before the request arrives or after it was carried out. */
  | { readonly kind: 'meddled'; readonly how: Meddling; readonly when: 'before' | 'after' }
  /** From this request on, for a while, a replica answers whose view is so many versions behind. */
  | { readonly kind: 'stale'; readonly behind: number }
  /** So many lines of a watch are never seen, from the n-th on: what came later stands for them. */
  | { readonly kind: 'unobserved'; readonly nth: number; readonly lines: number };

/** Of a line of a watch; `inside` is cut after three bytes. */
export const LINE_MISHAPS = ['before', 'inside', 'after', 'duplicate', 'delay', '410', '500'] as const;
export type LineMishap = (typeof LINE_MISHAPS)[number];

/**
 * What answers in the server's place: nothing was done, except for `504c` and `lost`, where it was carried out. `422s` says stale to a JSON patch (no
 * causes), `422i` invalid (a cause names the status), `404` names no object. Another uid and an object that is gone are not made up: it is
 * really replaced or removed before, see {@link Mishap}.
 */
export const ANSWER_MISHAPS = ['409', '422s', '422i', '404', '429', '500', '503', '504', '504c', 'lost', 'drop'] as const;
export type AnswerMishap = (typeof ANSWER_MISHAPS)[number];

/**
 * What somebody else does to the object: another size; a label; a request to delete it; our finalizer away; a finalizer of somebody else,
 * for a while; nonsense in our annotations; our annotations away.
 */
export const MEDDLINGS = ['edited', 'labelled', 'deleted', 'released', 'held', 'garbled', 'forgotten'] as const;
export type Meddling = (typeof MEDDLINGS)[number];

/**
 * `crash`: one death; `pairs`: two deaths; `watch`: lines of watches; `error`: answers to writes; `pause`: a standstill; `external`: what others
 * do to the object; `stale`: old views; `unobserved`: states that nobody sees; `swarm`: several of all these, chosen by the seed; `pct` and `delays`: no
 * mishap, but other interleavings.
 */
export const STRATEGIES = [
  'crash',
  'pairs',
  'watch',
  'error',
  'pause',
  'external',
  'stale',
  'unobserved',
  'swarm',
  'pct',
  'delays',
] as const;
export type Strategy = (typeof STRATEGIES)[number];

export interface PlannedMishap {
  /** Of the request, counted from 0 over all requests of the operator. */
  readonly call: number;
  readonly mishap: Mishap;
}

export interface Plan {
  readonly workload: string;
  readonly seed: number;
  readonly mishaps: readonly PlannedMishap[];
  /** Of a drawn story: its handlers and commands that are left out, by their names. Default: none. */
  readonly without?: readonly string[] | undefined;
  /** Chooses the interleaving in the place of the seed. Default: the seed does. */
  readonly order?: PlannedOrder | undefined;
  /** Of the story of a small world: what happens, in order. */
  readonly moves?: readonly Move[] | undefined;
}

/** What happens next in a small world; see `exploreScope`. */
export type Move =
  | { readonly do: 'create' | 'edit' | 'delete'; readonly object: 'a' | 'b' }
  /** This befalls the next write. */
  | { readonly do: 'kill'; readonly point: CrashPoint }
  | { readonly do: 'answer'; readonly how: AnswerMishap }
  /** Time passes. */
  | { readonly do: 'wait' };

/** Priorities drawn by the seed, with `depth - 1` changes; or everything in turn, with delays (how many are passed over, by step). */
export type PlannedOrder =
  | { readonly by: 'pct'; readonly depth: number }
  | { readonly by: 'delays'; readonly delays: readonly (readonly [step: number, passedOver: number])[] };

/** `update seed=1 @7:kill-c2 @12:line-0-inside`; with `without=h1,c3` behind the seed where parts of a drawn story are left out, and `order=pct-3` or `order=delays-12.1`. */
export function planText({ workload, seed, mishaps, without = [], order, moves = [] }: Plan): string {
  const left = [...(without.length === 0 ? [] : [`without=${without.join()}`]), ...(order ? [`order=${orderText(order)}`] : [])];
  if (moves.length > 0) left.push(`moves=${moves.map(moveText).join()}`);
  return [workload, `seed=${String(seed)}`, ...left, ...mishaps.map(({ call, mishap }) => `@${String(call)}:${mishapText(mishap)}`)].join(
    ' ',
  );
}

export function moveText(move: Move): string {
  const { object, point, how } = move as { readonly object?: string; readonly point?: string; readonly how?: string };
  return [move.do, object ?? point ?? how].filter((part) => part !== undefined).join('-');
}

function parseMoves(text: string): readonly Move[] | undefined {
  const words = /^moves=(.+)$/.exec(text)?.[1]?.split(',').map(parseMove);
  return words?.flatMap((move) => move ?? []).length === words?.length ? words?.flatMap((move) => move ?? []) : undefined;
}

function parseMove(text: string): Move | undefined {
  const [what, of = ''] = text.split('-');
  if (what === 'wait') return { do: 'wait' };
  if ((what === 'create' || what === 'edit' || what === 'delete') && (of === 'a' || of === 'b')) return { do: what, object: of };
  const mishap = mishapOf(text);
  if (mishap?.kind === 'kill') return { do: 'kill', point: mishap.point };
  return mishap?.kind === 'answer' ? { do: 'answer', how: mishap.how } : undefined;
}

function orderText(order: PlannedOrder): string {
  if (order.by === 'pct') return `pct-${String(order.depth)}`;
  return ['delays', ...order.delays.map(([step, passedOver]) => `${String(step)}.${String(passedOver)}`)].join('-');
}

function parseOrder(text: string): PlannedOrder | undefined {
  const [, depth, delays] = /^order=(?:pct-(\d+)|delays((?:-\d+\.\d+)*))$/.exec(text) ?? [];
  if (depth !== undefined) return { by: 'pct', depth: Number(depth) };
  if (delays === undefined) return undefined;
  const pairs = delays.split('-').slice(1);
  return { by: 'delays', delays: pairs.map((pair) => pair.split('.').map(Number)).map(([step = 0, over = 0]) => [step, over] as const) };
}

function mishapText(mishap: Mishap): string {
  switch (mishap.kind) {
    case 'kill':
    case 'pause':
      return `${mishap.kind}-${mishap.point}`;
    case 'line':
      return `line-${String(mishap.nth)}-${mishap.how}`;
    case 'answer':
      return `answer-${mishap.how}`;
    case 'meddled':
      return `${mishap.how}-${mishap.when}`;
    case 'stale':
      return `stale-${String(mishap.behind)}`;
    case 'unobserved':
      return `unobserved-${String(mishap.nth)}-${String(mishap.lines)}`;
    default:
      return mishap.kind;
  }
}

/** @throws HarnessMisuseError naming the word that is no part of a plan. */
export function parsePlan(text: string): Plan {
  const [workload = '', ...words] = text.trim().split(/\s+/);
  let seed = 1;
  let without: readonly string[] = [];
  let order: PlannedOrder | undefined;
  let moves: readonly Move[] | undefined;
  const mishaps: PlannedMishap[] = [];
  for (const word of words) {
    const given = /^seed=(\d+)$/.exec(word);
    const left = /^without=([hc]\d+(?:,[hc]\d+)*)$/.exec(word);
    const chosen = parseOrder(word);
    const moving = parseMoves(word);
    if (given) seed = Number(given[1]);
    else if (chosen) order = chosen;
    else if (moving) moves = moving;
    else if (left) without = left[1]?.split(',') ?? [];
    else mishaps.push(parseMishap(word));
  }
  return {
    workload,
    seed,
    mishaps,
    ...(without.length === 0 ? {} : { without }),
    ...(order ? { order } : {}),
    ...(moves ? { moves } : {}),
  };
}

const isCount = (text: string): boolean => /^[1-9]\d*$/.test(text);

function parseMishap(word: string): PlannedMishap {
  const [, call, what = ''] = /^@(\d+):(.+)$/.exec(word) ?? [];
  const mishap = mishapOf(what);
  if (call !== undefined && mishap !== undefined) return { call: Number(call), mishap };
  throw new HarnessMisuseError(
    `'${word}' is no part of a plan.`,
    `Write 'WORKLOAD seed=1 @7:kill-c2', with kill-c1 to c4, pause-c1 to c4, line-N-(${LINE_MISHAPS.join('|')}), answer-(${ANSWER_MISHAPS.join('|')}), (${MEDDLINGS.join('|')})-(before|after), stale-N, unobserved-N-N, removed or replaced.`,
  );
}

function mishapOf(text: string): Mishap | undefined {
  const [kind, first = '', second = ''] = text.split('-');
  const point = (['c1', 'c2', 'c3', 'c4'] as const).find((known) => known === first);
  const answer = ANSWER_MISHAPS.find((known) => known === first);
  const how = LINE_MISHAPS.find((known) => known === second);
  if ((kind === 'kill' || kind === 'pause') && point) return { kind, point };
  if (kind === 'line' && /^\d+$/.test(first) && how) return { kind, nth: Number(first), how };
  if (kind === 'answer' && answer) return { kind, how: answer };
  const meddling = MEDDLINGS.find((known) => known === kind);
  if (meddling && (first === 'before' || first === 'after')) return { kind: 'meddled', how: meddling, when: first };
  if (kind === 'stale' && isCount(first)) return { kind, behind: Number(first) };
  if (kind === 'unobserved' && /^\d+$/.test(first) && isCount(second)) return { kind, nth: Number(first), lines: Number(second) };
  return text === 'removed' || text === 'replaced' ? { kind: text } : undefined;
}
