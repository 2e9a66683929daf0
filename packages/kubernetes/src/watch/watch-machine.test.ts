import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WatchBrokenError } from '../errors.js';
import {
  advanceWatch,
  pageLimit,
  startWatch,
  type WatchFailure,
  type WatchHappening,
  type WatchNews,
  type WatchState,
} from './watch-machine.js';

const error = new WatchBrokenError('/x', 'scripted');
const broken: WatchFailure = { kind: 'broken', error };
const failed = (failure: Partial<WatchFailure>, atMs = 0, random = 0.5): WatchHappening => ({
  kind: 'failed',
  failure: { ...broken, ...failure },
  atMs,
  random,
});
const arrived = (version: string): WatchHappening => ({ kind: 'page-arrived', version });
const delivered = (version: string, next?: string): WatchHappening => ({ kind: 'page-delivered', version, next });
const opened = (atMs = 0): WatchHappening => ({ kind: 'opened', atMs });
const moved = (version: string, bookmark = false): WatchHappening => ({ kind: 'advanced', version, bookmark });
const ended = (atMs: number, random = 0.5): WatchHappening => ({ kind: 'ended', atMs, random });
const waited: WatchHappening = { kind: 'waited' };
const streamed = (version: string): WatchHappening => ({ kind: 'list-streamed', version });
const listed = (version: string) => [arrived(version), delivered(version)];

function run(
  happenings: readonly WatchHappening[],
  from: WatchState = startWatch(),
): { readonly state: WatchState; readonly news: readonly WatchNews[] } {
  let state = from;
  const news: WatchNews[] = [];
  for (const happening of happenings) {
    const step = advanceWatch(state, happening);
    state = step.state;
    news.push(...step.news);
  }
  return { state, news };
}
const stateAfter = (...happenings: readonly WatchHappening[]) => run(happenings).state;
const newsAfter = (...happenings: readonly WatchHappening[]) =>
  run(happenings).news.map((said) => (said.kind === 'health' ? said.state : said.kind));

describe('the watch machine', () => {
  it.each([
    { when: 'at the start', after: [], kind: 'listing' },
    { when: 'after a page that is not the last', after: [arrived('5'), delivered('5', 'p2')], kind: 'listing' },
    { when: 'after the last page', after: listed('5'), kind: 'watching' },
    { when: 'after a stream with events ended', after: [...listed('5'), opened(), moved('6'), ended(10)], kind: 'watching' },
    { when: 'after a quiet stream ended by time', after: [...listed('5'), opened(), ended(300_000)], kind: 'watching' },
    { when: 'after a failed page', after: [failed({})], kind: 'waiting' },
    { when: 'after a broken stream', after: [...listed('5'), opened(), failed({})], kind: 'waiting' },
  ])('is $kind $when', ({ after, kind }) => {
    expect(stateAfter(...after).kind).toBe(kind);
  });

  it('[B1] resumes from the last version that was delivered', () => {
    expect(stateAfter(...listed('5'), opened(), moved('6'), moved('8'), ended(10))).toMatchObject({ kind: 'watching', version: '8' });
    expect(stateAfter(...listed('5'), opened(), moved('6'), failed({}), waited)).toMatchObject({ kind: 'watching', version: '6' });
  });

  it('[B18] takes the version of bookmarks, too', () => {
    expect(stateAfter(...listed('5'), opened(), moved('90', true), ended(10))).toMatchObject({ version: '90' });
  });

  it('[B16] never goes back in versions', () => {
    expect(stateAfter(...listed('100'), opened(), moved('99'))).toMatchObject({ version: '100', progressed: false });
  });

  it('[B5] [B6] lists again when the history is gone, after a back-off', () => {
    const expired = stateAfter(...listed('5'), opened(), failed({ kind: 'expired' }));
    expect(expired).toMatchObject({ kind: 'waiting', then: { kind: 'listing', page: undefined } });
    expect(run([waited], expired).state.kind).toBe('listing');
  });

  it('[B8] starts a list over when the token of a page died, and asks for all in one piece the second time', () => {
    const dead = [arrived('5'), delivered('5', 'p2'), failed({ kind: 'expired' })];
    const once = stateAfter(...dead);
    const twice = stateAfter(...dead, ...dead);
    expect([once, twice]).toMatchObject([
      { kind: 'listing', page: undefined, deadTokens: 1 },
      { kind: 'listing', page: undefined, deadTokens: 2 },
    ]);
    expect([once, twice].map((state) => state.kind === 'listing' && pageLimit(state, 500))).toEqual([500, undefined]);
  });

  it('asks for the same page again when it failed otherwise', () => {
    expect(stateAfter(arrived('5'), delivered('5', 'p2'), failed({ kind: 'refused' }), waited)).toMatchObject({
      kind: 'listing',
      page: 'p2',
    });
  });

  it('says the beginning of a sync once, also when its list starts over', () => {
    expect(newsAfter(arrived('5'), delivered('5', 'p2'), failed({ kind: 'expired' }), ...listed('6'))).toEqual(['sync-begin', 'sync-end']);
  });

  it.each([
    { known: '100', list: '99', newEpoch: true },
    { known: '100', list: '100', newEpoch: false },
    { known: '99', list: '100', newEpoch: false },
    { known: '9007199254740993', list: '9007199254740992', newEpoch: true },
  ])('[B26] opens a new epoch ($newEpoch) when $known was known and a list is at $list', ({ known, list, newEpoch }) => {
    const { news } = run([...listed('1'), opened(), moved(known), failed({ kind: 'expired' }), waited, arrived(list)]);
    expect(news.filter((said) => said.kind === 'sync-begin').map((said) => said.newEpoch)).toEqual([false, newEpoch]);
  });

  it('[B26] opens one epoch per restored backup', () => {
    const { news } = run([
      ...listed('100'),
      failed({ kind: 'expired' }),
      waited,
      ...listed('50'),
      failed({ kind: 'expired' }),
      waited,
      ...listed('60'),
    ]);
    expect(news.filter((said) => said.kind === 'sync-begin').map((said) => said.newEpoch)).toEqual([false, true, false]);
  });

  it('[B7] [B12] lists after three refusals at one version', () => {
    const refused = [failed({ kind: 'refused' }), waited];
    expect(stateAfter(...listed('5'), ...refused, ...refused).kind).toBe('watching');
    expect(stateAfter(...listed('5'), ...refused, ...refused, ...refused).kind).toBe('listing');
  });

  it('[B7] does not list because of an outage, however long', () => {
    const outage = Array.from({ length: 50 }, () => [failed({}), waited]).flat();
    expect(stateAfter(...listed('5'), ...outage)).toMatchObject({ kind: 'watching', version: '5', failures: 50 });
  });

  it('forgets the failures of an outage that ended for everybody, and goes on where it was', () => {
    const outage = Array.from({ length: 9 }, () => [failed({}), waited]).flat();
    const back = stateAfter(...listed('5'), ...outage, failed({}), { kind: 'returned' });
    expect(back).toMatchObject({ kind: 'watching', version: '5', failures: 0 });
    expect(run([failed({}, 0, 0.999)], back).state).toMatchObject({ kind: 'waiting', delayMs: 199.8 });
  });

  it('[C3] says how much of a pause the server asked for', () => {
    expect(stateAfter(failed({ retryAfterMs: 7000 }, 0, 0.5))).toMatchObject({ delayMs: 7100, askedMs: 7000 });
    expect(stateAfter(failed({}, 0, 0.5))).toMatchObject({ askedMs: 0 });
  });

  it('[B7] doubles the bound of the back-off up to 30 seconds, and waits on top of what the server asks for', () => {
    const delays = [0, 1, 2, 5, 20].map((failures) => {
      const { state } = run([failed({}, 0, 0.999)], { ...startWatch(), failures });
      return state.kind === 'waiting' ? Math.ceil(state.delayMs) : undefined;
    });
    expect(delays).toEqual([200, 400, 800, 6394, 29_970]);
    expect(stateAfter(failed({ retryAfterMs: 7000 }, 0, 0))).toMatchObject({ delayMs: 7000 });
  });

  it('forgets failures with progress, and with a stream that lasted', () => {
    const trouble = [...listed('5'), failed({}), waited, failed({}), waited, opened(0)];
    expect(stateAfter(...trouble).failures).toBe(2);
    expect(stateAfter(...trouble, moved('6')).failures).toBe(0);
    expect(stateAfter(...trouble, failed({}, 29_999)).failures).toBe(3);
    expect(stateAfter(...trouble, failed({}, 30_000)).failures).toBe(1);
  });

  it('[B20] spaces streams that end at once with nothing in them', () => {
    let state = stateAfter(...listed('5'));
    const delays: number[] = [];
    for (let round = 0; round < 12; round += 1) {
      state = run([opened(0), ended(5, 0)], state).state;
      delays.push(state.kind === 'waiting' ? state.delayMs : 0);
      state = run([waited], state).state;
    }
    expect(delays[0]).toBeLessThanOrEqual(200);
    expect(Math.min(...delays.slice(1))).toBeGreaterThanOrEqual(800);
    expect(state).toMatchObject({ kind: 'watching', version: '5' });
  });

  it('resumes at once when a burst cuts streams that had events', () => {
    let state = stateAfter(...listed('5'));
    for (let version = 6; version < 20; version += 1) {
      state = run([opened(0), moved(String(version)), ended(1)], state).state;
      expect(state.kind).toBe('watching');
    }
  });

  it('says its health when it changes, and only then', () => {
    expect(newsAfter(...listed('5'), opened(), failed({}), waited, failed({}), waited, opened(), ended(300_000), opened())).toEqual([
      'sync-begin',
      'sync-end',
      'live',
      'retrying',
      'live',
    ]);
  });

  it('[B7] [C12] reports a denial once, keeps trying, and recovers', () => {
    const { state, news } = run([failed({ kind: 'denied' }), waited, failed({ kind: 'denied' }), waited, ...listed('5'), opened()]);
    expect(news.map((said) => (said.kind === 'health' ? said.state : said.kind))).toEqual(['denied', 'sync-begin', 'sync-end', 'live']);
    expect(state.kind).toBe('watching');
  });

  it('is total, never stuck, and never skips events, whatever happens', () => {
    const version = fc.nat({ max: 50 }).map(String);
    const random = fc.double({ min: 0, max: 0.999, noNaN: true });
    const failures = fc.constantFrom('expired', 'denied', 'unstreamable', 'refused', 'silent', 'broken');
    const happening: fc.Arbitrary<WatchHappening> = fc.oneof(
      version.map(arrived),
      fc.tuple(version, fc.constantFrom(undefined, 'p')).map(([at, next]) => delivered(at, next)),
      fc.nat().map(opened),
      version.map(streamed),
      fc.tuple(version, fc.boolean()).map(([at, isBookmark]) => moved(at, isBookmark)),
      fc.tuple(fc.nat(), random).map(([atMs, drawn]) => ended(atMs, drawn)),
      // Each way through it begins with these.
      { weight: 4, arbitrary: fc.tuple(failures, fc.nat(), random).map(([kind, atMs, drawn]) => failed({ kind }, atMs, drawn)) },
      { weight: 3, arbitrary: fc.constantFrom<WatchHappening>(waited, { kind: 'crowded' }, { kind: 'returned' }) },
    );
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60, size: 'max' }), fc.boolean(), (happenings, streams) => {
        let state = startWatch(streams);
        for (const one of happenings) {
          const before = state;
          state = advanceWatch(before, one).state;
          reached.add(`${before.kind} ${one.kind}`);
          if (state.kind === 'waiting') expect(state.delayMs).toBeGreaterThanOrEqual(0);
          expect(resumedAt(state)).toBe(expectedAfter(before, state, one));
        }
        // Whatever it is in the middle of: what it waits for, a failure that makes it list, the wait for that, a good list in either form.
        const list = [waited, failed({ kind: 'expired' }), waited, opened(), streamed('60'), ...listed('60')];
        expect(run([...list, moved('61')], state).state).toMatchObject({ kind: 'watching', version: '61' });
      }),
    );
    const phases = ['streaming', 'listing', 'watching', 'waiting'];
    expect(phases.filter((phase) => ![...reached].some((pair) => pair.startsWith(`${phase} `)))).toEqual([]);
  });
});

/** The version that a watch goes on from in this state; `undefined`: it lists first. */
function resumedAt(state: WatchState): string | undefined {
  const phase = state.kind === 'waiting' ? state.then : state;
  return phase.kind === 'watching' ? phase.version : undefined;
}

/** It moves by what was delivered alone: by an event that is newer, or a whole list. Until then it stays, or is given up for a list. */
function expectedAfter(before: WatchState, after: WatchState, happening: WatchHappening): string | undefined {
  if (resumedAt(after) === undefined) return undefined;
  const at = resumedAt(before);
  if (before.kind === 'watching' && happening.kind === 'advanced') return String(Math.max(Number(at), Number(happening.version)));
  const isList = happening.kind === 'list-streamed' || (happening.kind === 'page-delivered' && happening.next === undefined);
  return isList && at === undefined ? happening.version : at;
}
