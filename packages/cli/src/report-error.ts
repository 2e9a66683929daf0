import { isKopfError } from '@kopfts/core';
import { EXIT_ERROR, EXIT_USAGE } from './cli-io.js';
import { describeError } from './error-text.js';
import { UNEXPECTED } from './errors.js';

/** `error KOPF_X: what … remedy`: one line; the stack and those of its causes only for those who ask for them. */
export function errorReport(error: unknown, verbose: boolean): string {
  const line = `error ${describeError(error, UNEXPECTED)}\n`;
  return verbose ? `${line}${stacks(error)}` : line;
}

/** 2 for a wrong usage, 1 for everything else. */
export function exitCodeOf(error: unknown): number {
  return isKopfError(error, 'KOPF_USAGE') ? EXIT_USAGE : EXIT_ERROR;
}

function stacks(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return `${error.stack ?? ''}\n${error.cause instanceof Error ? `caused by ${stacks(error.cause)}` : ''}`;
}
