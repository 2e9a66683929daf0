/** `npm run kube-apiserver`: a real control plane for a person, until Ctrl-C. */
import { ControlPlaneUnavailableError } from './build.mjs';
import { startControlPlane } from './control-plane.mjs';

const asked = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
});

try {
  const keepAlive = setInterval(() => {}, 3_600_000); // the programs alone do not keep this process alive
  const controlPlane = await startControlPlane({ auditLog: true, controllerManager: true, log: (line) => console.error(line) });
  console.log(`kube-apiserver serves at ${controlPlane.url}

  export KUBECONFIG=${controlPlane.kubeconfigPath}
  ${controlPlane.assetsDir}/kubectl get namespaces

audit log: ${controlPlane.auditLogPath}
Ctrl-C ends it and removes its data.`);
  await asked;
  clearInterval(keepAlive);
  await controlPlane.stop();
} catch (error) {
  console.error(error instanceof ControlPlaneUnavailableError ? error.message : error);
  process.exit(1);
}
