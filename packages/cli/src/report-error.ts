import { isKopfError, withoutSecrets } from '@kopfts/core';
import { EXIT_ERROR, EXIT_USAGE } from './cli-io.js';
import { describeError } from './error-text.js';
import { UNEXPECTED } from './errors.js';
import { formatLine } from './log-format.js';
import { visibleText } from './visible-text.js';

export interface ReportOptions {
  /** With the stack of the error and those of its causes. */
  readonly verbose: boolean;
  /** As a line of `--log-format json`. */
  readonly json: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** `error KOPF_X: what … remedy`: one line, but for those who ask for stacks. */
export function errorReport(error: unknown, { verbose, json, at }: ReportOptions): string {
  const message = describeError(error, UNEXPECTED);
  const stack = verbose ? stacks(error) : undefined;
  if (json) return formatLine({ level: 'error', message, at, stack }, { format: 'json', color: false, stacks: verbose });
  return `error ${visibleText(message)}\n${stack ?? ''}`;
}

/** 2 for a wrong usage, 1 for everything else. */
export function exitCodeOf(error: unknown): number {
  return isKopfError(error, 'KOPF_USAGE') ? EXIT_USAGE : EXIT_ERROR;
}

function stacks(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return `${withoutSecrets(error.stack ?? '')}\n${error.cause instanceof Error ? `caused by ${stacks(error.cause)}` : ''}`;
}
