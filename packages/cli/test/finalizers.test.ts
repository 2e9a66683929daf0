import { describe, expect, it, onTestFinished } from 'vitest';
import { createApiServer } from '@kopfts/apiserver';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith, write } from './fake-io.js';

const CONFIG = `import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createRegistry } from '@kopfts/core';
export default { name: 'gone', handlers: [createRegistry()], plugins: [kubernetes(), annotations()] };
`;
const OURS = 'gone.kopf.zalando.org/finalizer';

async function clusterWith(
  objects: readonly { readonly path: string; readonly kind: string; readonly name: string; readonly finalizers: readonly string[] }[],
) {
  const server = createApiServer();
  const { url, ...listening } = await server.listen();
  onTestFinished(async () => {
    await listening.close();
    await server.close();
  });
  const cwd = projectWith({ 'kopf.config.ts': CONFIG, kubeconfig: JSON.stringify(server.kubeconfig(url)) });
  for (const { path, kind, name, finalizers } of objects) {
    const body = JSON.stringify({ apiVersion: 'v1', kind, metadata: { name, finalizers } });
    const answer = await fetch(`${url}/api/v1/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(answer.status).toBe(201);
  }
  const finalizersOf = async (path: string): Promise<unknown> => {
    const object = (await (await fetch(`${url}/api/v1/${path}`)).json()) as { readonly metadata: { readonly finalizers?: unknown } };
    return object.metadata.finalizers;
  };
  const kopf = async (...argv: readonly string[]) => {
    const io = createFakeIo(cwd);
    const code = await runCli(['finalizers', 'release', '--kubeconfig', 'kubeconfig', ...argv], io);
    return { code, out: io.out.join(''), err: io.err.join('') };
  };
  return { cwd, kopf, finalizersOf };
}

const MAPS = 'namespaces/default/configmaps';
const three = [
  { path: MAPS, kind: 'ConfigMap', name: 'one', finalizers: ['other.example.com/kept', OURS] },
  { path: MAPS, kind: 'ConfigMap', name: 'two', finalizers: ['other.example.com/kept'] },
  { path: 'namespaces', kind: 'Namespace', name: 'third', finalizers: [OURS] },
];

describe('kopf finalizers release', () => {
  it('takes only our finalizer, from all objects of all kinds', async () => {
    const { kopf, finalizersOf } = await clusterWith(three);
    const { code, out, err } = await kopf('--all', '--yes');
    expect(err).toBe('');
    expect(out).toMatch(/^configmaps\.v1\/default\/one +released$/m);
    expect(out).toMatch(/^namespaces\.v1\/third +released$/m);
    expect(out).toContain(`2 objects with the finalizer ${OURS}.`);
    expect(code).toBe(0);
    expect(await finalizersOf(`${MAPS}/one`)).toEqual(['other.example.com/kept']);
    expect(await finalizersOf(`${MAPS}/two`)).toEqual(['other.example.com/kept']);
    expect(await finalizersOf('namespaces/third')).toBeUndefined();
  });

  it('changes nothing without --yes, and with --dry-run', async () => {
    const { kopf, finalizersOf } = await clusterWith(three);
    const asked = await kopf('configmap/default/one');
    expect(asked).toMatchObject({
      code: 2,
      err: `error KOPF_USAGE: 1 object would lose the finalizer ${OURS}; nothing was changed. Stop the operator, then say so by --yes.\n`,
    });
    const dry = await kopf('configmap/default/one', '--dry-run', '--yes', '-o', 'json');
    expect(dry.code).toBe(0);
    expect(JSON.parse(dry.out)).toEqual({
      finalizer: OURS,
      dryRun: true,
      objects: [{ object: 'configmaps.v1/default/one', result: 'would be released' }],
      unseen: [],
    });
    expect(await finalizersOf(`${MAPS}/one`)).toEqual(['other.example.com/kept', OURS]);
    expect((await kopf('configmap/default/one', '--yes')).out).toMatch(/^configmaps\.v1\/default\/one +released\n1 object with/);
    expect(await kopf('configmap/default/one')).toEqual({ code: 0, out: `0 objects with the finalizer ${OURS}.\n`, err: '' });
  });

  it.each([
    {
      argv: [],
      code: 2,
      says: 'error KOPF_USAGE: Which objects are to be released is not said. Name them as KIND/NAMESPACE/NAME, or give --all.',
    },
    { argv: ['--all', 'pod/a/b'], code: 2, says: 'error KOPF_USAGE: --all and names of objects exclude each other. Give one of them.' },
    {
      argv: ['one'],
      code: 2,
      says: "error KOPF_USAGE: 'one' is no KIND/NAMESPACE/NAME, nor KIND/NAME. Write it as kopfexamples/default/one.",
    },
    { argv: ['nothing/default/one'], code: 2, says: "error KOPF_USAGE: The cluster serves no 'nothing'. Correct the kind of the object." },
    {
      argv: ['configmap/default/x'],
      code: 2,
      says: 'error KOPF_USAGE: There is no object configmap/default/x. Correct its name, or give --all.',
    },
  ])('says what is wrong with $argv', async ({ argv, code, says }) => {
    const { kopf } = await clusterWith([]);
    expect(await kopf(...argv)).toEqual({ code, out: '', err: `${says}\n` });
  });

  it('says that there is no cluster', async () => {
    const { cwd, kopf } = await clusterWith([]);
    write(cwd, 'kubeconfig', '{}');
    const { code, err } = await kopf('--all');
    expect(code).toBe(1);
    expect(err).toMatch(/^error KOPF_KUBECONFIG_\w+: .*\n$/);
  });
});
