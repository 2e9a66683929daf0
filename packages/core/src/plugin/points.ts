import type { ExtensionPoint } from './plugin.js';

/** Points that exactly one plugin provides. */
export const REQUIRED: readonly ExtensionPoint[] = ['clusterClient', 'progressStore', 'diffBaseStore'];

/** Points that one plugin provides at most. */
export const ONCE: readonly ExtensionPoint[] = [...REQUIRED, 'memoStore'];

/** All of them. */
export const POINTS: readonly ExtensionPoint[] = [
  ...ONCE,
  'kindStores',
  'factSink',
  'service',
  'aroundInvoke',
  'contributeToPatch',
  'admitPass',
];

/** Points whose parts are opened. */
export type OpenedPoint = 'clusterClient' | 'progressStore' | 'diffBaseStore' | 'memoStore' | 'factSink';
