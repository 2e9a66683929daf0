import type * as Cel from '@marcbachmann/cel-js';

/** Variables, types and functions that expressions know. */
export type CelEnvironment = InstanceType<typeof Cel.Environment>;
