import { join } from 'node:path';
import { METRICS } from '@kopfts/observability';
import { describe, expect, it } from 'vitest';
import { alertRules, metric } from './alert-rules.js';
import { dashboard, expressionOf } from './dashboard.js';
import { metricPage } from './metric-page.js';

const root = (...path: string[]) => join(import.meta.dirname, '..', '..', ...path);

describe('what is made from the table of metrics', () => {
  it('is as the table says now (npx vitest run --project unit tools/prometheus -u makes it anew)', async () => {
    await expect(alertRules()).toMatchFileSnapshot(root('packages/observability/prometheus/kopfts.rules.yaml'));
    await expect(dashboard()).toMatchFileSnapshot(root('packages/observability/grafana/kopfts.json'));
    await expect(await metricPage()).toMatchFileSnapshot(root('docs/metrics.md'));
  });

  it('asks for nothing that is not in the table, and shows everything that is', () => {
    expect(() => metric('kopf_nothing')).toThrow('kopf_nothing');
    const panels = (JSON.parse(dashboard()) as { readonly panels: { readonly targets: { readonly expr: string }[] }[] }).panels;
    expect(panels.map(({ targets }) => targets[0]?.expr)).toEqual(METRICS.map(expressionOf));
  });

  it('has names by the rules of Prometheus, each once', () => {
    expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length);
    for (const { name, kind, unit } of METRICS) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect([name, name.endsWith('_total')]).toEqual([name, kind === 'counter']);
      if (kind !== 'counter')
        expect([name, name.endsWith('_seconds'), name.endsWith('_bytes')]).toEqual([name, unit === 's', unit === 'By']);
    }
  });
});
