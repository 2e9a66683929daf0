import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiServer } from '@kopfts/apiserver';
import { createClusterDriver } from '@kopfts/testing';
import { it, onTestFinished } from 'vitest';
import config from './kopf.config.js';
import { createLogin } from './login.js';
import { live } from './scenario.js';

it('[EX-13] the life of an operator: begun in several attempts, asked how it is, and cleaned up', () => live({ config }));

it('[EX-13] an operator that logs in by a handler of its own', async () => {
  const server = createApiServer();
  const { url } = await server.listen();
  const folder = await mkdtemp(join(tmpdir(), 'hooks-'));
  onTestFinished(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, JSON.stringify(server.kubeconfig(url)));
  const own = { ...config, handlers: [...config.handlers, createLogin(kubeconfig)] };
  await live({ config: own, kubeconfig }, { first: ['login_fn succeeded'], person: createClusterDriver(server) });
});
