import { Buffer } from 'node:buffer';
import { CredentialsError } from '../errors.js';
import type { Credentials, LoadCredentials } from './credentials.js';
import type { AuthenticatorPorts } from './authenticator.js';
import type { AuthEnvironment } from './environment.js';
import { createFileCache } from './file-cache.js';
import { SERVICE_ACCOUNT_FOLDER } from './locate.js';
import { chooseProxy } from './proxy-choice.js';

const SOURCE = 'the service account of the pod';
const USUAL_SERVER = 'https://kubernetes.default.svc';

/** The service account of the pod we run in. Its token is exchanged about once an hour: it is read again whenever its file changed. */
export function createServiceAccountLoader(
  ports: Pick<AuthenticatorPorts, 'environment' | 'clock' | 'proxyFromEnvironment'>,
): LoadCredentials {
  const { environment, clock, proxyFromEnvironment } = ports;
  const files = createFileCache(environment, clock, SOURCE);
  let kept: { readonly token: string; readonly ca: string; readonly credentials: Credentials } | undefined;

  let namespace: string | undefined;

  return async (fresh) => {
    const token = (await files.read(`${SERVICE_ACCOUNT_FOLDER}/token`, fresh)).trim();
    const ca = await files.read(`${SERVICE_ACCOUNT_FOLDER}/ca.crt`, fresh);
    namespace ??= await namespaceOf(environment);
    if (kept?.token === token && kept.ca === ca && !fresh) return kept.credentials;
    const server = serverOf(environment);
    const proxy = chooseProxy(server, { env: proxyFromEnvironment ? environment.env : undefined, source: SOURCE });
    const credentials = {
      server,
      headers: { authorization: `Bearer ${token}` },
      tls: { ca: Buffer.from(ca) },
      ...(proxy === undefined ? {} : { proxy }),
      ...(namespace === '' ? {} : { defaultNamespace: namespace }),
      source: SOURCE,
    };
    kept = { token, ca, credentials };
    return credentials;
  };
}

/** That of the pod, which never changes. Empty if nothing tells. */
async function namespaceOf(environment: AuthEnvironment): Promise<string> {
  try {
    return (await environment.readFile(`${SERVICE_ACCOUNT_FOLDER}/namespace`)).trim();
  } catch {
    return '';
  }
}

/** The address that pods are given, which takes no DNS; its name where they are given none. */
function serverOf({ env }: AuthEnvironment): URL {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  if (host === '') return new URL(USUAL_SERVER);
  const address = `https://${host.includes(':') ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT'] ?? ''}`;
  if (!URL.canParse(address)) throw new CredentialsError(SOURCE, 'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are no address');
  return new URL(address);
}
