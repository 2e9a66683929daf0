/**
 * The bug bank: mistakes that operator frameworks were seen to make, or that we made ourselves, each planted into a copy of the sources and
 * killed by the strategy that is named. A strategy of the sweep tells the stories `workloads` (default: `create`, `update`, `delete`); `suite` runs a test file.
 * Each is a replacement of some text; where that text is no longer there, the bug must be planted anew.
 */
import { PLANTED_BUGS } from '../sweep/planted-bugs.mjs';
import { DECISION_MUTANTS } from './decision-mutants.mjs';
import { DEED_MUTANTS } from './deed-mutants.mjs';

export const MUTANTS = [...PLANTED_BUGS, ...DECISION_MUTANTS, ...DEED_MUTANTS];
