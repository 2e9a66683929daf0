import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { projectWith, write } from './fake-io.js';

const packages = fileURLToPath(new URL('../../', import.meta.url));
const CONFIG = `import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';
export default { name: 'typed', handlers: [handlers], namespaces: ['default'], plugins: [kubernetes(), annotations()] };
`;
const greeting = (word: string) => `import { createRegistry } from '@kopfts/core';
const kopf = createRegistry();
export default kopf;
kopf.on.event('configmaps', function seen({ name }): void {
  console.log('${word}, ' + name + '!');
});
`;

/**
 * `script` gives it a pseudo-terminal and passes on its exit code; what we write is typed. `exec`: some shells would stay in between, get the
 * Ctrl-C as well, and die of it.
 */
function inTerminal(cwd: string) {
  const command = `exec ${process.execPath} ${join(packages, 'cli/dist/main.js')} dev`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], { cwd, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  onTestFinished(() => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  });
  const over = new Promise<number | null>((resolve) => child.once('close', resolve));
  let heard = '';
  let check = (): void => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
    check();
  });
  const hear = (wanted: string | RegExp): Promise<string> =>
    Promise.race([
      new Promise<string>((resolve) => {
        check = () => {
          const found = typeof wanted === 'string' ? (heard.includes(wanted) ? wanted : undefined) : wanted.exec(heard)?.[1];
          if (found !== undefined) resolve(found);
        };
        check();
      }),
      over.then((code) => expect.unreachable(`ended with ${String(code)}: ${heard}`)),
    ]);
  return { type: (keys: string) => child.stdin.write(keys), over, hear };
}

async function createMap(server: string, name: string): Promise<void> {
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(`${server}/api/v1/namespaces/default/configmaps`, { method: 'POST', headers, body });
  expect(status).toBe(201);
}

describe('kopf dev in a terminal', () => {
  it('runs what was saved for the next event, goes on with the old code when that is broken, and ends by Ctrl-C', async () => {
    const cwd = projectWith({ 'package.json': '{"type":"module"}', 'kopf.config.ts': CONFIG, 'handlers.ts': greeting('Hello') });
    mkdirSync(join(cwd, 'node_modules/@kopfts'), { recursive: true });
    for (const name of ['core', 'kubernetes', 'persistence-annotations'])
      symlinkSync(join(packages, name), join(cwd, 'node_modules/@kopfts', name));
    const { type, over, hear } = inTerminal(cwd);
    const server = await hear(/An embedded API server is at (\S+?)[.,]\s/);
    await hear('The operator is ready');
    await createMap(server, 'one');
    await hear('Hello, one!');

    write(cwd, 'handlers.ts', 'const = 1;\n');
    await hear('KOPF_HANDLER_MODULE: handlers.ts:1 cannot be loaded');
    await hear('The old code goes on.');
    await createMap(server, 'two');
    await hear('Hello, two!');

    write(cwd, 'handlers.ts', greeting('Goodbye'));
    await hear('Goodbye, one!');
    await createMap(server, 'three');
    await hear('Goodbye, three!');

    type('\u0003');
    expect(await over).toBe(0);
  });
});
