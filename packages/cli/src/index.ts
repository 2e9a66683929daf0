// The command line as a function
export { runCli } from './run-cli.js';
export type { CliIo, CliSignal, ImportModule } from './cli-io.js';

// Whether it is alive, over HTTP
export { liveness, type LivenessOptions } from './liveness/liveness.js';

// Its log lines, for operators in code
export { textLog, type TextLogOptions } from './text-log.js';
export type { LogFormat } from './log-options.js';
// Why its handlers run, or do not, over HTTP
export { explanations, type ExplanationsOptions } from './explain/explanations.js';
