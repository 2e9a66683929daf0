// Asks an operator in a pod, through the API server, with the rights of whoever asks.
import { systemClock, VERSION } from '@kopfts/core';
import type { Explanation } from '@kopfts/core';
import { UsageError } from '../errors.js';
import { importOptional } from '../optional-package.js';
import { questionPath, readExplanation } from './ask-operator.js';
import type { Why } from './ask-operator.js';
import { TOKEN_HEADER } from './explain-answer.js';

export interface PodPlace {
  readonly pod: string;
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

const POD = /^(?<namespace>[^/:]+)\/(?<name>[^/:]+)(?::(?<port>\d{1,5}))?$/;
const DEFAULT_PORT = '8089';
const PATIENCE_MS = 10_000;

/** @throws ExplainUnansweredError `KOPF_EXPLAIN_UNANSWERED`, UsageError `KOPF_USAGE`, and what reading the kubeconfig and reaching the server throw. */
export async function askPod({ pod, kubeconfig, context }: PodPlace, token: string, why: Why): Promise<Explanation> {
  const found = POD.exec(pod)?.groups;
  if (found === undefined) throw new UsageError(`--pod is '${pod}'.`, { remedy: 'Give NAMESPACE/NAME or NAMESPACE/NAME:PORT.' });
  const { namespace = '', name = '', port = DEFAULT_PORT } = found;
  const kubernetes = await importOptional('@kopfts/kubernetes', 'kopf explain --pod', () => import('@kopfts/kubernetes'));
  const { signal } = new AbortController();
  const info = await kubernetes.loginWithKubeconfig({ kubeconfig, context, signal });
  if (info === undefined) throw new UsageError('--pod needs a kubeconfig.', { remedy: 'Name one by --kubeconfig.' });
  const credentials = await kubernetes.connectionCredentials({ ...info, headers: { ...info.headers, [TOKEN_HEADER]: token } });
  const source = kubernetes.createCredentialSource(() => Promise.resolve(credentials), systemClock);
  const transport = kubernetes.createHttpsTransport({
    credentials: source,
    clock: systemClock,
    userAgent: `kopfts/${VERSION} (explain)`,
    timeouts: {},
  });
  try {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}:${port}/proxy${questionPath(why)}`;
    const { status, body } = await transport.send({ lane: 'read', method: 'GET', path, timeoutMs: PATIENCE_MS }, signal);
    return readExplanation(status, Buffer.from(body).toString('utf8'), `the pod ${pod}`);
  } finally {
    await transport.close();
  }
}
