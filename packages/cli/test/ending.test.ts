// How the command ends, in a process of its own.
import { describe, expect, it } from 'vitest';
import { projectWith } from './fake-io.js';
import { spawnKopf } from './spawn-kopf.js';

const config = (settings = '{}') => `import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';
export default { name: 'ending', handlers: [handlers], plugins: [kubernetes(), annotations()], settings: ${settings} };
`;
const handlers = (cleanup: string) => `import { createRegistry } from '@kopfts/core';
const kopf = createRegistry();
export default kopf;
kopf.on.cleanup({ id: 'clean' }, ${cleanup});
`;
const HANGS = `() => { console.log('cleaning'); return new Promise(() => undefined); }`;
const project = (cleanup: string, settings?: string) =>
  projectWith({ 'package.json': '{"type":"module"}', 'kopf.config.ts': config(settings), 'handlers.ts': handlers(cleanup) });

describe('a signal', { timeout: 60_000 }, () => {
  it('[CL-10, RU-06] ends the command with 0, when the cleanup is done', async () => {
    const { child, hear, heard, over } = spawnKopf(project(`() => console.log('cleaned')`), 'dev');
    await hear('The operator is ready');
    child.kill('SIGTERM');
    expect(await over).toBe(0);
    expect(heard()).toContain('cleaned');
  });

  it('ends it at once when it comes again, whatever hangs', async () => {
    const { child, hear, over } = spawnKopf(project(HANGS), 'dev');
    await hear('The operator is ready');
    child.kill('SIGTERM');
    await hear('cleaning');
    // What follows at once is taken for the same one.
    const again = setInterval(() => child.kill('SIGTERM'), 50);
    expect(await over).toBe(143);
    clearInterval(again);
  });

  it('[CL-10, CF-01] ends it with 1 when what hangs has used up its time', async () => {
    const { child, hear, heard, over } = spawnKopf(project(HANGS, `{ process: { ultimateExitingTimeout: '300ms' } }`), 'dev');
    await hear('The operator is ready');
    child.kill('SIGINT');
    expect(await over).toBe(1);
    expect(heard()).toContain('error KOPF_EXIT_TIMEOUT: The operator has not ended within 0.3 s; what still runs is left behind.');
  });
});
