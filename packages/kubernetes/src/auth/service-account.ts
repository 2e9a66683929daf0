import { Buffer } from 'node:buffer';
import { errorText } from '@kopfts/core';
import { CredentialsError } from '../errors.js';
import type { Credentials, LoadCredentials } from './credentials.js';
import type { AuthEnvironment } from './environment.js';
import { SERVICE_ACCOUNT_FOLDER } from './locate.js';

/** The service account of the pod we run in. Its token is exchanged about once an hour: it is read again whenever its file changed. */
export function createServiceAccountLoader(environment: AuthEnvironment): LoadCredentials {
  const tokenPath = `${SERVICE_ACCOUNT_FOLDER}/token`;
  const caPath = `${SERVICE_ACCOUNT_FOLDER}/ca.crt`;
  let kept: { readonly key: string; readonly credentials: Credentials } | undefined;

  return async (fresh) => {
    try {
      const key = `${String(await environment.modifiedMs(tokenPath))} ${String(await environment.modifiedMs(caPath))}`;
      if (kept?.key === key && !fresh) return kept.credentials;
      const token = (await environment.readFile(tokenPath)).trim();
      const ca = Buffer.from(await environment.readFile(caPath));
      kept = {
        key,
        credentials: {
          server: serverOf(environment),
          headers: { authorization: `Bearer ${token}` },
          tls: { ca },
          source: 'the service account of the pod',
        },
      };
      return kept.credentials;
    } catch (error) {
      throw new CredentialsError('the service account of the pod', errorText(error), { cause: error });
    }
  };
}

function serverOf({ env }: AuthEnvironment): URL {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '';
  return new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`);
}
