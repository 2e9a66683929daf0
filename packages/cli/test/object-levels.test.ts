// One object that says more, or less, in the log than the others.
import { createApiServer } from '@kopfts/apiserver';
import { expect, it, onTestFinished } from 'vitest';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith } from './fake-io.js';

const CONFIG = `import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';
export default { name: 'greeter', handlers: [handlers], namespaces: ['default'], plugins: [kubernetes(), annotations()] };
`;
const HANDLERS = `import { createRegistry } from '@kopfts/core';
const kopf = createRegistry();
export default kopf;
kopf.on.create('configmaps', { id: 'made' }, ({ logger, name }) => { logger.debug('details of ' + name); logger.info('news of ' + name); });
`;
/** The last one is handled when those before it are. */
const OBJECTS = [
  { name: 'plain', level: undefined },
  { name: 'loud', level: 'debug' },
  { name: 'hushed', level: 'warn' },
  { name: 'odd', level: 'chatty' },
];

it.each(['run', 'dev'])('an annotation sets the level of the log for one object: kopf %s', async (command) => {
  const server = createApiServer();
  const { url } = await server.listen();
  onTestFinished(() => server.close());
  for (const { name, level } of OBJECTS) {
    const metadata = { name, annotations: level === undefined ? {} : { 'greeter.kopf.zalando.org/log-level': level } };
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${url}/api/v1/namespaces/default/configmaps`, { method: 'POST', headers, body })).status).toBe(201);
  }
  const cwd = projectWith({
    'kopf.config.ts': CONFIG,
    'handlers.ts': HANDLERS,
    kubeconfig: JSON.stringify(server.kubeconfig(url)),
  });
  const io = createFakeIo(cwd);
  const running = runCli([command, '--kubeconfig', 'kubeconfig', '--log-format', 'plain'], io);
  const over = running.then((code) => expect.unreachable(`ended with ${String(code)}: ${io.err.join('')}`));
  await Promise.race([Promise.all(['plain', 'loud', 'odd'].map((name) => io.said(`news of ${name}\n`))), over]);
  io.send('SIGTERM');
  expect(await running).toBe(0);
  const said = io.err.join('');
  expect(said.match(/details of \w+/g)).toEqual(['details of loud']);
  expect(said).not.toContain('news of hushed');
  // Steps of the framework, too.
  expect(said).toContain("[default/loud] Handler 'made' is invoked.\n");
  expect(said).not.toContain("[default/plain] Handler 'made' is invoked.\n");
});
