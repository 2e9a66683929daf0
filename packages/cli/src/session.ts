import type { FactSink } from '@kopfts/core';
import type { CliIo, ImportModule } from './cli-io.js';
import { EXIT_ERROR } from './cli-io.js';
import { guardDumps } from './dump-guard.js';
import { UncaughtExceptionError, UnhandledRejectionError } from './errors.js';
import { errorLine } from './error-text.js';
import { createLineLogger, createLogSink } from './log-sink.js';
import type { LineLogger } from './log-sink.js';
import type { LogFormat, LogOptions } from './log-options.js';
import { leastLevel } from './log-options.js';
import type { OutputFormat } from './output.js';
import { createObjectLevels, type ObjectLevels } from './object-levels.js';
import { createModuleLoader, type ModuleLoader } from './module-loader.js';
import type { StrayPolicy } from './stray/stray-policy.js';
import { createStrayErrors, type StrayErrors } from './stray/stray-errors.js';
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
  /** What becomes of the operator when a promise fails that a handler left behind. */
  readonly strayErrors?: StrayPolicy;
}

/** What a running command speaks and loads with. */
export interface Session {
  readonly io: CliIo;
  readonly importModule: ImportModule;
  readonly sink: FactSink;
  readonly logger: LineLogger;
  readonly verbose: boolean;
  /** Knows whose errors nobody waits for, if its plugin is in the configuration. */
  readonly strays: StrayErrors;
  /** Knows the levels that single objects ask for, if its plugin is in the configuration. */
  readonly levels: ObjectLevels;
  /** Aborts when such an error is to end the operator. */
  readonly broken: AbortSignal;
  dispose(): Promise<void>;
}

export interface SessionDefaults {
  readonly format: LogFormat;
  readonly showChanges: boolean;
  /** Default: one that loads each module once. */
  readonly loader?: ModuleLoader;
  /** Errors that nobody catches end the operator in order, by `broken`; default: the process dies of them. */
  readonly endsByExceptions?: boolean;
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
  const strays = createStrayErrors();
  const levels = createObjectLevels();
  const broken = new AbortController();
  const endings = [
    guardDumps(io, logger),
    hearStrays(io, { logger, strays, broken, policy: flags.strayErrors ?? 'report', endsByExceptions: defaults.endsByExceptions ?? false }),
    io.onDropped?.((count) =>
      logger.log({
        level: 'warn',
        message: `${String(count)} lines of the log were dropped: nobody read them in time, or their disk was full.`,
      }),
    ),
  ];
  return {
    io,
    importModule: io.importModule ?? loader.importModule,
    sink: createLogSink(write, options, levels),
    logger,
    verbose,
    strays,
    levels,
    broken: broken.signal,
    dispose: async () => {
      for (const end of endings) end?.();
      await loader.dispose();
    },
  };
}

interface Hearing extends Pick<Session, 'logger' | 'strays'> {
  readonly broken: AbortController;
  readonly policy: StrayPolicy;
  readonly endsByExceptions: boolean;
}

/** Errors that nobody waits for are said, with whose they are; never do they pass in silence (faults M3). */
function hearStrays(io: CliIo, { logger, strays, broken, policy, endsByExceptions }: Hearing): () => void {
  const say = (error: UnhandledRejectionError | UncaughtExceptionError, cause: unknown): boolean => {
    const origin = strays.blame(error);
    const whose = origin === undefined ? '' : `Handler '${origin.invocation.handler}'${origin.detached ? ', after it had ended' : ''}: `;
    const stack = cause instanceof Error ? cause.stack : undefined;
    logger.log({ level: 'error', message: `${whose}${errorLine(error)}`, object: origin?.invocation.object, stack });
    return origin === undefined || origin.detached;
  };
  const endRejections = io.onUnhandledRejection((reason) => {
    // One forgotten promise of one handler must not end the operator for all objects; an attempt that still runs fails by it.
    const isDetached = say(new UnhandledRejectionError(errorText(reason), { cause: reason }), reason);
    if (isDetached && policy === 'exit') broken.abort();
  });
  const hear: CliIo['onUncaughtException'] = endsByExceptions ? (listener) => io.onUncaughtException?.(listener) ?? noEnd : undefined;
  const endExceptions = hear?.((error) => {
    say(new UncaughtExceptionError(errorText(error), { cause: error }), error);
    // What was left half done is not known: the operator ends, in order; if even that fails, at once.
    if (broken.signal.aborted) io.exit(EXIT_ERROR);
    broken.abort();
  });
  return () => {
    endRejections();
    endExceptions?.();
  };
}

const noEnd = (): void => undefined;
