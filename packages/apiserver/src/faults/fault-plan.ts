import type { ApiCall } from '../audit/audit-entry.js';
import type { FaultHandle, FaultRule, RequestFault, ServerFault, ServerFaults, StreamFault, TextMatch } from './fault.js';

/** The faults of one request; `group` is the same for all requests of one rule. */
export interface TakenFaults {
  readonly request: readonly RequestFault[];
  readonly stream: readonly StreamFault[];
  readonly group: object;
}

interface WaitingRule {
  readonly rule: FaultRule;
  readonly taken: TakenFaults;
  readonly last: number;
  seen: number;
  used: number;
}

const STREAM_KINDS: ReadonlySet<string> = new Set<StreamFault['kind']>([
  'cut',
  'errorEvent',
  'duplicate',
  'delayEvent',
  'dropEvents',
  'silence',
  'silenceBookmarks',
  'reorderAcrossStreams',
]);

const isStreamFault = (fault: ServerFault): fault is StreamFault => STREAM_KINDS.has(fault.kind);
const isRequestFault = (fault: ServerFault): fault is RequestFault => !isStreamFault(fault);

/** The rules of one server. */
export class FaultPlan implements ServerFaults {
  readonly #isReplica: (name: string) => boolean;
  #rules: WaitingRule[] = [];

  constructor(isReplica: (name: string) => boolean) {
    this.#isReplica = isReplica;
  }

  get pending(): number {
    return this.#rules.length;
  }

  add(rule: FaultRule, fault: ServerFault | readonly ServerFault[]): FaultHandle {
    const faults = Array.isArray(fault) ? (fault as readonly ServerFault[]) : [fault as ServerFault];
    for (const each of faults) {
      if ('replica' in each && each.replica !== undefined && !this.#isReplica(each.replica))
        throw new RangeError(`there is no replica '${each.replica}'`);
    }
    const taken = { request: faults.filter(isRequestFault), stream: faults.filter(isStreamFault), group: {} };
    const waiting: WaitingRule = { rule, taken, last: (rule.nth ?? 1) + (rule.times ?? 1) - 1, seen: 0, used: 0 };
    this.#rules.push(waiting);
    return {
      get used() {
        return waiting.used;
      },
      remove: () => this.#remove(waiting),
    };
  }

  clear(): void {
    this.#rules = [];
  }

  /** Counts a request in every rule that it matches; the first rule that is due gives its faults. */
  take(call: ApiCall): TakenFaults | undefined {
    let due: WaitingRule | undefined;
    for (const waiting of [...this.#rules]) {
      if (!matches(waiting, call)) continue;
      waiting.seen += 1;
      const isDue = waiting.seen >= (waiting.rule.nth ?? 1);
      // A rule without a number waits until it gets a request; one with a number is over when its requests went by.
      if (due === undefined && isDue) {
        due = waiting;
        waiting.used += 1;
      } else if (isDue && waiting.rule.nth === undefined) waiting.seen -= 1;
      if (waiting.seen >= waiting.last) this.#remove(waiting);
    }
    return due?.taken;
  }

  #remove(waiting: WaitingRule): void {
    this.#rules = this.#rules.filter((other) => other !== waiting);
  }
}

function matches({ rule, taken }: WaitingRule, call: ApiCall): boolean {
  if (taken.stream.length > 0 && call.verb !== 'watch') return false;
  const pairs: readonly (readonly [TextMatch | undefined, string | undefined])[] = [
    [rule.verb, call.verb],
    [rule.resource, call.resource],
    [rule.group, call.group],
    [rule.namespace, call.namespace],
    [rule.name, call.name],
    [rule.subresource, call.subresource],
    [rule.user, call.user],
    [rule.userAgent, call.userAgent],
    [rule.server, call.server],
  ];
  return pairs.every(([match, text]) => match === undefined || matchesText(match, text ?? '')) && rule.when?.(call) !== false;
}

function matchesText(match: TextMatch, text: string): boolean {
  if (typeof match === 'string') return match === text;
  // Not `test`: it moves along in an expression with the flag `g`.
  return match instanceof RegExp ? text.search(match) >= 0 : match.includes(text);
}
