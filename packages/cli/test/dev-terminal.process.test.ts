import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApiServer } from '@kopfts/apiserver';
import { describe, expect, it, onTestFinished } from 'vitest';
import { projectWith, write } from './fake-io.js';

const packages = fileURLToPath(new URL('../../', import.meta.url));
const CONFIG = `import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import daemons from './daemons.js';
import handlers from './handlers.js';
export default { name: 'typed', handlers: [daemons, handlers], namespaces: ['default'], plugins: [kubernetes(), annotations()] };
`;
const greeting = (word: string) => `import { createRegistry } from '@kopfts/core';
import { greeted } from './greeted.js';
const kopf = createRegistry();
export default kopf;
kopf.on.event('configmaps', function greet({ name, memo }): void {
  memo.times = (memo.times ?? 0) + 1;
  greeted.push(name);
  console.log('${word}, ' + name + '! ' + memo.times + ' of ' + greeted.length + '.');
});
`;
/** The word is in a file beside it. */
const greetingOfFile = greeting('${WORD}')
  .replace(
    'const kopf',
    `import { readFileSync } from 'node:fs';\nconst WORD = readFileSync(new URL('word.txt', import.meta.url), 'utf8');\nconst kopf`,
  )
  .replace("'${WORD}, '", "WORD + ', '");
/** What it holds lasts as long as the module is the same. */
const GREETED = 'export const greeted: string[] = [];\n';
const watching = (word: string) => `import { createRegistry } from '@kopfts/core';
import { wordOf } from './word.js';
const kopf = createRegistry();
export default kopf;
kopf.daemon('configmaps', { id: 'watch' }, async ({ name, stopped }) => {
  console.log(wordOf('${word}') + ' begins with ' + name + '.');
  await stopped.wait();
  console.log(wordOf('${word}') + ' ends with ' + name + ': ' + stopped.reason + '.');
});
`;
const word = (more = '') => `export const wordOf = (word: string): string => word;\n${more}`;

/**
 * `script` gives it a pseudo-terminal and passes on its exit code; what we write is typed. `exec`: some shells would stay in between, get the
 * Ctrl-C as well, and die of it.
 */
function inTerminal(cwd: string, options = '') {
  const command = `exec ${process.execPath} ${join(packages, 'cli/dist/main.js')} dev ${options}`;
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
  return { type: (keys: string) => child.stdin.write(keys), over, hear, heard: () => heard };
}

async function createMap(server: string, name: string): Promise<void> {
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(`${server}/api/v1/namespaces/default/configmaps`, { method: 'POST', headers, body });
  expect(status).toBe(201);
}

async function changeMap(server: string, name: string, data: string): Promise<void> {
  const headers = { 'content-type': 'application/merge-patch+json' };
  const body = JSON.stringify({ data: { data } });
  const { status } = await fetch(`${server}/api/v1/namespaces/default/configmaps/${name}`, { method: 'PATCH', headers, body });
  expect(status).toBe(200);
}

/** A way to the server on which somebody counts. */
async function countedWay(server: string): Promise<{ readonly url: string; readonly lists: readonly string[] }> {
  const lists: string[] = [];
  const way = createServer((from, to) => {
    const { method = '', url = '', headers } = from;
    if (method === 'GET' && url.includes('/configmaps') && (!url.includes('watch=') || url.includes('sendInitialEvents='))) lists.push(url);
    const there = request(new URL(url, server), { method, headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    there.on('error', () => to.destroy());
    to.on('close', () => there.destroy());
    from.pipe(there);
  });
  onTestFinished(() => {
    way.closeAllConnections();
    way.close();
  });
  await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve));
  const address = way.address();
  if (address === null || typeof address === 'string') return expect.unreachable('no address');
  return { url: `http://127.0.0.1:${String(address.port)}`, lists };
}

function project(files: Readonly<Record<string, string>>): string {
  const cwd = projectWith({
    'package.json': '{"type":"module"}',
    'kopf.config.ts': CONFIG,
    'greeted.ts': GREETED,
    'word.ts': word(),
    ...files,
  });
  mkdirSync(join(cwd, 'node_modules/@kopfts'), { recursive: true });
  for (const name of ['core', 'kubernetes', 'persistence-annotations'])
    symlinkSync(join(packages, name), join(cwd, 'node_modules/@kopfts', name));
  return cwd;
}

describe('kopf dev in a terminal', () => {
  it('runs what was saved for the next event, goes on with the old code when that is broken, and ends by Ctrl-C', async () => {
    const cwd = project({ 'handlers.ts': greeting('Hello'), 'daemons.ts': watching('Watching') });
    const { type, over, hear } = inTerminal(cwd);
    const server = await hear(/An embedded API server is at (\S+?)[.,]\s/);
    await hear('The operator is ready');
    await createMap(server, 'one');
    await hear('Hello, one! 1 of 1.');

    write(cwd, 'handlers.ts', 'const = 1;\n');
    await hear('KOPF_HANDLER_MODULE: handlers.ts:1 cannot be loaded');
    await hear('The old code goes on.');
    await createMap(server, 'two');
    await hear('Hello, two! 1 of 2.');

    write(cwd, 'handlers.ts', greeting('Goodbye'));
    await hear('the operator goes on with it; of 2 handlers 1 are as before.');
    await changeMap(server, 'one', 'more');
    await hear('Goodbye, one! 2 of 3.');

    write(cwd, 'kopf.config.ts', `${CONFIG}// another one\n`);
    await hear('the operator starts anew (kopf.config.ts belongs to the configuration).');
    await hear('Goodbye, two! 1 of ');

    type('\u0003');
    expect(await over).toBe(0);
  });

  it('leaves a daemon alone whose module and what that imports stay, ends one that changed, and lists nothing again', async () => {
    const server = createApiServer();
    const listening = await server.listen();
    onTestFinished(async () => {
      await listening.close();
      await server.close();
    });
    const way = await countedWay(listening.url);
    const cwd = project({
      'handlers.ts': greeting('Hello'),
      'daemons.ts': watching('Watching'),
      kubeconfig: JSON.stringify(server.kubeconfig(way.url)),
    });
    const { type, over, hear, heard } = inTerminal(cwd, '--kubeconfig kubeconfig');
    await hear('The operator is ready');
    await createMap(listening.url, 'one');
    await hear('Hello, one! 1 of 1.');
    await hear('Watching begins with one.');
    const lists = [...way.lists];
    expect(lists.length).toBeGreaterThan(0);

    write(cwd, 'handlers.ts', greeting('Goodbye'));
    await hear('of 2 handlers 1 are as before.');
    await changeMap(listening.url, 'one', 'more');
    await hear('Goodbye, one! 2 of 2.');

    write(cwd, 'word.txt', 'Welcome');
    write(cwd, 'handlers.ts', greetingOfFile);
    await hear(/(goes on with it[^]*goes on with it)/);
    write(cwd, 'word.txt', 'Farewell');
    await hear(/((goes on with it[^]*){3})/);
    await changeMap(listening.url, 'one', 'even more');
    await hear('Farewell, one! 3 of 3.');
    expect(heard().match(/Watching begins/g)).toHaveLength(1);
    expect(heard()).not.toContain('Watching ends');

    write(cwd, 'word.ts', word('// another one'));
    await hear('Watching ends with one: handler-replaced.');
    await hear(/(Watching begins[^]*Watching begins)/);
    expect(way.lists).toEqual(lists);

    type('\u0003');
    expect(await over).toBe(0);
  });
});
