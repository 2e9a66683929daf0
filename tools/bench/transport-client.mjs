/** One contestant, `ours` or `stock`, in one scenario: tells requests per second, or microseconds of CPU per object, and ends. */
import { systemClock, systemRandom } from '@kopfts/core';

const [contestant, scenario, port, ca] = process.argv.slice(2);
const server = `https://127.0.0.1:${port}`;
const never = new AbortController().signal;
const RESOURCE = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  singular: 'configmap',
  shortNames: [],
  categories: [],
  subresources: [],
  namespaced: true,
  preferred: true,
  verbs: ['list', 'watch', 'patch'],
};

async function createOurs() {
  const { api, createClusterClient, createCredentialSource, createHttpsTransport } = await import('@kopfts/kubernetes');
  const load = async () => credentials;
  const credentials = { server: new URL(server), headers: { authorization: 'Bearer t' }, tls: { ca }, source: 'the bench' };
  const transport = createHttpsTransport({
    credentials: createCredentialSource(load, systemClock),
    clock: systemClock,
    userAgent: 'bench',
  });
  const ports = { transport, clock: systemClock, random: systemRandom, fieldManager: 'bench', note: () => undefined };
  const client = createClusterClient(ports);
  const changes = async (namespace, act) => {
    for await (const news of client.watch({ resource: RESOURCE, namespace }, {}, never)) if (act(news)) return;
  };
  return {
    async patch(namespace) {
      const ref = { resource: RESOURCE, namespace, name: 'a', uid: 'u' };
      const outcome = await client.write({ kind: 'merge', ref, patch: { data: { k: 'x'.repeat(900) } } }, never);
      if (outcome.kind !== 'committed') throw new Error(outcome.kind);
    },
    typed: (Class) => api({ [Symbol.for('@kopfts/handler-scope')]: { client } }).typed(Class),
    watch: (namespace, count, { parse }) => {
      let seen = 0;
      return changes(namespace, (news) => {
        if (news.kind !== 'change') return false;
        if (parse) news.object.body();
        return (seen += 1) >= count;
      });
    },
    list: (namespace) => changes(namespace, (news) => news.kind === 'sync-end'),
  };
}

async function createStock() {
  const { CoreV1Api, KubeConfig, makeInformer, PatchStrategy, setHeaderOptions } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'c', server, caData: Buffer.from(ca).toString('base64') }, { name: 'u', token: 't' });
  const core = config.makeApiClient(CoreV1Api);
  const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
  return {
    patch: (namespace) => core.patchNamespacedConfigMap({ name: 'a', namespace, body: { data: { k: 'x'.repeat(900) } } }, merge),
    typed: (Class) => config.makeApiClient(Class),
    // As ours, it lists first and knows its objects.
    async watch(namespace, count) {
      const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, () =>
        core.listNamespacedConfigMap({ namespace }),
      );
      await new Promise((resolve, reject) => {
        let seen = 0;
        informer.on('add', () => (seen += 1) >= count && resolve());
        informer.on('error', reject);
        informer.start().catch(reject);
      });
      await informer.stop();
    },
    async list(namespace) {
      for (let token; ;) {
        const page = await core.listNamespacedConfigMap({ namespace, limit: 500, ...(token && { _continue: token }) });
        token = page.metadata._continue;
        if (!token) return;
      }
    },
  };
}

/** Per second of the wall, for so long. */
async function rate(concurrency, act) {
  const burst = async (ms) => {
    const end = performance.now() + ms;
    let done = 0;
    const one = async () => {
      for (; performance.now() < end; done += 1) await act();
    };
    const started = performance.now();
    await Promise.all(Array.from({ length: concurrency }, one));
    return (done * 1000) / (performance.now() - started);
  };
  await burst(1000); // to warm up
  return burst(3000);
}

/** Microseconds of CPU for each of so many; the second time counts. */
async function cpu(count, act) {
  await act();
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

const client = await { ours: createOurs, stock: createStock }[contestant]();
const scenarios = {
  patch50: () => rate(50, () => client.patch('delay-0')),
  patch50slow: () => rate(50, () => client.patch('delay-5')),
  patch1: () => rate(1, () => client.patch('delay-5')),
  async typed() {
    const { CoreV1Api, PatchStrategy, setHeaderOptions } = await import('@kubernetes/client-node');
    const core = client.typed(CoreV1Api);
    const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    return rate(10, () => core.patchNamespacedConfigMap({ name: 'a', namespace: 'delay-0', body: { data: { k: 'x' } } }, merge));
  },
  watch1: () => cpu(30_000, () => client.watch('watch-30000-1024', 30_000, { parse: true })),
  watch4: () => cpu(10_000, () => client.watch('watch-10000-4096', 10_000, { parse: true })),
  lazy1: () => cpu(30_000, () => client.watch('watch-30000-1024', 30_000, { parse: false })),
  lazy4: () => cpu(10_000, () => client.watch('watch-10000-4096', 10_000, { parse: false })),
  list4: () => cpu(10_000, () => client.list('list-10000-4096')),
};
process.send(await scenarios[scenario](), () => process.exit());
