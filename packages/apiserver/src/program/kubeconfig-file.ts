import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubeconfigFor } from '../kubeconfig.js';
import type { JsonObject } from '../store/json-value.js';
import { ProgramError, fileProblem } from './program-io.js';

export interface KubeconfigFile {
  readonly path: string;
  /** Removes it, unless the user named it. */
  remove(): void;
}

/** Says no before anything starts: somebody's kubeconfig of real clusters is not overwritten. @throws ProgramError. */
export function checkKubeconfigPath(path: string): void {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return; // Not there yet, or not to be read: then writing it says why.
  }
  const ours = kubeconfigFor('', {})['current-context'];
  if (text.trim() === '' || text.includes(`"current-context": ${JSON.stringify(ours)}`)) return;
  throw new ProgramError(`${path} is a file of somebody else; give a path that is free.`);
}

/** Writes it so that only this user can read it. @throws ProgramError. */
export function writeKubeconfig(content: JsonObject, path: string | undefined): KubeconfigFile {
  const folder = path === undefined ? mkdtempSync(join(tmpdir(), 'kopf-apiserver-')) : undefined;
  const file = path ?? join(folder ?? '', 'kubeconfig');
  try {
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    chmodSync(file, 0o600); // Also where the file was there, or a umask has other ideas.
  } catch (error) {
    throw new ProgramError(`${file} cannot be written: ${fileProblem(error)}.`, { cause: error });
  }
  return {
    path: file,
    remove: () => {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
