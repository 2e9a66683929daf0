// The command line as a function
export { runCli } from './run-cli.js';
export type { CliIo, CliSignal, ImportModule } from './cli-io.js';
