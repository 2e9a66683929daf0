// The plugins
export { annotations } from './plugin.js';
export type { AnnotationsOptions } from './plugin.js';
export { status } from './status-plugin.js';
export type { StatusOptions } from './status-plugin.js';
export type { CommonOptions, StoreRole } from './store-options.js';

// The stores, for tools that read what an operator left on objects
export { createAnnotationProgressStore } from './progress-store.js';
export type { ProgressStoreOptions } from './progress-store.js';
export { createAnnotationDiffBaseStore } from './diff-base-store.js';
export type { DiffBaseStoreOptions } from './diff-base-store.js';
export type { LargeEssences } from './packed-essence.js';
export type { AnnotationLayout } from './annotation-layout.js';
export { createStatusProgressStore } from './status-progress-store.js';
export type { StatusProgressStoreOptions } from './status-progress-store.js';
export { createStatusDiffBaseStore } from './status-diff-base-store.js';
export type { StatusDiffBaseStoreOptions } from './status-diff-base-store.js';
export type { StatusLayout } from './status-layout.js';
export type { OnUnreadable, StoredPlace } from './unreadable-report.js';

// Names and texts on the wire
export { annotationKeys } from './annotation-key.js';
export { readRecord, writeRecord } from './record-text.js';
