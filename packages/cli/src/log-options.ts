/** How log lines look and which are shown (spec CL-02, LO-01). */
export type LogFormat = 'full' | 'plain' | 'json';
export const LOG_FORMATS: readonly LogFormat[] = ['full', 'plain', 'json'];

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
/** The least first. */
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

export interface LogOptions {
  readonly format: LogFormat;
  /** The least level that is shown. */
  readonly level: LogLevel;
  /** Stack traces of errors, and everything else that a developer wants. */
  readonly stacks: boolean;
  /** What changed in an object is information, as in `kopf dev`. */
  readonly showChanges: boolean;
  readonly color: boolean;
  /** Whether lines about an object begin with its name; default: in text yes, in JSON no (spec CL-02). */
  readonly prefix?: boolean | undefined;
  /** Of JSON: the name of the field with the object; default `object` (spec CL-02). */
  readonly refkey?: string | undefined;
}

/** Whether lines of this level are shown. */
export function isShown(level: LogLevel, least: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least);
}

/** `--debug` or `--verbose` show everything, `--quiet` only what is wrong (spec LO-01). */
export function leastLevel(flags: { readonly verbose?: boolean; readonly debug?: boolean; readonly quiet?: boolean }): LogLevel {
  if (flags.verbose === true || flags.debug === true) return 'debug';
  return flags.quiet === true ? 'warn' : 'info';
}
