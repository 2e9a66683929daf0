export type ProgramSignal = 'SIGINT' | 'SIGTERM';

/** What the program needs of its process; tests give their own. */
export interface ProgramIo {
  stdout(text: string): void;
  stderr(text: string): void;
  onSignal(listener: (name: ProgramSignal) => void): void;
  /** Ends the process at once. */
  exit(code: number): void;
}

/** Something is wrong with what the user gave; the message is the whole line. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
  /** 2 for arguments that make no sense, 1 for everything else. */
  readonly exitCode: number;

  constructor(message: string, options: { readonly exitCode?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? 1;
  }
}

/** Why Node could not do something with a file, in words. */
export function fileProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'it does not exist',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of its path is no folder',
    EACCES: 'access is denied',
    EPERM: 'access is denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
  };
  return words[code] ?? (error instanceof Error ? error.message : String(error));
}
