import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Evidence } from './evidence.js';
import { recordingOf } from './recordings.js';
import { scenarioNamed, SCENARIOS } from './scenarios.js';
import { openStage, PLAY_MS, type OpenStage } from './stage.js';

const TITLES: readonly (readonly [title: string, scenario: string])[] = [
  ['[H-20, RS-01] creation handlers deliver results under their ids', 'create-result'],
  ['[RS-01, RS-02] every kind of result arrives as it was returned', 'result-kinds'],
  ['[H-21, C-07] an update is told what was added, removed and changed, at any depth', 'update-diff'],
  ['[Z-03, H-22, Z-05] our finalizer comes first, is kept for the deletion handler, and is released with it', 'delete-finalizer'],
  ['[E-21, Z-05] a deletion is held until its last handler has succeeded, and what succeeded is not repeated', 'delete-retries'],
  ['[C-22, Z-05] a deletion that nobody saw is handled at the next start, over restarts', 'deleted-while-down'],
  ['[H-23, Z-02] an optional deletion handler runs only where something else asks for the finalizer', 'optional-delete'],
  ['[Z-09, C-21] finalizers of others keep their places', 'foreign-finalizer'],
  ['[Z-04] the finalizer goes when no handler asks for it any more, and comes again', 'finalizer-unneeded'],
  ['[H-24, H-26] resumption handlers run once per start, for what was handled before', 'resume'],
  ['[H-25, H-26] resumption handlers join the update of a change in the downtime', 'resume-changed'],
  ['[H-25] of resumption handlers only those that ask for it join a deletion', 'resume-deleted'],
  ['[C-23] an object made in the downtime is created, not resumed', 'created-while-down'],
  ['[C-30] changes in the downtime are one change, and none if they add up to nothing', 'downtime-changes'],
  ['[C-31, G-02] a restart repeats no handler that succeeded, and keeps count and delay of the others', 'restart-in-retries'],
  ['[E-07, G-09] a killed operator repeats what it had not written, and nothing else', 'killed-in-retries'],
  ['[A-04] a handler in which the operator was killed is called again', 'killed-in-handler'],
  ['[E-34, C-23] a handler that the end of the operator cancels begins anew with the next start', 'stopped-in-handler'],
  ['[C-30, C-32] a change in the downtime joins the update that is in progress', 'update-in-downtime-retries'],
  ['[C-31] a creation stays one when the object changes in the middle of it', 'change-in-creation'],
  ['[C-32, C-40] a change in the middle of an update repeats nothing that succeeded, and brings in who wants it', 'change-in-update'],
  ['[C-33, G-32] a deletion takes the place of an unfinished creation', 'superseded-creation'],
  ['[G-31] a handler of both is called anew for the deletion, where Kopf goes on with its count', 'superseded-shared'],
  ['[C-42, F-14, R-07] handlers of a field run when it differs, and are told of it alone', 'field-handlers'],
  ['[C-04] a field of the status counts where a handler declares it', 'status-field'],
  ['[F-08, F-09, F-11] values of fields select handlers', 'field-values'],
  ['[F-15, F-14] values before and after select update handlers', 'old-new'],
  ['[F-05, F-06, F-07] labels select handlers', 'label-filters'],
  ['[F-05, F-06] annotations select handlers', 'annotation-filters'],
  ['[F-17, F-30] predicates select handlers, and combine', 'when-filters'],
  ['[F-40, F-41, F-43] what no handler wants is not touched, and is created when one wants it', 'stealth'],
  ['[Y-13, Y-15] a change that no handler wants is remembered all the same', 'unhandled-changes'],
  ['[C-01, C-03] what is not essential is no change', 'no-op-changes'],
  ['[C-02] the annotation of kubectl is not essential', 'last-applied'],
  ['[E-21, G-09, G-01] a temporary error is tried again, and its attempts are written down', 'temporary-error'],
  ['[E-21] a temporary error without a delay is tried again at once', 'immediate-retry'],
  ['[E-26] any other error is tried again after its backoff', 'arbitrary-error'],
  ['[E-07, E-22, E-08] the number of attempts is limited', 'retries-limit'],
  ['[E-05, E-22, E-08] the time of all attempts is limited', 'timeout-limit'],
  ['[E-20, H-28, H-29] a permanent error is final for this change, not for others', 'permanent-error'],
  ['[E-25, E-27, E-28] the mode of a handler says what any other error means', 'errors-modes'],
  ['[G-08, E-01] all handlers of a change are written down, and only those that are unfinished run again', 'several-handlers'],
  ['[R-10, H-25] one function under one id for several reasons is one handler', 'one-function'],
  ['[H-02, R-09] one function under several ids is several handlers', 'params'],
  ['[SH-10, SH-14, SH-13] sub-handlers have progress and results of their own, and finished ones are not repeated', 'sub-handlers'],
  ['[SH-15, SH-03, SH-11] sub-handlers nest, and their parent goes on when all are finished', 'nested-sub-handlers'],
  ['[SH-12, SH-13] sub-handlers go on after a restart', 'restart-in-sub-handlers'],
  ['[H-27, C-42] handlers of a field run whatever the change is, and are told of the field', 'on-field'],
  ["[L-06] under Kopf's default lifecycle what failed gives way to what was not tried", 'asap'],
  ['[P-05, P-07] functions of the patch change the newest object', 'patch-functions'],
  ['[H-13] what event handlers put into the patch is written', 'event-patches'],
  ['[I-05, I-08, I-10] an index follows objects as they come, change and go', 'index-values'],
  ['[I-11] an object that the filters do not match is not in an index', 'index-filters'],
  ['[I-12, I-13] what an error of an index function means for what it says of an object', 'index-errors'],
  ['[I-20] no handler runs before everything that is there is indexed', 'index-ready'],
  ['[M-05] event handlers and handlers of changes share the memo of an object', 'memo'],
  ['[C-26, P-02] what a handler does to labels and annotations is a change like any other', 'own-metadata'],
  ['[C-26, P-04] what a handler does to the spec is a change like any other', 'own-spec'],
  ['[PA-03] without an endpoint of its own the status is written with the rest', 'no-status-endpoint'],
  ['[RS-06] results that the schema does not know are lost, and nothing else is', 'pruned-results'],
  ['[ST-05, ST-02] long ids have annotations of the same names', 'long-ids'],
  ['[C-07] odd numbers are the same after a restart', 'odd-numbers'],
  ['[ST-41, ST-44] odd text is stored in the same bytes', 'odd-text'],
  ['[DM-08, DM-09, DM-12] a daemon is tried again, writes after each attempt, and delivers its result', 'daemon-retries'],
  ['[DM-01, DM-02, DM-30] a daemon runs once, and ends with its object', 'daemon-stopped'],
  ['[DM-15] a daemon runs while its filters match', 'daemon-filters'],
  ['[DM-34] a daemon that does not hear of its end is cancelled', 'daemon-cancelled'],
  ['[DM-30, Z-05] a deletion waits for its handlers and for daemons', 'daemon-deletion'],
  ['[DM-03, DM-40] daemons end with the operator, and start again with the next', 'daemon-restart'],
  ['[T-20] a timer runs again and again while its filters match', 'timer-interval'],
  ['[T-12] a timer without a schedule runs once', 'timer-once'],
  ['[T-14] a timer is tried again after its backoff', 'timer-retries'],
];

describe('without a name, ours does what Kopf does', () => {
  let stage: OpenStage;
  beforeAll(async () => {
    stage = await openStage(SCENARIOS.map((scenario) => [scenario, ['ours']]));
  });
  afterAll(() => stage.close());

  it.each(TITLES)('%s', { timeout: PLAY_MS }, async (_title, name) => {
    const scenario = scenarioNamed(name);
    const ours = await stage.result(scenario, ['ours']);
    const kopf = recordingOf(scenario);
    const { differs } = scenario;
    const calls =
      differs === undefined
        ? kopf.calls
        : Object.fromEntries(Object.entries(kopf.calls).map(([object, made]) => [object, made.map((call) => differs(call))]));
    expect(ours).toEqual({ ...kopf, calls, writes: ours.writes });
    expect(tooMany(ours, kopf)).toEqual([]);
  });

  it('says so of every scenario', () => {
    expect(TITLES.map(([, name]) => name).sort()).toEqual(SCENARIOS.map(({ name }) => name).sort());
  });
});

/** Objects to which ours writes more often than Kopf. */
function tooMany(ours: Evidence, kopf: Evidence): readonly string[] {
  return Object.entries(ours.writes).flatMap(([object, { length }]) => {
    const allowed = kopf.writes[object]?.length ?? 0;
    return length > allowed ? [`${object}: ${String(length)} writes, Kopf ${String(allowed)}`] : [];
  });
}
