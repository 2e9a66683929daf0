import type { FactSink } from '@kopfts/core';
import type { CliIo, ImportModule } from './cli-io.js';
import { UnhandledRejectionError } from './errors.js';
import { errorLine } from './error-text.js';
import { createLineLogger, createLogSink } from './log-sink.js';
import type { LineLogger } from './log-sink.js';
import type { LogFormat, LogOptions } from './log-options.js';
import { leastLevel } from './log-options.js';
import { createModuleLoader } from './module-loader.js';
import { errorText } from '@kopfts/core';

/** The flags of every command that says something (spec CL-02). */
export interface LogFlags {
  readonly verbose?: boolean;
  readonly debug?: boolean;
  readonly quiet?: boolean;
  readonly logFormat?: LogFormat;
  readonly logRefkey?: string;
  readonly logPrefix?: boolean;
}

/** What a running command speaks and loads with. */
export interface Session {
  readonly io: CliIo;
  readonly importModule: ImportModule;
  readonly sink: FactSink;
  readonly logger: LineLogger;
  readonly verbose: boolean;
  dispose(): Promise<void>;
}

/** Opens what `run` and `dev` need; `dispose` ends it. */
export function openSession(io: CliIo, flags: LogFlags, defaults: { readonly format: LogFormat; readonly showChanges: boolean }): Session {
  const verbose = flags.verbose === true || flags.debug === true;
  const format = flags.logFormat ?? defaults.format;
  const { logRefkey: refKey, logPrefix: prefix } = flags;
  const { showChanges } = defaults;
  const options: LogOptions = { format, level: leastLevel(flags), stacks: verbose, showChanges, color: io.color, refKey, prefix };
  const write = (text: string) => {
    io.stderr(text);
  };
  const logger = createLineLogger(write, { ...options, now: () => io.now() });
  const loader = createModuleLoader();
  const dispose = io.onUnhandledRejection((reason) => {
    // One forgotten promise of one handler must not end the operator for all objects.
    const error = new UnhandledRejectionError(errorText(reason), { cause: reason });
    logger.log({ level: 'error', message: errorLine(error), stack: reason instanceof Error ? reason.stack : undefined });
  });
  return {
    io,
    importModule: io.importModule ?? loader.importModule,
    sink: createLogSink(write, options),
    logger,
    verbose,
    dispose: async () => {
      dispose();
      await loader.dispose();
    },
  };
}
