import type { FactSink } from '@kopfts/core';
import type { CliIo, ImportModule } from './cli-io.js';
import { UnhandledRejectionError } from './errors.js';
import { errorLine } from './error-text.js';
import { createLineLogger, createLogSink } from './log-sink.js';
import type { LineLogger } from './log-sink.js';
import type { LogFormat, LogOptions } from './log-options.js';
import { leastLevel } from './log-options.js';
import type { OutputFormat } from './output.js';
import { createModuleLoader, type ModuleLoader } from './module-loader.js';
import { errorText } from '@kopfts/core';

/** The flags of every command that says something (spec CL-02). */
export interface LogFlags {
  readonly verbose?: boolean;
  readonly debug?: boolean;
  readonly quiet?: boolean;
  readonly logFormat?: LogFormat;
  readonly logPrefix?: boolean;
  readonly logRefkey?: string;
  /** `json` is the same as that format of lines, which goes before. */
  readonly output?: OutputFormat;
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

export interface SessionDefaults {
  readonly format: LogFormat;
  readonly showChanges: boolean;
  /** Default: one that loads each module once. */
  readonly loader?: ModuleLoader;
}

/** Opens what `run` and `dev` need; `dispose` ends it. */
export function openSession(io: CliIo, flags: LogFlags, defaults: SessionDefaults): Session {
  const verbose = flags.verbose === true || flags.debug === true;
  const format = flags.logFormat ?? (flags.output === 'json' ? 'json' : defaults.format);
  const options: LogOptions = {
    format,
    level: leastLevel(flags),
    stacks: verbose,
    showChanges: defaults.showChanges,
    color: io.color,
    prefix: flags.logPrefix,
    refkey: flags.logRefkey,
  };
  const write = (text: string) => {
    io.stderr(text);
  };
  const logger = createLineLogger(write, { ...options, now: () => io.now() });
  const { loader = createModuleLoader() } = defaults;
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
