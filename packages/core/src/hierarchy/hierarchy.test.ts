import { describe, expect, it } from 'vitest';
import type { ObjectBody } from '../model/object.js';
import type { Child } from './child.js';
import {
  adjustNamespace,
  adopt,
  annotate,
  appendOwnerReference,
  buildObjectReference,
  buildOwnerReference,
  harmonizeNaming,
  label,
  removeOwnerReference,
} from './hierarchy.js';

const owner: ObjectBody = {
  apiVersion: 'kopf.dev/v1',
  kind: 'KopfExample',
  metadata: { name: 'own', namespace: 'ns', uid: 'u1', resourceVersion: '1', labels: { app: 'x', tier: 'y' } },
};
const REFERENCE = { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', name: 'own', uid: 'u1', controller: true, blockOwnerDeletion: true };
const pod = (metadata?: Child['metadata']): Child & { kind: string } => ({ kind: 'Pod', ...(metadata ? { metadata } : {}) });
/** As a class of a client library: metadata are a property that may be undefined. */
class Model implements Child {
  metadata?: Child['metadata'] = undefined;
}

describe('objects', () => {
  it('[HI-01, HI-14] are one, none, or lists of any depth, changed in place', () => {
    const [a, b, c] = [pod(), pod(), new Model()];
    expect(label([a, null, [b, undefined, new Set([c])]], { l: '1' })).toBeUndefined();
    expect([a, b, c].map(({ metadata }) => metadata?.labels)).toEqual([{ l: '1' }, { l: '1' }, { l: '1' }]);
    expect(() => label(null, { l: '1' })).not.toThrow();
  });

  it('[HI-01] are refused when they are none', () => {
    expect(() => label('pod' as never, {})).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_OPTION' }));
    expect(() => label([5] as never, {})).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_OPTION' }));
  });
});

describe('owner references', () => {
  it('[HI-03, HI-13] are added once per uid', () => {
    const child = pod();
    appendOwnerReference(owner, child);
    appendOwnerReference({ body: owner }, child, { controller: false });
    expect(child.metadata?.ownerReferences).toEqual([REFERENCE]);
    expect(buildOwnerReference(owner, { controller: false, blockOwnerDeletion: false })).toMatchObject({
      controller: false,
      blockOwnerDeletion: false,
    });
  });

  it('[HI-03, API-06] leave other owners alone', () => {
    const other = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u2' };
    const child = pod({ ownerReferences: [other] });
    appendOwnerReference(owner, child);
    expect(child.metadata?.ownerReferences).toEqual([other, REFERENCE]);
  });

  it('[HI-04, API-06] are removed by uid; an empty list is left', () => {
    const other = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u2' };
    const [child, bare] = [pod({ ownerReferences: [REFERENCE, other, { ...REFERENCE, name: 'renamed' }] }), pod()];
    removeOwnerReference(owner, [child, bare]);
    expect(child.metadata?.ownerReferences).toEqual([other]);
    expect(bare.metadata?.ownerReferences).toEqual([]);
  });

  it('[HI-02] need an owner', () => {
    expect(() => appendOwnerReference({ body: undefined } as never, pod())).toThrow(
      expect.objectContaining({ code: 'KOPF_NO_HANDLER_SCOPE' }),
    );
  });

  it('[HI-13, API-06] name objects without what they do not have', () => {
    expect(buildObjectReference(owner)).toEqual({
      apiVersion: 'kopf.dev/v1',
      kind: 'KopfExample',
      name: 'own',
      uid: 'u1',
      namespace: 'ns',
    });
    const { namespace: _, ...metadata } = owner.metadata;
    expect(Object.keys(buildObjectReference({ ...owner, metadata: { ...metadata, uid: '' } }))).toEqual(['apiVersion', 'kind', 'name']);
  });
});

describe('labels and annotations', () => {
  it('[HI-05, API-06] do not replace what is there, unless forced', () => {
    const child = pod({ labels: { app: 'mine' } });
    label(child, { app: 'theirs', more: '1' });
    expect(child.metadata?.labels).toEqual({ app: 'mine', more: '1' });
    label(child, { app: 'theirs' }, { forced: true });
    expect(child.metadata?.labels).toEqual({ app: 'theirs', more: '1' });
    annotate(child, { note: 'n' });
    expect(child.metadata?.annotations).toEqual({ note: 'n' });
  });

  it('[HI-06] go to nested templates that exist, and create none', () => {
    const child = { ...pod(), spec: { template: {}, list: [], jobTemplate: { spec: { template: { metadata: { labels: { a: '0' } } } } } } };
    label(child, { a: '1' }, { nested: ['spec.template', 'spec.jobTemplate.spec.template', 'spec.absent.template', 'spec.list'] });
    expect(child).toEqual({
      kind: 'Pod',
      metadata: { labels: { a: '1' } },
      spec: {
        template: { metadata: { labels: { a: '1' } } },
        list: [],
        jobTemplate: { spec: { template: { metadata: { labels: { a: '0' } } } } },
      },
    });
    label(child, { b: '2' }, { nested: 'spec.template' });
    expect(child.spec.template).toEqual({ metadata: { labels: { a: '1', b: '2' } } });
  });

  it('[HI-07] none leave an empty mapping', () => {
    const child = pod();
    label(child, {});
    expect(child.metadata).toEqual({ labels: {} });
  });
});

describe('children of other namespaces', () => {
  it('[N8, SEC15] get no owner that is not there, where it would have them removed as garbage', () => {
    const elsewhere = () => pod({ name: 'n', namespace: 'kube-system' });
    for (const act of [() => adopt(owner, elsewhere()), () => appendOwnerReference(owner, [pod(), elsewhere()])]) {
      expect(act).toThrow(expect.objectContaining({ code: 'KOPF_CHILD_ELSEWHERE' }));
    }
    const moved = elsewhere();
    adopt(owner, moved, { forced: true });
    expect(moved.metadata).toMatchObject({ namespace: 'ns', ownerReferences: [{ uid: 'u1' }] });
    const { namespace: _, ...metadata } = owner.metadata;
    const above = { ...owner, metadata };
    expect(() => appendOwnerReference(above, elsewhere())).not.toThrow();
  });
});

describe('names and namespaces', () => {
  it('[HI-08, API-06] are generated from the name of the owner, or the very same when strict', () => {
    const [generated, strict, named, generating, forced] = [
      pod(),
      pod(),
      pod({ name: 'n' }),
      pod({ generateName: 'g-' }),
      pod({ name: 'n', generateName: 'g-' }),
    ];
    harmonizeNaming(owner, [generated, named, generating]);
    harmonizeNaming(owner, strict, { strict: true });
    harmonizeNaming(owner, forced, { forced: true });
    expect([generated, strict, named, generating, forced].map(({ metadata }) => metadata)).toEqual([
      { generateName: 'own-' },
      { name: 'own' },
      { name: 'n' },
      { generateName: 'g-' },
      { generateName: 'own-' },
    ]);
    harmonizeNaming(owner, forced, { forced: true, strict: true, name: 'other' });
    expect(forced.metadata).toEqual({ name: 'other' });
  });

  it('[HI-09, HI-12] need a name from somewhere', () => {
    const nameless = { ...owner, metadata: { ...owner.metadata, name: '' } };
    expect(() => harmonizeNaming(nameless, pod())).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_OPTION' }));
    expect(() => adopt(nameless, pod())).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_OPTION' }));
  });

  it('[HI-10, API-06] of namespaces: set where absent or forced; the one given goes before the owner’s', () => {
    const [absent, present, forced, other, none] = [
      pod(),
      pod({ namespace: 'mine' }),
      pod({ namespace: 'mine' }),
      pod(),
      pod({ namespace: 'mine' }),
    ];
    adjustNamespace(owner, [absent, present]);
    adjustNamespace(owner, forced, { forced: true });
    adjustNamespace(owner, other, { namespace: 'other' });
    adjustNamespace(owner, none, { namespace: undefined, forced: true });
    expect([absent, present, forced, other, none].map(({ metadata }) => metadata?.namespace)).toEqual([
      'ns',
      'mine',
      'ns',
      'other',
      undefined,
    ]);
  });
});

describe('adopt', () => {
  it('[HI-11, API-06] is a reference, a name, a namespace, and the labels of the owner', () => {
    const child = { ...pod({ labels: { tier: 'mine' } }), spec: { template: {} } };
    adopt({ body: owner }, [child], { nested: 'spec.template' });
    expect(child).toEqual({
      kind: 'Pod',
      metadata: { ownerReferences: [REFERENCE], generateName: 'own-', namespace: 'ns', labels: { app: 'x', tier: 'mine' } },
      spec: { template: { metadata: { labels: { app: 'x', tier: 'y' } } } },
    });
  });

  it('[HI-11] passes `forced` and `strict` on', () => {
    const child = pod({ name: 'n', namespace: 'mine', labels: { tier: 'mine' } });
    adopt(owner, child, { forced: true, strict: true });
    expect(child.metadata).toMatchObject({ name: 'own', namespace: 'ns', labels: { app: 'x', tier: 'y' } });
  });
});

it('[HI-08, HI-10] null counts as absent, as templates in YAML leave it', () => {
  const owner = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'own', namespace: 'here', uid: 'u' } } as unknown as ObjectBody;
  const child = (): Child => ({ metadata: { name: null, generateName: null, namespace: null } }) as unknown as Child;
  const [named, placed, adopted] = [child(), child(), child()];
  harmonizeNaming(owner, named);
  adjustNamespace(owner, placed);
  adopt(owner, adopted, { strict: true });
  expect(named.metadata).toEqual({ generateName: 'own-', namespace: null });
  expect(placed.metadata).toEqual({ name: null, generateName: null, namespace: 'here' });
  expect(adopted.metadata).toMatchObject({ name: 'own', namespace: 'here', ownerReferences: [{ uid: 'u' }] });
  adjustNamespace(owner, placed, { namespace: null as unknown as undefined, forced: true });
  expect(placed.metadata).toEqual({ name: null, generateName: null });
});
