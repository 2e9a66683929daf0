import { errorText } from '@kopfts/core';
import { CredentialsError } from '../errors.js';
import type { Authenticator } from './authenticator.js';
import type { KubeconfigContext } from './kubeconfig-context.js';

/**
 * The auth providers `gcp` and `azure`, which kubectl no longer has: client-node still knows them. It is imported here and when such a user is
 * met. A fresh start forgets what it remembers.
 */
export function createProviderByClientNode({ user }: KubeconfigContext, source: string): Authenticator {
  let apply: (() => Promise<string | undefined>) | undefined;
  return async (fresh) => {
    if (apply === undefined || fresh) apply = await authenticatorOf(user.fields['auth-provider']);
    try {
      return { authorization: await apply() };
    } catch (error) {
      throw new CredentialsError(source, `its auth provider failed: ${errorText(error)}`, { cause: error });
    }
  };
}

async function authenticatorOf(authProvider: unknown): Promise<() => Promise<string | undefined>> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  // Where the server is does not matter: only what it adds to a request is taken.
  config.loadFromClusterAndUser({ name: 'any', server: 'https://any.invalid', skipTLSVerify: false }, { name: 'user', authProvider });
  return async () => {
    const options: { headers: Record<string, string> } = { headers: {} };
    await config.applyToHTTPSOptions(options as Parameters<typeof config.applyToHTTPSOptions>[0]);
    return options.headers['Authorization'];
  };
}
