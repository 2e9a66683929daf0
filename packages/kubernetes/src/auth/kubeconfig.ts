import { Buffer } from 'node:buffer';
import { errorText } from '@kopfts/core';
import { CredentialsError } from '../errors.js';
import { createClientNodeLoader } from './client-node.js';
import type { Credentials, LoadCredentials } from './credentials.js';
import type { AuthEnvironment } from './environment.js';
import type { CredentialPlace } from './locate.js';
import { readSimpleKubeconfig } from './simple-kubeconfig.js';

/** Reads kubeconfig files: simple ones by a few lines of ours, again when the file changes; others by client-node. */
export function createKubeconfigLoader(
  place: Extract<CredentialPlace, { kind: 'kubeconfig' }>,
  environment: AuthEnvironment,
): LoadCredentials {
  const path = place.paths.length === 1 ? place.paths[0] : undefined;
  const byClientNode = createClientNodeLoader(place);
  if (path === undefined) return byClientNode;
  let kept: Kept | undefined;

  return async (fresh) => {
    const modifiedMs = await reading(path, () => environment.modifiedMs(path));
    const changed = fresh || kept?.modifiedMs !== modifiedMs;
    if (kept === undefined || changed) kept = { modifiedMs, credentials: await readSimple(path, place.context, environment) };
    // An edited file: what client-node remembers of it is worth nothing, either.
    return kept.credentials ?? byClientNode(changed);
  };
}

interface Kept {
  readonly modifiedMs: number;
  /** `undefined`: the file is not simple. */
  readonly credentials: Credentials | undefined;
}

async function readSimple(path: string, context: string | undefined, environment: AuthEnvironment): Promise<Credentials | undefined> {
  const simple = readSimpleKubeconfig(await reading(path, () => environment.readFile(path)), context, path);
  if (simple === undefined) return undefined;
  const { credentials, caPath } = simple;
  if (caPath === undefined) return credentials;
  const ca = Buffer.from(await reading(caPath, () => environment.readFile(caPath)));
  return { ...credentials, tls: { ...credentials.tls, ca } };
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new CredentialsError(path, `it cannot be read: ${errorText(error)}`, { cause: error });
  }
}
