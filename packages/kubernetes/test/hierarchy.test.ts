import { adopt, type ObjectBody } from '@kopfts/core';
import { V1Deployment, V1DeploymentSpec, V1ObjectMeta, V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';
import { expect, it } from 'vitest';

const owner: ObjectBody = {
  apiVersion: 'kopf.dev/v1',
  kind: 'KopfExample',
  metadata: { name: 'own', namespace: 'ns', uid: 'u1', resourceVersion: '1', labels: { app: 'x' } },
};

it('[HI-01, HI-11] objects of the classes of client-node can be adopted', () => {
  const pod = new V1Pod();
  const deployment = new V1Deployment();
  deployment.metadata = new V1ObjectMeta();
  deployment.spec = new V1DeploymentSpec();
  deployment.spec.template = new V1PodTemplateSpec();
  adopt(owner, [pod, deployment], { nested: 'spec.template' });
  expect(pod.metadata).toMatchObject({ generateName: 'own-', namespace: 'ns', labels: { app: 'x' }, ownerReferences: [{ uid: 'u1' }] });
  expect(deployment.metadata).toMatchObject({ generateName: 'own-', labels: { app: 'x' } });
  expect(deployment.spec.template.metadata?.labels).toEqual({ app: 'x' });
});
