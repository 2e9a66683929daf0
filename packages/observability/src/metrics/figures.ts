// Counts by metric and labels, in memory. Cheap to change, read when somebody asks; a set of labels that nobody expected has a bound.

/** Of one metric; beyond it everything is counted under `other`, so that no mistake fills the memory. */
const MOST_SERIES = 2000;
const OTHER = 'other';

export interface Series {
  /** In the order of the labels in the table. */
  readonly labels: readonly string[];
  value: number;
}

/** The current values of counters and gauges. */
export interface Figures {
  /** Default: by one. Zero makes the series known. */
  add(metric: string, labels: readonly string[], by?: number): void;
  set(metric: string, labels: readonly string[], value: number): void;
  of(metric: string): Iterable<Series>;
}

/** By one label after the other: to make a text of several for each look-up would cost more than all the rest. */
interface Branch {
  readonly next: Map<string, Branch>;
  series: Series | undefined;
}

interface OfMetric {
  readonly root: Branch;
  readonly all: Series[];
}

export function createFigures(): Figures {
  const metrics = new Map<string, OfMetric>();
  const seriesOf = (metric: string, labels: readonly string[]): Series => {
    let known = metrics.get(metric);
    if (known === undefined) metrics.set(metric, (known = { root: emptyBranch(), all: [] }));
    return find(known.root, labels) ?? plant(known, labels);
  };
  return {
    add(metric, labels, by = 1) {
      seriesOf(metric, labels).value += by;
    },
    set(metric, labels, value) {
      seriesOf(metric, labels).value = value;
    },
    of: (metric) => metrics.get(metric)?.all ?? [],
  };
}

function emptyBranch(): Branch {
  return { next: new Map(), series: undefined };
}

function find(root: Branch, labels: readonly string[]): Series | undefined {
  let branch: Branch | undefined = root;
  for (const label of labels) {
    branch = branch.next.get(label);
    if (branch === undefined) return undefined;
  }
  return branch.series;
}

/** A new one, or where there are too many, the one of all others. */
function plant({ root, all }: OfMetric, labels: readonly string[]): Series {
  const kept = all.length < MOST_SERIES ? labels : labels.map(() => OTHER);
  let branch = root;
  for (const label of kept) {
    let next = branch.next.get(label);
    if (next === undefined) branch.next.set(label, (next = emptyBranch()));
    branch = next;
  }
  if (branch.series === undefined) all.push((branch.series = { labels: kept, value: 0 }));
  return branch.series;
}
