/** Says in one line why there is no Kopf on this machine. */
export class KopfUnavailableError extends Error {}

export interface KopfPython {
  /** The interpreter of the environment. */
  readonly python: string;
  /** The command `kopf`: a file to be run. */
  readonly kopf: string;
  readonly version: string;
}

/** A Python that was found. */
export interface FoundPython {
  readonly executable: string;
  readonly implementation: string;
  readonly version: readonly number[];
}

export interface KopfOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly log?: (line: string) => void;
  /** What Python there is under a name; undefined for none. */
  readonly ask?: (name: string) => Promise<FoundPython | undefined>;
}

/** Installs Kopf when it is not there yet. Throws KopfUnavailableError where it cannot be had. */
export function ensureKopf(options?: KopfOptions): Promise<KopfPython & { readonly built: boolean }>;

/** Undefined, with one line that says why, where there is no Kopf; under CI that is an error. */
export function kopfPython(options?: KopfOptions): Promise<KopfPython | undefined>;

export function environmentHash(requirements: string, python: FoundPython): string;
export function kopfVersion(requirements: string): string | undefined;
export function installError(what: string, error: { readonly message: string; readonly stderr?: string; readonly stdout?: string }): Error;
