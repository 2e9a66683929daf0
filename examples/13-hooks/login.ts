import { createRegistry } from '@kopfts/core';
import { loginWithKubeconfig } from '@kopfts/kubernetes';

const SECONDS = 30;

/** Logs in by a kubeconfig, and again every half a minute: for clusters whose credentials are short-lived. */
export function createLogin(kubeconfig?: string) {
  const kopf = createRegistry();

  kopf.on.login({ id: 'login_fn', retries: 3 }, async ({ signal }) => {
    const connection = await loginWithKubeconfig({ kubeconfig, signal });
    return connection && { ...connection, expiration: new Date(Date.now() + SECONDS * 1000) };
  });

  return kopf;
}
