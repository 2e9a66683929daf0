/** What the three processes of the cost measurement agree on. */
export const GROUP = 'kopf.dev';
export const VERSION = 'v1';
export const PLURAL = 'kopfexamples';
export const KIND = 'KopfExample';

/** Each contestant serves a namespace of its own, with annotations of its own. */
export const CONTESTANTS = ['operator', 'bare'];
/** What the last write leaves on the object: the essence, and the mark by which Kopf operators know the prefix. */
export const annotationsOf = (contestant, essence) => ({
  [`${contestant}.kopf.zalando.org/last-handled-configuration`]: `${JSON.stringify(essence)}\n`,
  [`${contestant}.kopf.zalando.org/kopf-managed`]: 'yes',
});
export const collectionPath = (namespace) => `/apis/${GROUP}/${VERSION}/namespaces/${namespace}/${PLURAL}`;

/** Connections for writes: as many as the operator opens (`packages/kubernetes/src/transport/lane-agents.ts`). */
export const WRITE_SOCKETS = 50;
