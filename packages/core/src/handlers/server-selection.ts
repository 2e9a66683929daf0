// What the server can leave out, because every handler of a kind would: made of their label filters, as a selector of the server.
import { ABSENT, PRESENT, type MetadataCriterion } from '../model/filter.js';
import type { AnyHandler } from './handler-spec.js';

/**
 * The label selector that every object meets which any of these handlers wants; `undefined`: nothing can be left out.
 *
 * Only for kinds that are indexed and nothing more. An object that leaves the selection is told as deleted, with its last state inside of it: that ends
 * what is indexed of it, as its filter would. Any other handler would take it for an end: an event handler hears of a deletion that never
 * was, and a finalizer outside stays for ever (decision 32).
 */
export function serverSelection(handlers: readonly AnyHandler[]): string | undefined {
  if (!handlers.every(({ family }) => family === 'index')) return undefined;
  const [first, ...others] = handlers;
  const requirements = Object.keys(first?.labels ?? {})
    .sort()
    .flatMap(
      (key) =>
        requirementOf(
          key,
          [first, ...others].map((handler) => handler?.labels?.[key]),
        ) ?? [],
    );
  return requirements.length === 0 ? undefined : requirements.join(',');
}

/** What all of them ask of one label; a handler that asks nothing, or by code, wants them all. */
function requirementOf(key: string, criteria: readonly (MetadataCriterion | undefined)[]): string | undefined {
  if (!isLabelKey(key)) return undefined;
  if (criteria.every((one) => one === ABSENT)) return `!${key}`;
  if (criteria.every((one) => typeof one === 'string')) return amongValues(key, [...new Set(criteria)].sort());
  return criteria.every((one) => one === PRESENT || typeof one === 'string') ? key : undefined;
}

function amongValues(key: string, values: readonly string[]): string | undefined {
  const [only] = values;
  // The server refuses what cannot be a value, and with it the watch; here such a filter just matches nothing.
  if (only === undefined || !values.every(isLabelValue)) return undefined;
  if (values.length === 1) return `${key}=${only}`;
  return values.includes('') ? key : `${key} in (${values.join(',')})`;
}

const MOST_CHARACTERS = 63;
const MOST_PREFIX_CHARACTERS = 253;
const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

function isLabelValue(text: string): boolean {
  return text === '' || isLabelName(text);
}

function isLabelName(text: string): boolean {
  return text.length <= MOST_CHARACTERS && NAME.test(text);
}

function isLabelKey(key: string): boolean {
  const parts = key.split('/');
  const prefix = parts.length > 1 ? parts[0] : undefined;
  if (parts.length > 2 || !isLabelName(parts.at(-1) ?? '')) return false;
  return prefix === undefined || (prefix.length <= MOST_PREFIX_CHARACTERS && prefix.split('.').every((label) => DNS_LABEL.test(label)));
}
