// The plugin
export { redis, openRedisStores, type RedisStores, type StoreHost } from './plugin.js';
export type { RedisStoreOptions, StoreRole } from './options.js';
export type { LossPolicy } from './loaded.js';

// Errors
export { StoreAwayError, StoreConflictError, StoreFormatError, StoreLossError } from './errors.js';
