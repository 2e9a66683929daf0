import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ensureKopf,
  environmentHash,
  installError,
  kopfPython,
  KopfUnavailableError,
  kopfVersion,
  type FoundPython,
} from './environment.mjs';

const requirements = readFileSync(new URL('requirements.txt', import.meta.url), 'utf8');
const python = (version: readonly number[], executable = '/bin/python3'): FoundPython => ({
  executable,
  implementation: 'CPython',
  version,
});
const machine = (found: Readonly<Record<string, FoundPython>>) => (name: string) => Promise.resolve(found[name]);

/** A cache that has the environment of that Python, and none to install another from. */
function cacheWith(one: FoundPython): { readonly env: Record<string, string>; readonly folder: string } {
  const root = mkdtempSync(join(tmpdir(), 'kopfts-kopf-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'kopfts', 'kopf-python', environmentHash(requirements, one));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'kopf'), '');
  return { env: { XDG_CACHE_HOME: root }, folder };
}

describe('the Kopf that ours is compared with', () => {
  it('is one exact version, as is all that it needs, with checksums and without addresses', () => {
    expect(kopfVersion(requirements)).toBe('1.45.2');
    const lines = requirements.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines.filter((line) => !/^([\w-]+==[\d.]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?)$/.test(line))).toEqual([]);
  });

  it('runs on the first Python that is new enough, by whichever name', async () => {
    const wanted = python([3, 12, 1], '/opt/python3.12');
    const { env, folder } = cacheWith(wanted);
    const ask = machine({ python3: python([3, 10, 13]), 'python3.12': wanted, 'python3.11': python([3, 11, 7]) });
    expect(await ensureKopf({ env, ask })).toEqual({
      python: join(folder, 'bin', 'python'),
      kopf: join(folder, 'kopf'),
      version: '1.45.2',
      built: false,
    });
  });

  it.each([
    { there: {}, says: 'none is there' },
    { there: { python3: python([3, 10, 13]), python: python([2, 7, 18]) }, says: 'there is 3.10.13, 2.7.18' },
  ])('is left out with one line where $says, but is a failure under CI', async ({ there, says }) => {
    const lines: string[] = [];
    const options = { log: (line: string) => lines.push(line), ask: machine(there) };
    await expect(kopfPython({ ...options, env: { CI: 'true' } })).rejects.toThrow(`Kopf needs Python 3.11 or newer, and ${says}`);
    expect(lines).toEqual([]);
    expect(await kopfPython({ ...options, env: {} })).toBeUndefined();
    expect(await kopfPython({ ...options, env: {} })).toBeUndefined();
    expect(lines).toEqual([`skipped: suites that run Kopf (Kopf needs Python 3.11 or newer, and ${says})`]);
  });

  it('is installed anew for another Python, another place of it, or other requirements', () => {
    const base = environmentHash(requirements, python([3, 12, 1]));
    expect(environmentHash(requirements, python([3, 12, 1]))).toBe(base);
    expect(environmentHash(requirements, python([3, 12, 2]))).not.toBe(base);
    expect(environmentHash(requirements, python([3, 12, 1], '/opt/python3'))).not.toBe(base);
    expect(environmentHash(`${requirements}\n`, python([3, 12, 1]))).not.toBe(base);
  });

  it('cannot be had without a registry, and a wrong checksum is no reason to go on without it', () => {
    const stderr = 'Looking in indexes: x\nERROR: Could not find a version\nERROR: No matching distribution found for kopf==1.45.2\n';
    const absent = installError('pip', { message: 'ended with 1', stderr });
    expect(absent).toBeInstanceOf(KopfUnavailableError);
    expect(absent.message).toBe('pip failed: ERROR: Could not find a version | ERROR: No matching distribution found for kopf==1.45.2');
    const wrong = installError('pip', { message: 'ended with 1', stderr: 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM …' });
    expect(wrong).not.toBeInstanceOf(KopfUnavailableError);
  });
});
