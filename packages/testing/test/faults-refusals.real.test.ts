import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventually, liveKind, openLiveCluster, pass, type LiveCluster, type Shelf } from './support/live-cluster.js';

const GROUP = 'refusals.kopf.dev';
const NAMESPACE = 'refusals';
const OPEN = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const;
const OTHER = liveKind({ group: GROUP, kind: 'Neighbour' });
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

const schemaOf = (spec: object, status: object) =>
  ({ type: 'object', properties: { spec: { ...OPEN, ...spec }, status: { ...OPEN, ...status } } }) as const;

describe('on a real kube-apiserver', () => {
  let cluster: LiveCluster;
  let others: Shelf;

  beforeAll(async () => {
    cluster = openLiveCluster(inject('controlPlane'), { leastRights: true });
    await cluster.namespace(NAMESPACE);
    await cluster.define(OTHER);
    others = cluster.shelf(OTHER, NAMESPACE);
  });
  afterAll(() => cluster.close());

  it.each([
    { what: 'the type of a field', rule: { properties: { size: { type: 'integer' } } }, wrong: 'large' },
    {
      what: 'a rule about several fields',
      rule: { properties: { size: { type: 'integer' } }, 'x-kubernetes-validations': [{ rule: 'has(self.size)', message: 'kept' }] },
      wrong: null,
    },
  ])('[C6] what $what refuses of the whole object is told once per generation, and its finalizer still works', async ({ rule, wrong }) => {
    const plural = `strict${wrong === null ? 'rules' : 'types'}`;
    const kind = liveKind({
      group: GROUP,
      kind: `Strict${plural}`,
      plural,
      schema: { type: 'object', properties: { spec: { ...OPEN, ...rule }, status: OPEN } },
    });
    const shelf = cluster.shelf(kind, NAMESPACE);
    const calls: string[] = [];
    await cluster.define(kind);
    const operator = await cluster.operator({
      name: 'c6',
      namespaces: [NAMESPACE],
      declare: (kopf) => {
        const spoil = ({ patch, reason }: { readonly patch: { spec: unknown }; readonly reason: string }): void => {
          calls.push(reason);
          patch.spec = { size: wrong };
        };
        kopf.on.create(kind.type, { id: 'made' }, spoil);
        kopf.on.update(kind.type, { id: 'changed' }, spoil);
        kopf.on.delete(kind.type, { id: 'bye' }, () => void calls.push('bye'));
      },
    });
    const handled = (essence: string) =>
      eventually(async () => {
        const stored = (await shelf.get('a'))?.metadata.annotations?.['c6.kopf.zalando.org/last-handled-configuration'];
        expect(stored?.trim()).toBe(essence);
      });
    await shelf.create('a', { size: 1 });
    await handled('{"spec":{"size":1}}');
    await shelf.patch('a', { spec: { size: 2 } });
    await handled('{"spec":{"size":2}}');
    await pass(1000);
    expect(calls).toEqual(['create', 'update']);
    expect(operator.factsOf('result-dropped').map(({ handler }) => handler)).toEqual(['made', 'changed']);
    expect(operator.asked.filter(({ status }) => status === 422)).toHaveLength(2);
    await shelf.remove('a');
    await eventually(async () => expect(await shelf.get('a')).toBeUndefined());
    expect(calls).toEqual(['create', 'update', 'bye']);
    await operator.stop();
  });

  it('[C5] what the schema of the status refuses ends its handler once, without a loop, while others keep their results', async () => {
    const kind = liveKind({ group: GROUP, kind: 'Measured', schema: schemaOf({}, { properties: { size: { type: 'integer' } } }) });
    const shelf = cluster.shelf(kind, NAMESPACE);
    const calls: string[] = [];
    await cluster.define(kind);
    const operator = await cluster.operator({
      name: 'c5',
      namespaces: [NAMESPACE],
      declare: (kopf) => {
        kopf.on.create(kind.type, { id: 'good' }, () => (calls.push('good'), { ok: true }));
        kopf.on.create(kind.type, { id: 'bad' }, ({ patch }) => {
          calls.push('bad');
          patch.status.size = 'large';
        });
      },
    });
    await shelf.create('a', {});
    await eventually(async () => {
      const found = await shelf.get('a');
      const refused = expect.objectContaining({ type: 'HandlerResultsAccepted', status: 'False', reason: 'InvalidResult' }) as unknown;
      expect(found?.['status']).toEqual({ good: { ok: true }, conditions: [refused] });
      expect(found?.metadata.annotations).toHaveProperty(['c5.kopf.zalando.org/last-handled-configuration']);
    });
    const writes = operator.asked.filter(({ method }) => method === 'PATCH').length;
    await pass(1500);
    expect(operator.asked.filter(({ method }) => method === 'PATCH')).toHaveLength(writes);
    expect([calls, operator.factsOf('result-dropped').map(({ handler }) => handler)]).toEqual([['good', 'bad'], ['bad']]);
    await operator.stop();
  });

  it('[C8] results that the server prunes are noticed, told once, and written in no loop', async () => {
    const kind = liveKind({
      group: GROUP,
      kind: 'Pruned',
      schema: { type: 'object', properties: { spec: OPEN, status: { type: 'object', properties: {} } } },
    });
    const shelf = cluster.shelf(kind, NAMESPACE);
    const calls: string[] = [];
    await cluster.define(kind);
    const operator = await cluster.operator({
      name: 'c8',
      namespaces: [NAMESPACE],
      declare: (kopf) => void kopf.on.create(kind.type, { id: 'made' }, ({ name }) => (calls.push(name), { ok: true })),
    });
    for (const name of ['a', 'b']) {
      await shelf.create(name, {});
      const annotated = ['c8.kopf.zalando.org/last-handled-configuration'];
      await eventually(async () => expect((await shelf.get(name))?.metadata.annotations).toHaveProperty(annotated));
    }
    await pass(1500);
    expect(calls).toEqual(['a', 'b']);
    expect(operator.factsOf('fields-not-kept').map(({ fields }) => fields)).toEqual([[{ field: 'status.made', found: 'pruned' }]]);
    expect(operator.asked.filter(({ method, path }) => method === 'PATCH' && /\/a(\/status)?$/.test(path))).toHaveLength(2);
    await operator.stop();
  });

  it('[C10] writes that a webhook holds up for one kind leave other kinds alone, and are made when it is gone', async () => {
    const kind = liveKind({ group: GROUP, kind: 'Guarded' });
    const shelf = cluster.shelf(kind, NAMESPACE);
    const seen: string[] = [];
    await cluster.define(kind);
    await shelf.create('a', {});
    await cluster.keep(WEBHOOKS, {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'refusals.kopf.dev' },
      webhooks: [
        {
          name: 'guard.refusals.kopf.dev',
          clientConfig: { url: 'https://127.0.0.1:1/' },
          failurePolicy: 'Fail',
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          rules: [{ apiGroups: [GROUP], apiVersions: ['v1'], operations: ['UPDATE'], resources: [kind.plural, `${kind.plural}/status`] }],
        },
      ],
    });
    await eventually(() => expect(shelf.patch('a', { spec: { x: 1 } })).rejects.toThrow(/failed calling webhook/));
    const operator = await cluster.operator({
      name: 'c10',
      namespaces: [NAMESPACE],
      declare: (kopf) => {
        kopf.on.create(kind.type, { id: 'mine' }, () => (seen.push('mine'), { ok: true }));
        kopf.on.create(OTHER.type, { id: 'theirs' }, ({ name }) => (seen.push(`theirs ${name}`), { ok: true }));
      },
    });
    await eventually(() => expect(operator.asked.filter(({ method, status }) => method === 'PATCH' && status === 500)).not.toEqual([]));
    await others.create('c10', {});
    await eventually(async () => expect((await others.get('c10'))?.['status']).toEqual({ theirs: { ok: true } }));
    await cluster.ask('DELETE', `${WEBHOOKS}/refusals.kopf.dev`);
    await eventually(async () => expect((await shelf.get('a'))?.['status']).toEqual({ mine: { ok: true } }));
    expect(seen.sort()).toEqual(['mine', 'theirs c10']);
    await operator.stop();
  });

  it.each(['patch', 'watch'] as const)(
    '[C12] the right to %s, taken away while it runs, is missed by that kind alone, and what waited is done when it is given back',
    async (verb) => {
      const kind = liveKind({ group: GROUP, kind: `Allowed${verb}`, plural: `allowed${verb}es` });
      const shelf = cluster.shelf(kind, NAMESPACE);
      await cluster.define(kind);
      const { tokens, ...server } = inject('controlPlane');
      const roleOf = (plural: string) => `refusals-${verb}-${plural}`;
      const rules = (plural: string, verbs: readonly string[]) => [{ apiGroups: [GROUP], resources: [plural, `${plural}/status`], verbs }];
      for (const plural of [kind.plural, OTHER.plural]) {
        const metadata = { name: roleOf(plural) };
        const apiVersion = 'rbac.authorization.k8s.io/v1';
        await cluster.keep(`${RBAC}/clusterroles`, {
          apiVersion,
          kind: 'ClusterRole',
          metadata,
          rules: rules(plural, ['list', 'watch', 'patch']),
        });
        await cluster.keep(`${RBAC}/clusterrolebindings`, {
          apiVersion,
          kind: 'ClusterRoleBinding',
          metadata,
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: roleOf(plural) },
          subjects: [{ kind: 'User', name: 'limited', apiGroup: 'rbac.authorization.k8s.io' }],
        });
      }
      const allowed = (one: string, { plural }: { readonly plural: string }, is = true) =>
        cluster.allowed({ user: 'limited', verb: one, group: GROUP, resource: plural, namespace: NAMESPACE }, is);
      for (const of of [kind, OTHER]) await allowed(verb, of);
      const allow = (verbs: readonly string[]) =>
        cluster.ask('PATCH', `${RBAC}/clusterroles/${roleOf(kind.plural)}`, { rules: rules(kind.plural, verbs) });
      const operator = await cluster.operator({
        name: `c12-${verb}`,
        namespaces: [NAMESPACE],
        server: { ...server, token: tokens['limited'] ?? '' },
        declare: (kopf) => {
          kopf.on.create(kind.type, { id: 'mine' }, () => ({ ok: true }));
          kopf.on.create(OTHER.type, { id: 'theirs' }, () => ({ ok: true }));
        },
      });
      const done = (at: Shelf, name: string, handler: string) =>
        eventually(async () => expect((await at.get(name))?.['status']).toEqual({ [handler]: { ok: true } }));
      const refused = () => operator.asked.filter(({ path, status }) => status === 403 && path.includes(kind.plural));
      await shelf.create('before', {});
      await done(shelf, 'before', 'mine');
      await allow(['list', 'watch', 'patch'].filter((one) => one !== verb));
      await allowed(verb, kind, false);
      await eventually(async () => {
        operator.breakWatches();
        await shelf.create(`meanwhile-${String(refused().length)}-${String(operator.asked.length)}`, {});
        await pass(300);
        expect(refused()).not.toEqual([]);
      });
      await shelf.create('meanwhile', {});
      await others.create(`c12-${verb}`, {});
      await done(others, `c12-${verb}`, 'theirs');
      expect((await shelf.get('meanwhile'))?.['status']).toBeUndefined();
      await allow(['list', 'watch', 'patch']);
      await done(shelf, 'meanwhile', 'mine');
      await operator.stop();
    },
  );
});
