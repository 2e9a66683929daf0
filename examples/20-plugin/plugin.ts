import { InvalidOptionError, type Plugin } from '@kopfts/core';
import { createFileBackend } from './file-backend.js';
import { createDiffBaseStore, createProgressStore } from './stores.js';

export interface FilesOptions {
  /** Where they are; made, if it does not exist. */
  readonly folder: string;
}

/**
 * Keeps progress and what was handled last in files, not on the objects. Entries of objects that are gone stay.
 *
 * @throws InvalidOptionError `KOPF_INVALID_OPTION`
 * @example plugins: [kubernetes(), files({ folder: '/var/lib/my-operator' })]
 */
export function files({ folder }: FilesOptions): Plugin {
  if (typeof folder !== 'string' || folder === '') throw new InvalidOptionError('files().folder', folder, 'the path of a folder');
  return {
    name: 'files',
    apiVersion: 1,
    setup: (host) => {
      // Nothing is opened here: the operator opens parts when it starts, and `kopf check` never does.
      const newVersion = (): string => host.random.uuid();
      host.contribute('progressStore', { open: () => createProgressStore(createFileBackend(folder), newVersion) });
      host.contribute('diffBaseStore', { open: () => createDiffBaseStore(createFileBackend(folder), newVersion) });
    },
  };
}
