import { describe, expect, it } from 'vitest';
import type { Resource } from '../model/resource.js';
import { parseSelections } from './selection.js';

const PODS: Resource = {
  group: '',
  version: 'v1',
  plural: 'pods',
  kind: 'Pod',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  subresources: ['status'],
  namespaced: true,
  preferred: true,
  verbs: ['list', 'watch', 'patch'],
};
const METRICS: Resource = { ...PODS, group: 'metrics.k8s.io', kind: 'PodMetrics', singular: 'podmetrics', shortNames: [] };
const OLD_METRICS: Resource = { ...METRICS, version: 'v1beta1', preferred: false };
const labelled = (labelSelectors: Readonly<Record<string, string>>) =>
  parseSelections({ labelSelectors, fieldSelectors: {}, shardSelectors: {} });

describe('selections of the server', () => {
  it.each([
    { key: 'pods', of: [true, true, false], which: 'a plain name, of all groups: the core API is not preferred here' },
    { key: 'Pod', of: [true, false, false], which: 'a kind' },
    { key: 'po', of: [true, false, false], which: 'a short name' },
    { key: 'v1/pods', of: [true, false, false], which: 'a version of the core API' },
    { key: 'pods.v1beta1', of: [false, false, true], which: 'a version, also one that is not preferred' },
    { key: 'metrics.k8s.io/pods', of: [false, true, false], which: 'a group' },
    { key: 'pods.v1beta1.metrics.k8s.io', of: [false, false, true], which: 'a group and a version' },
  ])('[W-24, S-06, S-20] has $key for $which', ({ key, of }) => {
    const { selectionOf } = labelled({ [key]: 'a=b' });
    expect([PODS, METRICS, OLD_METRICS].map((kind) => selectionOf(kind, []).options.labelSelector === 'a=b')).toEqual(of);
  });

  it('[W-22, W-24] keeps keys that say the same apart: all of them count, each text once, in the order of the texts', () => {
    const { selectionOf } = labelled({ pods: 'tier!=web', Pod: 'team=a', 'v1/pods': 'tier!=web', 'pods.v1': 'app=x' });
    expect(selectionOf(PODS, []).options.labelSelector).toBe('app=x,team=a,tier!=web');
  });

  it.each(['', 'pods.', 'a/b/c/d', 'kopf..dev/v1/pods', 'v1/'])("[W-24, S-04] refuses the key '%s'", (key) => {
    expect(() => labelled({ [key]: 'a=b' })).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_SELECTOR' }));
  });
});
