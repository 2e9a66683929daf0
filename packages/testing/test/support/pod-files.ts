import { readFileSync, statSync } from 'node:fs';
import type { AuthEnvironment } from '@kopfts/kubernetes';

/** By name: what is in a file, and when it changed, in milliseconds. */
export type PodFiles = Record<string, { readonly text: string; readonly ms: number }>;

const MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/';

/** A pod on this machine, with other files where its service account is. */
export function podOf(server: URL, files: PodFiles): AuthEnvironment {
  const fileAt = (path: string) => (path.startsWith(MOUNT) ? files[path.slice(MOUNT.length)] : undefined);
  return {
    env: { KUBERNETES_SERVICE_HOST: server.hostname, KUBERNETES_SERVICE_PORT: server.port },
    readFile: async (path) => fileAt(path)?.text ?? readFileSync(path, 'utf8'),
    modifiedMs: async (path) => fileAt(path)?.ms ?? statSync(path).mtimeMs,
    exists: async (path) => fileAt(path) !== undefined,
    run: () => Promise.reject(new Error('no programs here')),
  };
}
