/**
 * Starts one real control plane for all suites named `*.real.test.ts` and tells them where it is:
 * `import { inject } from 'vitest'; const { url, token } = inject('controlPlane');`
 * They share it, so each suite works in namespaces and kinds of its own. A suite that restarts or breaks it starts its own.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureAssets } from './build.mjs';
import { startControlPlane } from './control-plane.mjs';

/** Where the shared control plane is and how to get in. Plain values: they cross into the test processes. */
export interface SharedControlPlane {
  readonly url: string;
  readonly ca: string;
  readonly caPath: string;
  /** Of `admin`, who may do everything. */
  readonly token: string;
  /** By user; `operator` and `limited` have no rights until a test binds some. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly kubeconfigPath: string;
  /** The folder with etcd, kube-apiserver and kubectl. */
  readonly assetsDir: string;
  readonly auditLogPath: string;
  readonly dataDir: string;
  /** Whether namespaces are deleted and owned objects collected. False only where KUBEBUILDER_ASSETS has no controller manager. */
  readonly controllerManager: boolean;
}

declare module 'vitest' {
  interface ProvidedContext {
    controlPlane: SharedControlPlane;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const log = (line: string) => {
    console.error(line);
  };
  const { assetsDir } = await ensureAssets({ log });
  const controllerManager = existsSync(join(assetsDir, 'kube-controller-manager')); // envtest folders have none
  const controlPlane = await startControlPlane({ assetsDir, auditLog: true, controllerManager });
  const { url, ca, caPath, token, tokens, kubeconfigPath, auditLogPath, dataDir } = controlPlane;
  project.provide('controlPlane', {
    url,
    ca,
    caPath,
    token,
    tokens,
    kubeconfigPath,
    assetsDir,
    auditLogPath,
    dataDir,
    controllerManager,
  });
  return () => controlPlane.stop();
}
