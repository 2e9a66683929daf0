import { delimiter, join } from 'node:path';
import type { ClusterSelection } from '@kopfts/core';
import { KubeconfigMissingError } from '../errors.js';
import type { AuthEnvironment } from './environment.js';

/** Where the credentials are. */
export type CredentialPlace =
  | { readonly kind: 'kubeconfig'; readonly paths: readonly string[]; readonly context: string | undefined; readonly source: string }
  | { readonly kind: 'in-cluster' };

/** What the token of a pod's service account is mounted as. */
export const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Finds the cluster: the command line first, then the plugin's options, then `KUBECONFIG`, a pod's service account, and
 * `~/.kube/config`. A context that came with a file belongs to that file.
 *
 * @throws KubeconfigMissingError `KOPF_KUBECONFIG_MISSING` if nothing says where the cluster is, or the named file does not exist.
 */
export async function locateCredentials(
  asked: ClusterSelection,
  options: ClusterSelection,
  environment: AuthEnvironment,
): Promise<CredentialPlace> {
  if (asked.kubeconfig !== undefined) return existing([asked.kubeconfig], asked.context, { by: '--kubeconfig', environment });
  const context = asked.context ?? options.context;
  if (options.kubeconfig !== undefined) return existing([options.kubeconfig], context, { by: 'the option kubeconfig', environment });
  const named = namedFiles(environment);
  if (named.length > 0) return existing(named, context, { by: 'KUBECONFIG', environment });
  // A pod has no contexts: who names one means a file.
  if (context === undefined && (await isInCluster(environment))) return { kind: 'in-cluster' };
  const home = environment.env['HOME'] ?? environment.env['USERPROFILE'];
  const usual = home === undefined ? undefined : join(home, '.kube', 'config');
  if (usual === undefined || !(await environment.exists(usual))) {
    throw new KubeconfigMissingError(
      `No cluster is configured: there is no --kubeconfig, KUBECONFIG is not set, this is no pod, and ${usual ?? '~/.kube/config'} does not exist.`,
    );
  }
  return { kind: 'kubeconfig', paths: [usual], context, source: usual };
}

/** The files that `KUBECONFIG` names. */
export function namedFiles({ env }: Pick<AuthEnvironment, 'env'>): readonly string[] {
  return (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
}

async function isInCluster(environment: AuthEnvironment): Promise<boolean> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment.env;
  return (
    host !== undefined && host !== '' && port !== undefined && port !== '' && (await environment.exists(`${SERVICE_ACCOUNT_FOLDER}/token`))
  );
}

interface Naming {
  /** Who named the files. */
  readonly by: string;
  readonly environment: AuthEnvironment;
}

async function existing(paths: readonly string[], context: string | undefined, { by, environment }: Naming): Promise<CredentialPlace> {
  const found = [];
  for (const path of paths) if (await environment.exists(path)) found.push(path);
  // As with kubectl: of several files some may be missing, but not all.
  if (found.length === 0) {
    throw new KubeconfigMissingError(`The kubeconfig ${paths.join(delimiter)} (from ${by}) does not exist.`, { context: { paths, by } });
  }
  return { kind: 'kubeconfig', paths: found, context, source: found.join(delimiter) };
}
