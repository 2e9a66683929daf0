export interface TimeBudgets {
  readonly total: { readonly coldMinutes: number; readonly warmMinutes: number };
  readonly suite: { readonly minutes: number };
  readonly groups: readonly {
    readonly name: string;
    readonly minutes: number;
    /** Regular expressions on paths from the root. */
    readonly suites: readonly string[];
    readonly steps: readonly string[];
  }[];
  /** Minutes by name of step. */
  readonly steps: Readonly<Record<string, number>>;
}

export interface SuiteTime {
  readonly file: string;
  readonly ms: number;
}

export interface GroupTime {
  readonly name: string;
  readonly ms: number;
  readonly minutes: number;
  readonly slowest: readonly SuiteTime[];
}

export function readBudgets(): TimeBudgets;
export function groupOf(budgets: TimeBudgets, file: string): string | undefined;
export function judgeTimes(
  budgets: TimeBudgets,
  run: {
    readonly steps: readonly { readonly name: string; readonly ms: number; readonly suites?: readonly SuiteTime[] }[];
    readonly totalMs: number;
    readonly isCold: boolean;
  },
): { readonly groups: readonly GroupTime[]; readonly over: readonly string[]; readonly noPlace: readonly string[] };
export function describeGroups(groups: readonly GroupTime[]): readonly string[];
export function formatTime(ms: number): string;
