import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OWNER_ANNOTATION, OWNER_LABEL, ownerUidsOf } from '../model/owner-mark.js';
import type { ObjectBody } from '../model/object.js';
import { childName } from './child-name.js';
import { describeChild, type ChildOfOwner } from './describe-child.js';

const owner = (namespace?: string): ObjectBody => ({
  apiVersion: 'kopf.dev/v1',
  kind: 'KopfExample',
  metadata: { name: 'own', uid: 'u1', resourceVersion: '1', ...(namespace === undefined ? {} : { namespace }) },
});
const MAP = { kind: 'ConfigMap', group: '', namespaced: true };
const CLASS = { kind: 'PriorityClass', group: 'scheduling.k8s.io', namespaced: false };
const describeIt = (child: ChildOfOwner['child'], more: Partial<ChildOfOwner> = {}) =>
  describeChild({ owner: owner('ns'), child, resource: MAP, options: {}, ...more });

describe('the owner of a child', () => {
  it.each([
    ['a reference, in the same namespace', owner('ns'), { namespace: 'ns' }, MAP, true],
    ['a reference, if it is in no namespace itself', owner(), { namespace: 'ns' }, MAP, true],
    ['a reference, if neither is', owner(), {}, CLASS, true],
    ['a mark, in another namespace', owner('ns'), { namespace: 'other' }, MAP, false],
    ['a mark, above it', owner('ns'), {}, CLASS, false],
  ])('is %s', (_, of, metadata, resource, refers) => {
    const { body } = describeIt({ metadata }, { owner: of, resource, options: { elsewhere: !refers } });
    const reference = {
      apiVersion: 'kopf.dev/v1',
      kind: 'KopfExample',
      name: 'own',
      uid: 'u1',
      controller: true,
      blockOwnerDeletion: true,
    };
    const { ownerReferences, labels, annotations } = body['metadata'] as ObjectBody['metadata'];
    expect(ownerReferences).toEqual(refers ? [reference] : undefined);
    expect(labels).toEqual(refers ? undefined : { [OWNER_LABEL]: 'u1' });
    expect(Object.keys(annotations ?? {})).toEqual(refers ? [] : [OWNER_ANNOTATION]);
  });

  it.each([
    ['in another namespace', { namespace: 'other' }, MAP],
    ['above it', {}, CLASS],
  ])('[N8, SEC15] cannot have one that is %s, unless that is said to be meant', (_, metadata, resource) => {
    expect(() => describeIt({ metadata }, { resource })).toThrow(expect.objectContaining({ code: 'KOPF_CHILD_ELSEWHERE' }));
    expect(describeIt({ metadata }, { resource, options: { elsewhere: true } }).body['metadata']).toMatchObject({
      labels: { [OWNER_LABEL]: 'u1' },
    });
  });

  it('[N8] is the handled object, whatever mark a stranger has put on the child', () => {
    const forged = { labels: { [OWNER_LABEL]: 'somebody' }, annotations: { [OWNER_ANNOTATION]: '{"uid":"somebody"}' }, namespace: 'other' };
    const { labels, annotations } = describeIt({ metadata: forged }, { options: { elsewhere: true } }).body[
      'metadata'
    ] as ObjectBody['metadata'];
    expect(labels?.[OWNER_LABEL]).toBe('u1');
    expect(JSON.parse(annotations?.[OWNER_ANNOTATION] ?? '{}')).toMatchObject({ uid: 'u1', namespace: 'ns' });
  });

  it('[N8, SEC15] is nobody else beside it: neither by a mark that a template has, nor by a reference, unless that is said to be meant', () => {
    const labels = { [OWNER_LABEL]: 'victim', app: 'x' };
    const annotations = { [OWNER_ANNOTATION]: '{"uid":"victim"}' };
    const { body } = describeIt({ metadata: { labels, annotations } });
    expect(body['metadata']).toMatchObject({ labels: { app: 'x' }, annotations: {} });
    expect(ownerUidsOf(body['metadata'] as ObjectBody['metadata'])).toEqual(['u1']);
    const refused = expect.objectContaining({ code: 'KOPF_CHILD_OF_OTHERS' }) as Error;
    expect(() => describeIt({ metadata: { ownerReferences: [{ uid: 'victim' }] } })).toThrow(refused);
    expect(() =>
      describeIt({ metadata: { namespace: 'far', ownerReferences: [{ uid: 'victim' }] } }, { options: { elsewhere: true } }),
    ).toThrow(refused);
  });

  it('is added to others; a reference that is there is kept as it is, or taken away where it is not possible', () => {
    const own = { uid: 'u1', controller: false };
    const ownerReferences = [own, { uid: 'other' }];
    const options = { otherOwners: true };
    expect(describeIt({ metadata: { ownerReferences } }, { options }).body['metadata']).toMatchObject({
      ownerReferences: [{ uid: 'other' }, own],
    });
    const metadata = { ownerReferences, namespace: 'far', labels: { x: 'y' } };
    const far = describeIt({ metadata }, { options: { ...options, elsewhere: true } }).body['metadata'];
    expect(far).toMatchObject({ ownerReferences: [{ uid: 'other' }], labels: { x: 'y', [OWNER_LABEL]: 'u1' } });
  });
});

describe('the place of a child', () => {
  it('is its own, else that of its owner, and nowhere for kinds without namespaces', () => {
    expect(describeIt({ metadata: { namespace: 'far' } }, { options: { elsewhere: true } }).namespace).toBe('far');
    expect(describeIt({}).namespace).toBe('ns');
    expect(describeIt({ metadata: { namespace: 'far' } }, { owner: owner(), resource: CLASS }).body['metadata']).not.toHaveProperty(
      'namespace',
    );
    expect(() => describeIt({}, { owner: owner() })).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_OPTION' }));
  });
});

describe('the name of a child', () => {
  it('[D10] is the same for the same owner, kind and key, and another for any other', () => {
    const names = [
      describeIt({}).name,
      describeIt({}, { options: { key: 'two' } }).name,
      describeIt({}, { resource: { ...MAP, kind: 'Secret' } }).name,
      describeIt({}, { owner: { ...owner('ns'), metadata: { ...owner('ns').metadata, uid: 'u2' } } }).name,
    ];
    expect(new Set(names).size).toBe(names.length);
    expect(describeIt({}).name).toBe(names[0]);
    expect(describeIt({ metadata: { generateName: 'from-' } })).toMatchObject({ name: expect.stringMatching(/^from-[0-9a-z]{11}$/) });
    expect(describeIt({ metadata: { generateName: 'from-' } }).body['metadata']).not.toHaveProperty('generateName');
    expect(describeIt({ metadata: { name: 'given', generateName: 'x' } }).name).toBe('given');
  });

  it('is one that every kind takes, whatever the owner is called', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (prefix, words) => {
        expect(childName(prefix, words)).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
      }),
    );
  });
});
