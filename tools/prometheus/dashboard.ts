// A dashboard with a panel for each metric of the table.
import { METRICS, type MetricDescription } from '@kopfts/observability';

const PER_ROW = 3;
const WIDTH = 24 / PER_ROW;
const HEIGHT = 8;
const UNITS = { '1': 'short', s: 's', By: 'bytes' } as const;

/** What a panel of a metric asks Prometheus for. */
export function expressionOf({ name, kind, labels }: MetricDescription): string {
  const by = ['operator', ...labels].join(', ');
  const selected = `{operator=~"$operator"}`;
  if (kind === 'histogram') return `histogram_quantile(0.99, sum by (${by}, le) (rate(${name}_bucket${selected}[$__rate_interval])))`;
  if (kind === 'counter') return `sum by (${by}) (rate(${name}${selected}[$__rate_interval]))`;
  return `${name.startsWith('kopf_event_loop') || name.includes('longest') || name.includes('silence') ? 'max' : 'sum'} by (${by}) (${name}${selected})`;
}

function panelOf(metric: MetricDescription, index: number): object {
  const { name, kind, unit, labels, meaning } = metric;
  const title = kind === 'histogram' ? `${name}, 99 of 100` : kind === 'counter' ? `${name} per second` : name;
  return {
    id: index + 1,
    type: 'timeseries',
    title,
    description: meaning,
    gridPos: { x: (index % PER_ROW) * WIDTH, y: Math.floor(index / PER_ROW) * HEIGHT, w: WIDTH, h: HEIGHT },
    datasource: { type: 'prometheus', uid: '${datasource}' },
    fieldConfig: { defaults: { unit: kind === 'counter' ? (unit === 's' ? 'percentunit' : 'ops') : UNITS[unit], min: 0 }, overrides: [] },
    targets: [{ refId: 'A', expr: expressionOf(metric), legendFormat: ['operator', ...labels].map((label) => `{{${label}}}`).join(' ') }],
  };
}

/** The file for Grafana. */
export function dashboard(): string {
  const list = [
    { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
    {
      name: 'operator',
      label: 'Operator',
      type: 'query',
      datasource: { type: 'prometheus', uid: '${datasource}' },
      query: { query: 'label_values(kopf_build, operator)', refId: 'operator' },
      includeAll: true,
      multi: true,
      refresh: 2,
    },
  ];
  const all = { uid: 'kopfts', title: 'Operators of @kopfts', tags: ['kopfts'], schemaVersion: 39, timezone: '', refresh: '30s' };
  return `${JSON.stringify({ ...all, time: { from: 'now-1h', to: 'now' }, templating: { list }, panels: METRICS.map(panelOf) }, null, 2)}\n`;
}
