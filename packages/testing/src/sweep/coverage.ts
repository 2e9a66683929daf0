// What was injected where: for each kind of request and of event how often each fault met it.
import { entriesOf, type CallEntry, type DeliverEntry, type HistoryEntry } from '../history/history.js';
import type { PlanOutcome } from './run-plan.js';

/** By row, by column: how often. */
export type CoverageTable = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface Coverage {
  /** Requests × crash points, answers and what else befalls a request. */
  readonly requests: CoverageTable;
  /** Lines of watches × what befalls a line. */
  readonly events: CoverageTable;
}

export interface CoverageCounter {
  add(outcome: Pick<PlanOutcome, 'plan' | 'history'>): void;
  readonly coverage: Coverage;
}

type Counts = Record<string, Record<string, number>>;

/** Counts what plans did; a mishap that found no request does not count. */
export function createCoverage(): CoverageCounter {
  const requests: Counts = {};
  const events: Counts = {};
  return {
    coverage: { requests, events },
    add: ({ plan, history }) => {
      const met = new Set(entriesOf(history, 'fault').flatMap(({ call }) => (call === undefined ? [] : [call])));
      const calls = new Map(entriesOf(history, 'call').map((entry) => [entry.call, entry]));
      for (const { call, mishap } of plan.mishaps) {
        const entry = calls.get(call);
        if (entry === undefined || !met.has(call)) continue;
        if (mishap.kind === 'line') count(events, { row: eventKind(history, entry, mishap.nth), column: mishap.how });
        else if (mishap.kind === 'unobserved') count(events, { row: eventKind(history, entry, mishap.nth), column: 'unobserved' });
        else count(requests, { row: requestKind(entry), column: columnOf(mishap) });
      }
    },
  };
}

/** Both together. */
export function addCoverage(one: Coverage, other: Coverage): Coverage {
  return { requests: addTables(one.requests, other.requests), events: addTables(one.events, other.events) };
}

function addTables(one: CoverageTable, other: CoverageTable): CoverageTable {
  const sum: Counts = {};
  for (const table of [one, other])
    for (const [row, columns] of Object.entries(table))
      for (const [column, times] of Object.entries(columns)) count(sum, { row, column }, times);
  return sum;
}

interface Cell {
  readonly row: string;
  readonly column: string;
}

function count(counts: Counts, { row, column }: Cell, times = 1): void {
  const columns = (counts[row] ??= {});
  columns[column] = (columns[column] ?? 0) + times;
}

function columnOf(mishap: Exclude<PlanOutcome['plan']['mishaps'][number]['mishap'], { readonly kind: 'line' | 'unobserved' }>): string {
  switch (mishap.kind) {
    case 'kill':
    case 'pause':
      return `${mishap.kind}-${mishap.point}`;
    case 'answer':
      return mishap.how;
    case 'meddled':
      return mishap.how;
    default:
      return mishap.kind;
  }
}

/** Which of the boundaries of a handling cycle a request is (B1 to B13). */
export function requestKind({ method, path, body }: Pick<CallEntry, 'method' | 'path' | 'body'>): string {
  const [place = '', query = ''] = path.split('?');
  if (method === 'GET') return readKind(place, query);
  if (/\/events$/.test(place)) return 'B7 event';
  if (/\/status$/.test(place)) return 'B5 status';
  const text = JSON.stringify(body ?? null);
  if (text.includes('/metadata/finalizers')) return text.includes('"remove"') ? 'B8 finalizer off' : 'B3 finalizer on';
  if (text.includes('last-handled-configuration')) return 'B6 diff base';
  return text.includes('kopf.zalando.org/') ? 'B4 progress' : `${method.toLowerCase()} other`;
}

function readKind(place: string, query: string): string {
  if (isDiscovery(place)) return 'B10 discovery';
  if (/(^|&)watch=/.test(query)) return 'B2 watch';
  return /\/namespaces\/[^/]+\/[^/]+\/[^/]+$/.test(place) ? 'read' : 'B1 list';
}

function isDiscovery(place: string): boolean {
  const parts = place.split('/').filter((part) => part !== '');
  return parts[0] === 'api' ? parts.length <= 2 : parts.length <= 3;
}

function eventKind(history: readonly HistoryEntry[], { call }: CallEntry, nth: number): string {
  const shown = entriesOf(history, 'deliver').find((entry: DeliverEntry) => entry.call === call && entry.line === nth);
  return shown?.type ?? 'not shown';
}
