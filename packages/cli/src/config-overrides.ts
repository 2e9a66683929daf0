import { resolve } from 'node:path';
import type { ClusterSelection, OperatorConfig } from '@kopfts/core';
import { UsageError } from './errors.js';

/** What `run` and `dev` have in common: which cluster, which namespaces, how much is said. */
export interface OperatorOptions {
  readonly config?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: readonly string[];
  readonly allNamespaces?: boolean;
  /** Spec PR-01. */
  readonly liveness?: string;
}

/** The scope of the command line goes before that of the configuration (spec CL-06). @throws UsageError for both of them. */
export function withScope(config: OperatorConfig, { namespace, allNamespaces }: OperatorOptions): OperatorConfig {
  checkScope({ ...(namespace === undefined ? {} : { namespace }), allNamespaces: allNamespaces === true });
  if (allNamespaces === true) return { ...config, namespaces: undefined, clusterwide: true };
  if (namespace !== undefined && namespace.length > 0) return { ...config, namespaces: namespace, clusterwide: undefined };
  return config;
}

/** The endpoint of the command line goes before that of the configuration. */
export async function withLiveness(config: OperatorConfig, { liveness: url }: OperatorOptions): Promise<OperatorConfig> {
  if (url === undefined) return config;
  const { liveness, LIVENESS } = await import('./liveness/liveness.js');
  return { ...config, plugins: [...config.plugins.filter(({ name }) => name !== LIVENESS), liveness(url)] };
}

/** @throws UsageError. */
export function checkScope({ namespace, allNamespaces }: OperatorOptions): void {
  if (allNamespaces === true && namespace !== undefined && namespace.length > 0) {
    throw new UsageError('-A/--all-namespaces and -n/--namespace exclude each other.', { remedy: 'Give one of them.' });
  }
}

/** `undefined` if the command line names no cluster. */
export function clusterOf({ kubeconfig, context }: OperatorOptions, cwd: string): ClusterSelection | undefined {
  if (kubeconfig === undefined && context === undefined) return undefined;
  return { kubeconfig: kubeconfig === undefined ? undefined : resolve(cwd, kubeconfig), context };
}
