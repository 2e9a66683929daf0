/**
 * Starts one real control plane for all suites named `*.real.test.ts` and tells them where it is:
 * `import { inject } from 'vitest'; const { url, token } = inject('controlPlane');`
 * They share it, so each suite works in namespaces and kinds of its own. A suite that restarts or breaks it starts its own.
 */
import type { TestProject } from 'vitest/node';
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
  const controlPlane = await startControlPlane({ auditLog: true, controllerManager: true, log });
  const { url, ca, caPath, token, tokens, kubeconfigPath, assetsDir, auditLogPath, dataDir } = controlPlane;
  project.provide('controlPlane', { url, ca, caPath, token, tokens, kubeconfigPath, assetsDir, auditLogPath, dataDir });
  return () => controlPlane.stop();
}
