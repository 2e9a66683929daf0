// What Node.js may write of a process into files, as the command line sees it.

/** What is set of `process.report`. */
export interface ReportSwitches {
  /** Node 22.13 and later: reports are without the environment. */
  excludeEnv?: boolean;
  reportOnFatalError: boolean;
  reportOnSignal: boolean;
  readonly signal: string;
}

/** What a process may write of its memory. */
export interface ProcessDumps {
  /** Options of Node.js, of the command line and of `NODE_OPTIONS`. */
  readonly flags: readonly string[];
  readonly report: ReportSwitches;
  /** Calls back for a signal, of which the process would die else; returns how to end that. */
  onSignal(name: string, listener: () => void): () => void;
}
