// A story drawn by a seed: which handlers an operator has, how it is set up, what people do to its objects, and what goes wrong.
import { createSeededRandom, type Random } from '@kopfts/core';
import { below, happens, oneOf } from '../sweep/draw.js';
import type { PlannedMishap } from '../sweep/plan.js';
import { drawMishap } from '../sweep/swarm.js';

/** Of the two kinds of a story, the second has no status endpoint. */
export const DRAWN_KINDS = ['first', 'second'] as const;
export type DrawnKind = (typeof DRAWN_KINDS)[number];

/** For what a drawn handler is declared. */
export type DrawnFamily = 'create' | 'update' | 'delete' | 'resume' | 'event' | 'daemon' | 'timer' | 'index';

/** A handler of a drawn story. */
export interface DrawnHandler {
  /** Its name in `without=` of a plan, and its id: `h3`. */
  readonly name: string;
  readonly kind: DrawnKind;
  readonly family: DrawnFamily;
  /** So many attempts fail. */
  readonly failures: number;
  /** What a failed attempt asks for, milliseconds. */
  readonly delayMs: number;
  /** How long an attempt takes, milliseconds. */
  readonly takesMs: number;
  /** The attempt after those fails for good. */
  readonly endsBadly: boolean;
  /** The most attempts; `undefined`: any number. */
  readonly retries: number | undefined;
  /** Of a delete handler: nothing waits for it. Of a daemon: the object waits for it. */
  readonly optional: boolean;
  /** Only for objects with the label. */
  readonly labelled: boolean;
  /** Only for this field of the specification. */
  readonly field: 'size' | 'color' | undefined;
  /** It returns the size, too. */
  readonly returns: boolean;
  /** So many sub-handlers, of which the last one fails once if the handler has failures. */
  readonly subHandlers: number;
}

/** What somebody does, so long after what was done before. */
export interface DrawnCommand {
  /** Its name in `without=` of a plan: `c3`. */
  readonly name: string;
  readonly afterMs: number;
  readonly act:
    | { readonly do: 'create' | 'delete' | 'replace'; readonly object: DrawnObject }
    | { readonly do: 'size'; readonly object: DrawnObject; readonly size: number }
    | { readonly do: 'color'; readonly object: DrawnObject; readonly color: string | null }
    | { readonly do: 'label'; readonly object: DrawnObject; readonly on: boolean }
    | { readonly do: 'stop' | 'kill' | 'break' | 'compact' };
}

export interface DrawnObject {
  readonly kind: DrawnKind;
  readonly name: string;
}

/** How the operator is set up: the rare legal ways among them. */
export interface DrawnSetup {
  readonly initialList: 'auto' | 'pages';
  readonly pageSize: number | undefined;
  readonly workerLimit: number | undefined;
  readonly writeLimit: number | undefined;
  readonly eventLimit: number | undefined;
  readonly flushAfterMs: number | undefined;
  /** How often the engine takes ways that are legal and rare. */
  readonly rarely: number | undefined;
}

export interface DrawnStory {
  readonly handlers: readonly DrawnHandler[];
  readonly commands: readonly DrawnCommand[];
  readonly setup: DrawnSetup;
  readonly mishaps: readonly PlannedMishap[];
  /** Whether nothing may be written for a whole day at the end, in the place of ten minutes. */
  readonly restsADay: boolean;
}

const MOST_HANDLERS = 6;
const MOST_COMMANDS = 12;
const MOST_MISHAPS = 8;
const FAULTLESS = 0.05;
const ENDS_BADLY = 0.12;
/** One seed in so many rests for a whole day. */
const RESTS_A_DAY = 100;
/** Far from the seeds of stories, and from each other. */
const RARE = 1_000_000_007;
const BAD_ENDS = 2_000_000_011;
const OBJECTS: readonly [DrawnObject, ...DrawnObject[]] = [
  { kind: 'first', name: 'a' },
  { kind: 'first', name: 'b' },
  { kind: 'second', name: 'x' },
];
const FAMILIES = ['create', 'create', 'update', 'update', 'delete', 'resume', 'event', 'daemon', 'timer', 'index'] as const;

/** The story of a seed: always the same one. */
export function drawStory(seed: number): DrawnStory {
  const random = createSeededRandom(seed);
  const badEnds = createSeededRandom(seed + BAD_ENDS);
  const handlers = Array.from({ length: 1 + below(random, MOST_HANDLERS) }, (_, nth) => {
    const drawn = drawHandler(random, `h${String(nth)}`);
    return { ...drawn, endsBadly: isOfChange(drawn.family) && happens(badEnds, ENDS_BADLY) };
  });
  const commands = Array.from({ length: 2 + below(random, MOST_COMMANDS - 1) }, (_, nth) => drawCommand(random, nth));
  const setup = { ...drawSetup(random), rarely: drawRarely(seed) };
  const restsADay = seed % RESTS_A_DAY === RESTS_A_DAY - 1;
  return { handlers, commands, setup, mishaps: drawMishaps(random, commands.length), restsADay };
}

function isOfChange(family: DrawnFamily): boolean {
  return ['create', 'update', 'delete'].includes(family);
}

function drawHandler(random: Random, name: string): Omit<DrawnHandler, 'endsBadly'> {
  const family = oneOf(random, FAMILIES);
  const mayFail = isOfChange(family);
  const failures = mayFail && happens(random, 0.4) ? 1 + below(random, 2) : 0;
  return {
    name,
    family,
    kind: happens(random, 0.7) ? 'first' : 'second',
    failures,
    delayMs: oneOf(random, [0, 500, 1000, 3000]),
    takesMs: family === 'event' || family === 'index' ? 0 : oneOf(random, [0, 0, 0, 200, 2500]),
    retries: mayFail && happens(random, 0.2) ? 1 + below(random, 3) : undefined,
    optional: happens(random, 0.3),
    labelled: happens(random, 0.15),
    field: family === 'update' && happens(random, 0.3) ? oneOf(random, ['size', 'color'] as const) : undefined,
    returns: happens(random, 0.4),
    subHandlers: family === 'create' && happens(random, 0.25) ? 1 + below(random, 2) : 0,
  };
}

function drawCommand(random: Random, nth: number): DrawnCommand {
  const name = `c${String(nth)}`;
  const afterMs = oneOf(random, [0, 0, 50, 400, 1000, 5000, 15_000]);
  // Something has to be there first.
  const object = nth === 0 ? OBJECTS[0] : oneOf(random, OBJECTS);
  const act = nth === 0 ? ({ do: 'create', object } as const) : drawAct(random, object);
  return { name, afterMs, act };
}

function drawAct(random: Random, object: DrawnObject): DrawnCommand['act'] {
  switch (below(random, 14)) {
    case 0:
    case 1:
    case 2:
      return { do: 'create', object };
    case 3:
    case 4:
    case 5:
    case 6:
      return { do: 'size', object, size: 1 + below(random, 4) };
    case 7:
      return { do: 'color', object, color: oneOf(random, ['red', 'blue', null]) };
    case 8:
      return { do: 'label', object, on: happens(random, 0.5) };
    case 9:
    case 10:
      return { do: 'delete', object };
    case 11:
      return { do: 'replace', object };
    default:
      return { do: oneOf(random, ['stop', 'kill', 'break', 'compact'] as const) };
  }
}

function drawRarely(seed: number): number | undefined {
  const random = createSeededRandom(seed + RARE);
  return happens(random, 0.3) ? oneOf(random, [0.1, 0.5]) : undefined;
}

function drawSetup(random: Random): Omit<DrawnSetup, 'rarely'> {
  const rarely = <T>(values: readonly [T, ...T[]]): T | undefined => (happens(random, 0.25) ? oneOf(random, values) : undefined);
  return {
    initialList: rarely(['pages'] as const) ?? 'auto',
    pageSize: rarely([1, 2]),
    workerLimit: rarely([1, 2]),
    writeLimit: rarely([1, 2]),
    eventLimit: rarely([2, 3]),
    flushAfterMs: rarely([0, 100]),
  };
}

/** A story has about so many requests for each command. */
const REQUESTS_EACH = 5;

function drawMishaps(random: Random, commands: number): readonly PlannedMishap[] {
  if (happens(random, FAULTLESS)) return [];
  const count = 1 + below(random, MOST_MISHAPS);
  const places = new Set(Array.from({ length: count }, () => below(random, 4 + commands * REQUESTS_EACH)));
  return [...places]
    .sort((one, other) => one - other)
    .map((call) => ({ call, mishap: drawMishap(random) }))
    .filter(({ mishap }) => mishap.kind !== 'unobserved'); // a state that no later one follows may not be hidden
}
