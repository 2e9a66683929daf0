import { createRegistry } from '@kopfts/core';

const kopf = createRegistry();
export default kopf;

/** Of whoever keeps tokens. */
function fetchToken(_signal: AbortSignal): Promise<{ token: string; expires: Date }> {
  return Promise.resolve({ token: 'secret', expires: new Date() });
}

import { loginWithServiceAccount } from '@kopfts/kubernetes';

kopf.on.login(() => loginWithServiceAccount());
kopf.on.login({ id: 'vault' }, async ({ signal }) => {
  const { token, expires } = await fetchToken(signal);
  return { server: 'https://k8s.example.com', caPath: '/etc/ca.crt', token, expiration: expires, priority: 30 };
});
