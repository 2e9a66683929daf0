/** Why no control plane can be had, in one line. */
export class ControlPlaneUnavailableError extends Error {}

/** Undefined when a control plane can be had, else the reason in one line. Starts nothing. */
export function unavailableReason(env?: Readonly<Record<string, string | undefined>>): string | undefined;

/** The folder with etcd, kube-apiserver, kubectl (and kube-controller-manager); builds it when missing. */
export function ensureAssets(options?: {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly log?: (line: string) => void;
}): Promise<{ readonly assetsDir: string; readonly built: boolean }>;
