import type { ExtensionPoint } from './plugin.js';

/** Points that exactly one plugin provides. */
export const ONCE: readonly ExtensionPoint[] = ['clusterClient', 'progressStore', 'diffBaseStore'];

/** All of them. */
export const POINTS: readonly ExtensionPoint[] = [...ONCE, 'factSink', 'service', 'aroundInvoke', 'contributeToPatch', 'admitPass'];

/** Points whose parts are opened. */
export type OpenedPoint = 'clusterClient' | 'progressStore' | 'diffBaseStore' | 'factSink';
