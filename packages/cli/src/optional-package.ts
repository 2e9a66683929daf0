import { PackageMissingError } from './errors.js';

/** Imports a package that only some commands need. @throws PackageMissingError if it is not installed; its own errors as they are. */
export async function importOptional<T>(name: string, what: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (isMissing(error, name)) throw new PackageMissingError(name, what, { cause: error });
    throw error;
  }
}

function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  const isNotFound = error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND';
  // Something else that the package needs may be missing: that is another mistake.
  return isNotFound && error.message.includes(`'${name}'`);
}
