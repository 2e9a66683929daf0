/** What the programs of a control plane are told: arguments, tokens, keys, the audit policy, kubeconfigs. No processes here. */
import { generateKeyPair, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Users that exist always. Without groups a user may do nothing until a test binds a role to it. */
const standardUsers = {
  admin: ['system:masters'],
  'controller-manager': ['system:masters'],
  limited: [],
  operator: [],
};

/** Writes with bodies, so that a test can count them and see what was in them; of the rest who, what and when. */
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'None', users: ['system:apiserver'] },
    { level: 'RequestResponse', verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'] },
    { level: 'Metadata' },
  ],
};

/** Writes the files below `dataDir` and returns their paths and the tokens. */
export async function writeConfiguration(dataDir, users = {}) {
  const paths = {
    certDir: join(dataDir, 'certs'),
    caPath: join(dataDir, 'certs', 'apiserver.crt'),
    tokenFile: join(dataDir, 'tokens.csv'),
    serviceAccountKey: join(dataDir, 'sa.key'),
    auditPolicy: join(dataDir, 'audit-policy.json'),
    auditLogPath: join(dataDir, 'audit.log'),
    etcdDir: join(dataDir, 'etcd'),
    kubeconfigDir: join(dataDir, 'kubeconfig'),
  };
  await mkdir(paths.kubeconfigDir, { recursive: true });
  const tokens = {};
  const rows = Object.entries({ ...standardUsers, ...users }).map(([user, groups]) => {
    tokens[user] = randomBytes(16).toString('hex');
    return `${tokens[user]},${user},${user},"${groups.join(',')}"`;
  });
  await writeFile(paths.tokenFile, `${rows.join('\n')}\n`, { mode: 0o600 });
  await writeFile(paths.auditPolicy, JSON.stringify(auditPolicy));
  // The server takes this one for verifying, too: PKCS#1 serves as both, PKCS#8 is refused.
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  await writeFile(paths.serviceAccountKey, privateKey, { mode: 0o600 });
  return { paths, tokens };
}

export function etcdArguments(paths, ports) {
  const client = `http://127.0.0.1:${ports.etcdClient}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    `--data-dir=${paths.etcdDir}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--log-level=error',
  ];
}

export function serverArguments(paths, ports, options) {
  const gates = Object.entries(options.featureGates ?? {}).map(([name, on]) => `${name}=${on}`);
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcdClient}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${ports.server}`,
    `--cert-dir=${paths.certDir}`,
    `--token-auth-file=${paths.tokenFile}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${paths.serviceAccountKey}`,
    `--service-account-signing-key-file=${paths.serviceAccountKey}`,
    '--disable-admission-plugins=ServiceAccount',
    ...(options.auditLog
      ? [`--audit-policy-file=${paths.auditPolicy}`, `--audit-log-path=${paths.auditLogPath}`, '--audit-log-maxsize=4096']
      : []),
    ...(gates.length > 0 ? [`--feature-gates=${gates.join(',')}`] : []),
    ...(options.extraArgs ?? []), // last: they win over ours
  ];
}

export function controllerArguments(paths, kubeconfigPath) {
  return [
    `--kubeconfig=${kubeconfigPath}`,
    '--leader-elect=false',
    '--secure-port=0',
    `--service-account-private-key-file=${paths.serviceAccountKey}`,
    '--controllers=garbage-collector-controller,namespace-controller,serviceaccount-controller,serviceaccount-token-controller',
  ];
}

/** A kubeconfig as JSON, which is YAML. The certificate is inside, so that the file works when copied elsewhere. */
export function kubeconfig({ url, ca, token, user }) {
  const name = 'kopfts-kube-apiserver';
  return JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
      users: [{ name: user, user: { token } }],
      contexts: [{ name, context: { cluster: name, user, namespace: 'default' } }],
      'current-context': name,
    },
    null,
    2,
  );
}
