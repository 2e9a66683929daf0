/** What `kopf run` costs in a pod: how long it takes to the first request with a service account, and how much memory the process has then. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { inFolder, KOPF, medians, PATIENCE_MS, projectIn, wholeProcess } from './command-line.mjs';
import { createIdentity } from './identity.mjs';

/** The service account is in the folder of the operator: where pods have it nobody may write here. */
const config = `import { readFile, stat } from 'node:fs/promises';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';
const here = (path) => path.replace('/var/run/secrets/kubernetes.io/serviceaccount', import.meta.dirname ?? process.cwd());
const environment = {
  env: process.env,
  readFile: (path) => readFile(here(path), 'utf8'),
  modifiedMs: async (path) => (await stat(here(path))).mtimeMs,
  exists: (path) => stat(here(path)).then(() => true, () => false),
  run: () => Promise.reject(new Error('no programs in this pod')),
};
export default { name: 'bench', handlers: [handlers], namespaces: ['default'], plugins: [kubernetes({ environment }), annotations()] };
`;

/** Medians of `times` runs, each with a bare Node process beside it; megabytes are of the process at its first request. */
export async function measureInCluster(times) {
  const identity = await createIdentity();
  return inFolder(async (folder) => {
    projectIn(folder, 'js');
    writeFileSync(join(folder, 'kopf.config.js'), config);
    for (const [name, text] of Object.entries({ token: 'abc', namespace: 'default', 'ca.crt': identity.cert }))
      writeFileSync(join(folder, name), text);
    return medians(times, async () => ({ node: await wholeProcess(['-e', '0']), ...(await firstRequest(folder, identity)) }));
  });
}

async function firstRequest(folder, identity) {
  const server = createServer(identity);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pod = {
    ...process.env,
    KUBECONFIG: undefined,
    HOME: folder,
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String(server.address().port),
  };
  const began = performance.now();
  const child = spawn(process.execPath, [KOPF, 'run'], { cwd: folder, env: pod, stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = once(child, 'close');
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  try {
    return await Promise.race([
      once(server, 'request', { signal: AbortSignal.timeout(PATIENCE_MS) }).then(([request]) => {
        const tookMs = performance.now() - began;
        if (request.headers.authorization !== 'Bearer abc') throw new Error('it has not asked as the service account');
        return { tookMs, rssMb: rssMb(child.pid) };
      }),
      closed.then(() => Promise.reject(new Error(`kopf run asked nothing: ${said}`))),
    ]);
  } finally {
    child.kill('SIGKILL');
    await closed;
    server.closeAllConnections();
    server.close();
  }
}

function rssMb(pid) {
  return (Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024) / 1e6;
}
