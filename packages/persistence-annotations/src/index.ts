// The plugin
export { annotations } from './plugin.js';
export type { AnnotationsOptions } from './plugin.js';

// The stores, for tools that read what an operator left on objects
export { createAnnotationProgressStore } from './progress-store.js';
export type { ProgressStoreOptions } from './progress-store.js';
export { createAnnotationDiffBaseStore } from './diff-base-store.js';
export type { DiffBaseStoreOptions } from './diff-base-store.js';
export type { AnnotationLayout } from './annotation-layout.js';

// Names and texts on the wire
export { annotationKeys } from './annotation-key.js';
export { readRecord, writeRecord } from './record-text.js';
