// Is what we leave on an object taken away again? Looked at when our write is answered, and when a pass begins.
import { holdMs, isContested, isOver, markOf, notesOn, noteSeen, noteWritten, otherManagers, suspectContest } from '../cause/contest.js';
import type { Contest, NoteRules } from '../cause/contest.js';
import type { ObjectBody } from '../model/object.js';
import type { EngineContext } from './context.js';
import type { ObjectSlot } from './object-slot.js';
import { isFirstTime } from './served-kind.js';

/** Our write is there, with all that it left. */
export function noteLeft(ctx: EngineContext, slot: ObjectSlot, answer: ObjectBody): void {
  const rules = rulesOf(ctx, slot);
  slot.mark = markOf(answer, rules);
  if (slot.contest) slot.contest = noteWritten(slot.contest, notesOn(answer, rules));
}

/** A pass begins with this body. Gives for how many milliseconds it has to wait before it may put right what somebody took away; 0: not at all. */
export function noticeContest(ctx: EngineContext, slot: ObjectSlot, body: ObjectBody): number {
  if (slot.mark === 0 || body.metadata.deletionTimestamp !== undefined) return 0;
  const rules = rulesOf(ctx, slot);
  const mark = markOf(body, rules);
  const nowMs = ctx.clock.monotonicMs();
  if (slot.contest && isOver(slot.contest, nowMs)) slot.contest = undefined;
  if (mark === slot.mark) return slot.contest ? holdMs(slot.contest, nowMs) : 0;
  slot.mark = mark;
  const before = slot.contest ?? suspectContest(nowMs);
  const contest = noteSeen(before, notesOn(body, rules), nowMs);
  slot.contest = contest;
  if (contest !== before && isContested(contest)) tell(ctx, slot, { body, contest, isNew: !isContested(before) });
  return holdMs(contest, nowMs);
}

interface Told {
  readonly body: ObjectBody;
  readonly contest: Contest;
  readonly isNew: boolean;
}

function tell(ctx: EngineContext, slot: ObjectSlot, { body, contest: { losses, lost }, isNew }: Told): void {
  const managers = otherManagers(body, ctx.identity.fieldManager);
  const isFirst = isNew && isFirstTime(slot.kind, `contested ${lost.join(' ')} ${managers.join(' ')}`);
  const news = isFirst ? 'kind' : isNew ? 'object' : 'none';
  ctx.emit({ kind: 'notes-contested', object: slot.ref, how: 'taken', fields: lost, times: losses, managers, news });
}

function rulesOf({ identity: { finalizer } }: EngineContext, { kind }: ObjectSlot): NoteRules {
  return { finalizer, ownsAnnotation: (key) => kind.rules.ownsAnnotation(key) };
}
