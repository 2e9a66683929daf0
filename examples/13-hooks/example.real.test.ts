import { inject, it } from 'vitest';
import type {} from '../../tools/kube-apiserver/global-setup.js';
import { kubectl } from '../shared/real-stage.js';
import config from './kopf.config.js';
import { createLogin } from './login.js';
import { live, type Person } from './scenario.js';

const person: Person = {
  create: (object) => kubectl(['create', '-f', '-'], object),
  delete: ({ metadata }) => kubectl(['delete', '-n', 'default', 'pod', metadata.name, '--ignore-not-found', '--wait=false']),
};

it('[EX-13] an operator that logs in by a handler of its own, on a real kube-apiserver', () => {
  const kubeconfig = inject('controlPlane').kubeconfigPath;
  const own = { ...config, handlers: [...config.handlers, createLogin(kubeconfig)] };
  return live({ config: own, kubeconfig, timeout: '4m' }, { first: ['login_fn succeeded'], person });
});
