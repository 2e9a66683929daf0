import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeFolder } from './make-folder.js';

it('makes a folder with those above it, and says why it cannot where none can be', async () => {
  const root = mkdtempSync(join(tmpdir(), 'kopf-folder-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  await makeFolder(join(root, 'a/b/c'));
  await makeFolder(join(root, 'a/b/c'));
  expect(existsSync(join(root, 'a/b/c'))).toBe(true);
  writeFileSync(join(root, 'file'), '');
  await expect(makeFolder(join(root, 'file/below'))).rejects.toMatchObject({ code: expect.stringMatching(/ENOTDIR|ENOENT/) as string });
});

it.runIf(existsSync('/proc/self'))('ends where Node would try for ever', async () => {
  await expect(makeFolder('/proc/kopf-none/below')).rejects.toMatchObject({ code: 'ENOENT' });
});
