import { describe, expect, it } from 'vitest';
import { createFakeMachine } from '../../test/support/fake-machine.js';
import { locateCredentials } from './locate.js';

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const POD = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };

describe('where the cluster is', () => {
  const files = { '/cli': '', '/option': '', '/env': '', '/env2': '', '/home/.kube/config': '', [TOKEN]: '' };
  it.each([
    {
      when: 'the command line names a file',
      asked: { kubeconfig: '/cli' },
      options: { kubeconfig: '/option', context: 'prod' },
      env: { ...POD, KUBECONFIG: '/env' },
      paths: ['/cli'],
      context: undefined,
    },
    {
      when: 'the command line names a context only',
      asked: { context: 'x' },
      options: { kubeconfig: '/option', context: 'y' },
      env: {},
      paths: ['/option'],
      context: 'x',
    },
    {
      when: 'the options name a file',
      asked: {},
      options: { kubeconfig: '/option', context: 'y' },
      env: { KUBECONFIG: '/env' },
      paths: ['/option'],
      context: 'y',
    },
    {
      when: 'KUBECONFIG names a file',
      asked: {},
      options: {},
      env: { ...POD, KUBECONFIG: '/env', HOME: '/home' },
      paths: ['/env'],
      context: undefined,
    },
    {
      when: 'KUBECONFIG names several files',
      asked: {},
      options: {},
      env: { KUBECONFIG: '/env:/missing:/env2' },
      paths: ['/env', '/env2'],
      context: undefined,
    },
    { when: 'this is a pod', asked: {}, options: {}, env: { ...POD, HOME: '/home' }, paths: 'in-cluster', context: undefined },
    {
      when: 'this is a pod, but a context is named',
      asked: { context: 'x' },
      options: {},
      env: { ...POD, HOME: '/home' },
      paths: ['/home/.kube/config'],
      context: 'x',
    },
    { when: 'nothing is named', asked: {}, options: {}, env: { HOME: '/home' }, paths: ['/home/.kube/config'], context: undefined },
  ])('is $paths when $when', async ({ asked, options, env, paths, context }) => {
    const place = await locateCredentials(asked, options, createFakeMachine(env, files));
    expect(place.kind === 'in-cluster' ? { paths: 'in-cluster' } : { paths: place.paths, context: place.context }).toEqual(
      paths === 'in-cluster' ? { paths } : { paths, context },
    );
  });

  it.each([
    {
      when: 'the named file is missing',
      asked: { kubeconfig: '/nowhere' },
      env: { HOME: '/home' },
      says: 'The kubeconfig /nowhere (from --kubeconfig) does not exist.',
    },
    {
      when: 'all files of KUBECONFIG are missing',
      asked: {},
      env: { KUBECONFIG: '/no:/where' },
      says: 'The kubeconfig /no:/where (from KUBECONFIG) does not exist.',
    },
    {
      when: 'there is nothing',
      asked: {},
      env: { HOME: '/empty' },
      says: 'No cluster is configured: there is no --kubeconfig, KUBECONFIG is not set, this is no pod, and /empty/.kube/config does not exist.',
    },
  ])('is an error when $when', async ({ asked, env, says }) => {
    await expect(locateCredentials(asked, {}, createFakeMachine(env, files))).rejects.toMatchObject({
      code: 'KOPF_KUBECONFIG_MISSING',
      message: says,
    });
  });
});
