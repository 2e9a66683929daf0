import process from 'node:process';
import type { FactSink } from '@kopfts/core';
import { InvalidOptionError } from '@kopfts/core';
import { leastLevel, LOG_FORMATS, type LogFormat } from './log-options.js';
import { createLogSink } from './log-sink.js';

/** As the options of `kopf run`, for operators that are started in code. */
export interface TextLogOptions {
  readonly verbose?: boolean | undefined;
  /** The same as `verbose`. */
  readonly debug?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  /** Default: `full`. */
  readonly logFormat?: LogFormat | undefined;
  /** Whether lines about an object begin with its name; default: in text yes, in JSON no. */
  readonly logPrefix?: boolean | undefined;
  /** Of `json`: the name of the field with the object; default `object`. */
  readonly logRefkey?: string | undefined;
  /** Default: without. */
  readonly color?: boolean | undefined;
  /** Where lines go; default: the error output of this process. */
  readonly write?: ((text: string) => void) | undefined;
}

function toErrorOutput(text: string): void {
  process.stderr.write(text);
}

/**
 * The log lines of the command line, as a sink of facts (spec LO-05).
 *
 * @throws InvalidOptionError `KOPF_INVALID_OPTION` for a format that does not exist.
 * @example await startOperator(config, { factSinks: [textLog({ logFormat: 'json' })] });
 */
export function textLog(options: TextLogOptions = {}): FactSink {
  const { logFormat = 'full', color = false, write = toErrorOutput } = options;
  if (!LOG_FORMATS.includes(logFormat)) throw new InvalidOptionError('textLog().logFormat', logFormat, `one of ${LOG_FORMATS.join(', ')}`);
  const { verbose = false, debug = false, quiet = false, logPrefix, logRefkey } = options;
  return createLogSink(write, {
    format: logFormat,
    level: leastLevel({ verbose, debug, quiet }),
    stacks: verbose || debug,
    showChanges: false,
    color,
    prefix: logPrefix,
    refkey: logRefkey,
  });
}
