import { errorText, isKopfError, withoutSecrets } from '@kopfts/core';
import { EXIT_ERROR, EXIT_USAGE } from './cli-io.js';
import { describeError } from './error-text.js';
import { UncaughtExceptionError, UNEXPECTED } from './errors.js';
import { formatLine } from './log-format.js';
import { visibleText } from './visible-text.js';

/** What is told of an error; `bug`: the command itself failed, which it never should. */
export type Failure = 'bug' | 'uncaught';

export interface ReportOptions {
  /** With the stack of the error and those of its causes. */
  readonly verbose: boolean;
  /** As a line of `--log-format json`. */
  readonly json: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The code of what is none of ours; default `KOPF_UNEXPECTED`. */
  readonly code?: string | undefined;
}

/** `error KOPF_X: what … remedy`: one line, but for those who ask for stacks. */
export function errorReport(error: unknown, { verbose, json, at, code = UNEXPECTED }: ReportOptions): string {
  const message = describeError(error, code);
  const stack = verbose ? stacks(error) : undefined;
  if (json) return formatLine({ level: 'error', message, at, stack }, { format: 'json', color: false, stacks: verbose });
  return `error ${visibleText(message)}\n${stack ?? ''}`;
}

/** Of what ends the whole process, with all stacks: nobody could ask for them again. */
export function failureReport(
  error: unknown,
  { failure, argv, at }: { readonly failure: Failure; readonly argv: readonly string[]; readonly at: number },
): string {
  const told = failure === 'bug' ? error : new UncaughtExceptionError(errorText(error), { cause: error });
  return errorReport(told, { verbose: true, json: saysJsonLines(argv), at, code: 'KOPF_BUG' });
}

/** Where what is said is one object per line, so is what failed. Other commands with `--output json` say it to people. */
export function saysJsonLines(argv: readonly string[]): boolean {
  const typed = ` ${argv.join(' ')} `;
  if (/ --log-format[ =]json /i.test(typed)) return true;
  return (argv[0] === 'run' || argv[0] === 'dev') && / (?:--output[ =]|-o ?)json /.test(typed) && !/ --log-format[ =]/.test(typed);
}

/** 2 for a wrong usage, 1 for everything else. */
export function exitCodeOf(error: unknown): number {
  return isKopfError(error, 'KOPF_USAGE') ? EXIT_USAGE : EXIT_ERROR;
}

function stacks(error: unknown): string {
  const chain: Error[] = [];
  for (let one = error; one instanceof Error && !chain.includes(one); one = one.cause) chain.push(one);
  return chain.map(({ stack = '' }) => `${withoutSecrets(stack)}\n`).join('caused by ');
}
