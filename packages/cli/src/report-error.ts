import { errorText, isKopfError, withoutSecrets } from '@kopfts/core';
import { EXIT_ERROR, EXIT_USAGE } from './cli-io.js';
import { describeError } from './error-text.js';
import { variableOf, type Environment } from './environment-options.js';
import { UncaughtExceptionError, UNEXPECTED, UnfinishedCommandError } from './errors.js';
import { formatLine } from './log-format.js';
import { visibleText } from './visible-text.js';

/** What is told of an error; `bug`: the command itself failed, which it never should; `unfinished`: nothing is left that could go on. */
export type Failure = 'bug' | 'uncaught' | 'unfinished';

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

export interface FailureOptions {
  readonly failure: Failure;
  readonly argv: readonly string[];
  readonly environment: Environment;
  readonly at: number;
}

/** Of what ends the whole process, with all stacks: nobody could ask for them again. */
export function failureReport(error: unknown, { failure, argv, environment, at }: FailureOptions): string {
  const json = saysJsonLines(argv, environment);
  if (failure === 'unfinished') return errorReport(new UnfinishedCommandError(), { verbose: false, json, at });
  const told = failure === 'bug' ? error : new UncaughtExceptionError(errorText(error), { cause: error });
  return errorReport(told, { verbose: true, json, at, code: 'KOPF_BUG' });
}

/** Where what is said is one object per line, so is what failed. Other commands with `--output json` say it to people. */
export function saysJsonLines(argv: readonly string[], environment: Environment): boolean {
  const typed = ` ${argv.join(' ')} `;
  const [command = ''] = argv;
  const isOperator = command === 'run' || command === 'dev';
  const said = (option: RegExp, attribute: string): string | undefined =>
    option.exec(typed)?.[1] ?? (isOperator ? environment[variableOf(command, attribute)] : undefined);
  const format = said(/ --log-format[ =](\S+) /i, 'logFormat');
  if (format !== undefined) return format.toLowerCase() === 'json';
  return isOperator && said(/ (?:--output[ =]|-o ?)(\S+) /, 'output') === 'json';
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
