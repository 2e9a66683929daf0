// What Node.js writes of a process into files when it is asked to: diagnostic reports have the environment, heap snapshots and cores all that is in memory.
// Of an operator these are credentials, and whatever objects hold (spec SEC11).
import type { CliIo } from './cli-io.js';
import type { LineLogger } from './log-sink.js';
import type { ProcessDumps } from './process-dumps.js';

const SNAPSHOTS = /^--heapsnapshot-(?:signal|near-heap-limit)(?:=|$)/;
const CORES = /^--abort-on-uncaught-exception$/;
const INSPECTOR = /^--inspect(?:-brk|-wait|-port)?=(.+)$/;
const OWN_HOST = /^(?:\d+|(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?)$/;

/** The options by which others come to see the memory of the process. Pure. */
export function openingFlags(flags: readonly string[]): readonly string[] {
  return flags.filter((flag) => {
    const [, at] = INSPECTOR.exec(flag) ?? [];
    return SNAPSHOTS.test(flag) || CORES.test(flag) || (at !== undefined && !OWN_HOST.test(at));
  });
}

/** Takes the environment out of reports, or does without reports where that cannot be done; says what shows all of the memory. Returns how to end that. */
export function guardDumps({ dumps }: Pick<CliIo, 'dumps'>, logger: LineLogger): () => void {
  if (dumps === undefined) return () => undefined;
  const flags = openingFlags(dumps.flags);
  if (flags.length > 0) {
    const message = `${flags.join(' ')}: with this, Node.js shows the whole memory of the operator, credentials and Secrets included. Keep what it writes to yourself, and leave it out where nobody looks for a mistake.`;
    logger.log({ level: 'warn', message });
  }
  return guardReports(dumps, logger);
}

function guardReports(dumps: ProcessDumps, logger: LineLogger): () => void {
  const { report } = dumps;
  const { excludeEnv, reportOnFatalError, reportOnSignal, signal } = report;
  if (excludeEnv !== undefined) {
    report.excludeEnv = true;
    return () => {
      report.excludeEnv = excludeEnv;
    };
  }
  if (!reportOnFatalError && !reportOnSignal) return () => undefined;
  const why = 'this Node.js would write the environment into it, credentials included; from 22.13 on it can leave that out';
  const warn = (message: string): void => logger.log({ level: 'warn', message });
  warn(`No diagnostic report is written: ${why}.`);
  report.reportOnFatalError = false;
  report.reportOnSignal = false;
  // Without a listener, the signal by which a report is asked for would end the operator.
  const endSignal = reportOnSignal ? dumps.onSignal(signal, () => warn(`${signal}: no diagnostic report is written.`)) : undefined;
  return () => {
    endSignal?.();
    report.reportOnFatalError = reportOnFatalError;
    report.reportOnSignal = reportOnSignal;
  };
}
