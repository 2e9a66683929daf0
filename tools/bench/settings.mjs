import { isDeepStrictEqual } from 'node:util';

/** What the processes of the cost measurement agree on. */
export const GROUP = 'kopf.dev';
export const VERSION = 'v1';
export const PLURAL = 'kopfexamples';
export const KIND = 'KopfExample';
/** That kind, as a cluster says that it serves it. */
export const RESOURCE = {
  group: GROUP,
  version: VERSION,
  plural: PLURAL,
  kind: KIND,
  singular: 'kopfexample',
  shortNames: [],
  categories: [],
  subresources: ['status'],
  namespaced: true,
  preferred: true,
  verbs: ['list', 'watch', 'patch'],
};

/**
 * Operator and loop that send the same requests. Each contestant serves a namespace of its own, with a mark of its own: short names,
 * or the annotations would have to be written under two keys.
 */
export const PAIRS = [
  { store: 'annotations', operator: 'operator', bare: 'bare' },
  { store: 'status', operator: 'operator-status', bare: 'bare-status' },
];
export const CONTESTANTS = PAIRS.flatMap(({ operator, bare }) => [operator, bare]);
/** Operators that differ in who hears of facts: nobody, since there are none; nobody; metrics. */
export const FACTS = { stripped: 'facts-none', plain: 'facts', metrics: 'facts-metrics' };
/** The same in one process, by the copy of core that each has; `control` is `none` once more, and says how much chance has in it. */
export const FACT_COPIES = { none: 'without-facts', control: 'without-facts-again', plain: 'with-facts', metrics: 'with-metrics' };
/** Python's Kopf, where it takes part: it keeps its memory in annotations. */
export const KOPF = 'kopf';

/** Where the state handled last is kept: annotations take a request of their own, the status goes with the results. */
export const storeOf = (contestant) => (contestant.endsWith('-status') ? 'status' : 'annotations');
/** The text of the essence, as Kopf stores it. */
const storedText = (essence, store) => (store === 'annotations' ? `${JSON.stringify(essence)}\n` : JSON.stringify(essence));
/** What the last write leaves in the annotations: the essence, and with a prefix of one's own the mark by which Kopf operators know it. */
export function annotationsOf(contestant, essence) {
  if (storeOf(contestant) === 'status') return undefined;
  const text = storedText(essence, 'annotations');
  if (contestant === KOPF) return { 'kopf.zalando.org/last-handled-configuration': text };
  const prefix = `${contestant}.kopf.zalando.org`;
  return { [`${prefix}/last-handled-configuration`]: text, [`${prefix}/kopf-managed`]: 'yes' };
}
/** What the last write leaves in the status. */
export function statusOf(contestant, essence) {
  const name = essence.spec.name ?? 'world';
  if (storeOf(contestant) !== 'status') return { name };
  return { kopf: { [contestant]: { 'last-handled-configuration': storedText(essence, 'status') } }, name };
}
/** Whoever handled an object: one name in the status, and one essence where it is kept. */
export function isHandled(contestant, { metadata: { annotations }, status }) {
  const essence = { spec: { name: 'world' } };
  const found = JSON.parse(JSON.stringify({ annotations, status }));
  const wanted = JSON.parse(JSON.stringify({ annotations: annotationsOf(contestant, essence), status: statusOf(contestant, essence) }));
  return isDeepStrictEqual(found, wanted);
}
export const collectionPath = (namespace) => `/apis/${GROUP}/${VERSION}/namespaces/${namespace}/${PLURAL}`;
export const objectAt = (index) => ({
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  metadata: { name: `object-${String(index).padStart(6, '0')}` },
  spec: { name: 'world' },
});

/** Connections for writes: as many as the operator opens (`packages/kubernetes/src/transport/lane-agents.ts`). */
export const WRITE_SOCKETS = 50;
