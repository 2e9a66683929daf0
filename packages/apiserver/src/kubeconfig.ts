import type { JsonObject } from './store/json-value.js';

const NAME = 'kopf-apiserver';

/** A kubeconfig with one cluster, one user and one context. JSON is YAML, so its text is a kubeconfig file. */
export function kubeconfigFor(url: string, { token, ca }: { token?: string | undefined; ca?: string | undefined }): JsonObject {
  const authority = ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  // Over TLS kubectl asks the person for a name and a password when it has nothing to show; the server takes anything then.
  const shown = token ?? (ca === undefined ? undefined : 'anybody');
  // Without it client-node refuses to speak plain HTTP.
  const plain = url.startsWith('http:') ? { 'insecure-skip-tls-verify': true } : {};
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: NAME, cluster: { server: url, ...authority, ...plain } }],
    users: [{ name: NAME, user: shown === undefined ? {} : { token: shown } }],
    contexts: [{ name: NAME, context: { cluster: NAME, user: NAME, namespace: 'default' } }],
    'current-context': NAME,
  };
}
