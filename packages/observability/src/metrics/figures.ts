// Counts by metric and labels, in memory. Cheap to change, read when somebody asks; a set of labels that nobody expected has a bound.

/** Of one metric; beyond it everything is counted under `other`, so that no mistake fills the memory. */
const MOST_SERIES = 2000;
const SEPARATOR = '\u0000';

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

export function createFigures(): Figures {
  const metrics = new Map<string, Map<string, Series>>();
  const seriesOf = (metric: string, labels: readonly string[]): Series => {
    let series = metrics.get(metric);
    if (series === undefined) metrics.set(metric, (series = new Map<string, Series>()));
    const key = labels.length === 1 ? (labels[0] ?? '') : labels.join(SEPARATOR);
    let one = series.get(key);
    if (one !== undefined) return one;
    if (series.size >= MOST_SERIES && !labels.every((label) => label === 'other')) {
      return seriesOf(
        metric,
        labels.map(() => 'other'),
      );
    }
    series.set(key, (one = { labels, value: 0 }));
    return one;
  };
  return {
    add(metric, labels, by = 1) {
      seriesOf(metric, labels).value += by;
    },
    set(metric, labels, value) {
      seriesOf(metric, labels).value = value;
    },
    of: (metric) => metrics.get(metric)?.values() ?? [],
  };
}
