/** How log lines look and which are shown (spec CL-02, LO-01). */
export type LogFormat = 'full' | 'plain' | 'json';
export const LOG_FORMATS: readonly LogFormat[] = ['full', 'plain', 'json'];

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

export interface LogOptions {
  readonly format: LogFormat;
  /** The least level that is shown. */
  readonly level: LogLevel;
  /** Stack traces of errors, and everything else that a developer wants. */
  readonly stacks: boolean;
  /** What changed in an object is information, as in `kopf dev`. */
  readonly showChanges: boolean;
  readonly color: boolean;
  /** The key of the object reference in JSON; default `object`. */
  readonly refKey?: string | undefined;
  /** `[namespace/name] ` before what is said of an object; default: in texts, not in JSON. */
  readonly prefix?: boolean | undefined;
}

/** Whether lines of this level are shown. */
export function isShown(level: LogLevel, least: LogLevel): boolean {
  return ORDER.indexOf(level) >= ORDER.indexOf(least);
}

/** `--debug` or `--verbose` show everything, `--quiet` only what is wrong (spec LO-01). */
export function leastLevel(flags: { readonly verbose?: boolean; readonly debug?: boolean; readonly quiet?: boolean }): LogLevel {
  if (flags.verbose === true || flags.debug === true) return 'debug';
  return flags.quiet === true ? 'warn' : 'info';
}
