export { ContractViolation, type ContractCase, exceptCases } from './contract-case.js';
export { clockContract, type ClockSubject } from './clock-contract.js';
export { randomContract } from './random-contract.js';
export { progressStoreContract, type ProgressStoreSubject } from './progress-store-contract.js';
export { diffBaseStoreContract, type DiffBaseStoreSubject } from './diff-base-store-contract.js';
export type { StoreSubject } from './store-subject.js';
export { clusterClientContract } from './cluster-client-contract.js';
export type { ClusterClientSubject, DrivenCluster } from './cluster-client-subject.js';
export { createMemoryStores, type MemoryStores } from './memory-stores.js';
