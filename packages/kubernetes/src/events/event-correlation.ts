// Which Events are worth a request: pure. A broken handler says the same thing thousands of times, and every object may do so.
import type { KubernetesEvent } from '@kopfts/core';

/** What one object said lately. */
export interface ObjectEvents {
  /** Events that it may still have, ≤ {@link BURST}; grows by one every {@link REFILL_MS}. */
  readonly tokens: number;
  readonly tokensAtMs: number;
  /** Different messages of one type and reason, by these. */
  readonly similar: ReadonlyMap<string, Similar>;
}

interface Similar {
  readonly sinceMs: number;
  readonly messages: ReadonlySet<string>;
}

/** The bounds of the clients of Kubernetes itself: 25 at once per object, then one in five minutes. */
const BURST = 25;
const REFILL_MS = 300_000;
/** More messages than these, of one type and reason within ten minutes, become one Event. */
const MOST_SIMILAR = 10;
const SIMILAR_MS = 600_000;
/** So long a repetition raises the count of the Event that it repeats. */
export const REPEATED_MS = 600_000;
const COMBINED = '(combined from similar events): ';

export type Admission =
  { readonly kind: 'admitted'; readonly event: KubernetesEvent; readonly key: string } | { readonly kind: 'too-many' };

/** Whether an Event may be posted now, as what, and what to remember of it. */
export function admitEvent(
  before: ObjectEvents | undefined,
  event: KubernetesEvent,
  nowMs: number,
): { readonly admission: Admission; readonly after: ObjectEvents } {
  const { similar, combined } = noteSimilar(before?.similar ?? new Map<string, Similar>(), event, nowMs);
  const { tokens, tokensAtMs } = refill(before, nowMs);
  if (tokens < 1) return { admission: { kind: 'too-many' }, after: { tokens, tokensAtMs, similar } };
  const after = { tokens: tokens - 1, tokensAtMs, similar };
  const key = combined ? similarKey(event) : exactKey(event);
  const admitted = combined ? { ...event, message: `${COMBINED}${event.message}` } : event;
  return { admission: { kind: 'admitted', event: admitted, key }, after };
}

/** Whether nothing that is remembered of an object matters any more. */
export function isForgettable({ tokens, tokensAtMs, similar }: ObjectEvents, nowMs: number): boolean {
  const full = tokens + (nowMs - tokensAtMs) / REFILL_MS >= BURST;
  return full && [...similar.values()].every(({ sinceMs }) => nowMs - sinceMs >= SIMILAR_MS);
}

function refill(before: ObjectEvents | undefined, nowMs: number): Pick<ObjectEvents, 'tokens' | 'tokensAtMs'> {
  if (before === undefined) return { tokens: BURST, tokensAtMs: nowMs };
  const grown = Math.floor((nowMs - before.tokensAtMs) / REFILL_MS);
  const tokens = Math.min(BURST, before.tokens + grown);
  return { tokens, tokensAtMs: tokens === BURST ? nowMs : before.tokensAtMs + grown * REFILL_MS };
}

function noteSimilar(
  all: ReadonlyMap<string, Similar>,
  event: KubernetesEvent,
  nowMs: number,
): { readonly similar: ReadonlyMap<string, Similar>; readonly combined: boolean } {
  const key = similarKey(event);
  const fresh = [...all].filter(([, { sinceMs }]) => nowMs - sinceMs < SIMILAR_MS);
  const own = new Map(fresh).get(key) ?? { sinceMs: nowMs, messages: new Set<string>() };
  const combined = !own.messages.has(event.message) && own.messages.size >= MOST_SIMILAR;
  const messages = combined ? own.messages : new Set(own.messages).add(event.message);
  return { similar: new Map(fresh).set(key, { sinceMs: own.sinceMs, messages }), combined };
}

function similarKey({ type, reason, reporter }: KubernetesEvent): string {
  return JSON.stringify([type, reason, reporter.component]);
}

function exactKey({ type, reason, reporter, message }: KubernetesEvent): string {
  return JSON.stringify([type, reason, reporter.component, message]);
}
