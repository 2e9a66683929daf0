import { errorText, isKopfError } from '../errors.js';
import type { FactError } from '../model/fact.js';

/** An error as facts carry it. */
export function factError(error: unknown): FactError {
  return isKopfError(error)
    ? { code: error.code, message: errorText(error), remedy: error.remedy, error }
    : { code: undefined, message: errorText(error), remedy: undefined, error };
}
