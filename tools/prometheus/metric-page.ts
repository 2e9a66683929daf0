// The page of metrics, for people.
import { METRICS } from '@kopfts/observability';
import { format } from 'prettier';

const INTRODUCTION = `# Metrics

What \`observability()\` of \`@kopfts/observability\` gives to Prometheus and to collectors of OpenTelemetry, under the same names. This page is made from the table
in the package, and so are the dashboard (\`grafana/kopfts.json\`) and the alert rules (\`prometheus/kopfts.rules.yaml\`) that come with it.

- All have the label \`operator\`: the operator's name, or \`kopf\`. \`kind\` is a resource such as \`kopfexamples.v1.kopf.dev\`; \`name\` is the same, where dashboards of controllers expect that label.
- No label holds names of objects or namespaces. A sub-handler counts as its parent; an id that was not declared as \`other\`.
- Counters and histograms of kinds and handlers exist, with zero, from the moment that the kind is served.
- Histograms have buckets from a millisecond to five minutes, and in the text of Prometheus the suffixes \`_bucket\`, \`_sum\` and \`_count\`.
- \`leader_election_master_status\` exists only where something holds a lease and says so.
`;

export function metricPage(): Promise<string> {
  const rows = METRICS.map(
    ({ name, kind, unit, labels, meaning }) =>
      `| \`${name}\` | ${kind} | ${unit === '1' ? '' : unit} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${meaning} |`,
  );
  return format(`${INTRODUCTION}\n| metric | kind | unit | labels | meaning |\n| - | - | - | - | - |\n${rows.join('\n')}\n`, {
    parser: 'markdown',
    printWidth: 140,
  });
}
