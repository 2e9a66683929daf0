// What must be nowhere: canaries in an object, in an error and in what it was caused by, looked for in all that the command line says.
import { describe, expect, it } from 'vitest';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith } from './fake-io.js';

const CONFIG = `import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';
export default { name: 'guard', handlers: [handlers], plugins: [kubernetes(), annotations()] };
`;
const HANDLERS = `import { createRegistry, PermanentError } from '@kopfts/core';
const kopf = createRegistry();
export default kopf;
kopf.on.event('Secret', { id: 'seen' }, () => undefined);
kopf.on.create('Secret', { id: 'made', backoff: 600 }, () => {
  const error = new Error('GET https://user:canary-of-address@host failed: Authorization: Bearer canary-of-header', {
    cause: new Error('token: canary-of-cause'),
  });
  throw Object.assign(error, { config: { headers: { authorization: 'canary-of-config' } } });
});
kopf.on.create('Secret', { id: 'never' }, () => {
  throw new PermanentError('redis://:canary-of-redis@store:6379 refuses password=canary-of-password');
});
`;
const SECRET = `apiVersion: v1
kind: Secret
metadata: { name: s, namespace: default, annotations: { note: canary-of-annotation } }
stringData: { password: canary-of-data }
`;

describe('secrets', () => {
  it.each(['full', 'plain', 'json'])('[S17, N4] are in no line of the command line, in %s, nor in an explanation', async (format) => {
    const folder = projectWith({ 'kopf.config.ts': CONFIG, 'handlers.ts': HANDLERS, 'secret.yaml': SECRET });
    const io = { ...createFakeIo(folder), env: { XDG_RUNTIME_DIR: folder } };
    const running = runCli(['dev', '--debug', '--log-format', format, '-f', 'secret.yaml'], io);
    const over = running.then((code) => expect.unreachable(`ended with ${String(code)}: ${io.err.join('')}`));
    await Promise.race([
      Promise.all([io.said('failed permanently'), io.said('failed with an exception'), io.said('Explanations are')]),
      over,
    ]);
    const asking = { ...createFakeIo(folder), env: { XDG_RUNTIME_DIR: folder } };
    expect(await runCli(['explain', 'Secret/default/s'], asking)).toBe(0);
    const config = createFakeIo(folder);
    await runCli(['config'], config);
    io.send('SIGTERM');
    await running;
    const said = [io, asking, config].flatMap(({ out, err }) => [...out, ...err]);
    expect(said.join('')).toContain('[redacted]');
    // Base64 is no disguise.
    const canaries = /canary|Y2FuYXJ5/;
    expect(said.filter((text) => canaries.test(text))).toEqual([]);
  });
});
