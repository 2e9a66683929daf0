import { readFileSync } from 'node:fs';
import type { ObjectBody } from '@kopfts/core';
import { auditHistory, entriesOf, type HistoryEntry, type ObservedChange, type OperatorNote } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';

/** Lines of a real run, shortened: two objects and what five of the lives of an operator noted about them. */
const lines = readFileSync(new URL('support/audited-run.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { readonly audit?: Audited; readonly note?: OperatorNote });
interface Audited {
  readonly verb: string;
  readonly userAgent: string;
  readonly requestURI: string;
  readonly objectRef: { readonly name?: string };
  readonly responseObject?: ObjectBody;
}
const audited = lines.flatMap(({ audit }) => audit ?? []);
const notes = lines.flatMap(({ note }) => note ?? []);
const UID = audited[0]?.responseObject?.metadata.uid ?? '';

interface Changed {
  readonly audit?: readonly object[];
  readonly more?: readonly OperatorNote[];
  readonly observed?: readonly ObservedChange[];
}

function historyOf({ audit = audited, more = [], observed }: Changed = {}): readonly HistoryEntry[] {
  const byInstance = [1, 2, 4, 6, 201].map((life) =>
    notes.filter(({ entry }) => 'instance' in entry && entry.instance === `operator#${life}`),
  );
  return auditHistory({
    collection: 'kills.kopf.dev/killexamples',
    audit: audit.map((line) => JSON.stringify({ stage: 'ResponseComplete', ...line })),
    notes: [...byInstance, more],
    observed,
  });
}

const commitsOf = (history: readonly HistoryEntry[], uid = UID) => entriesOf(history, 'commit').filter((commit) => commit.uid === uid);
const index = (history: readonly HistoryEntry[], is: (entry: HistoryEntry) => boolean): number => history.findIndex(is);
const killed = (instance: string, atMs: number): OperatorNote => ({ atMs, entry: { kind: 'life', instance, change: 'killed' } });

describe('the history of a run on a real server', () => {
  it('has all changes of an object, each with what the one before it left, whoever asked by whichever endpoint', () => {
    const commits = commitsOf(historyOf());
    expect(commits.map(({ type, actor, resourceVersion }) => `${type} ${actor} ${resourceVersion}`)).toEqual([
      'ADDED person 232',
      'MODIFIED operator#1 235',
      'MODIFIED operator#2 239',
      'MODIFIED operator#2 246',
      'MODIFIED operator#4 264',
      'MODIFIED operator#6 289',
      'MODIFIED person 539',
      'DELETED operator#201 539',
    ]);
    commits.forEach(({ before }, at) => expect(before).toEqual(commits[at - 1]?.after));
  });

  it('knows the end of an object by DELETE, and that what comes then is another one', () => {
    const history = historyOf();
    const ofName = entriesOf(history, 'commit').filter(({ name }) => name === 'o-176');
    expect(ofName.map(({ type }) => type)).toEqual(['ADDED', 'DELETED', 'ADDED', 'MODIFIED', 'MODIFIED']);
    expect(new Set(ofName.map(({ uid }) => uid)).size).toBe(2);
    expect(ofName[2]?.before).toBeUndefined();
  });

  it('joins each change with the call that asked for it, numbered over all lives', () => {
    const history = historyOf();
    const calls = new Map(entriesOf(history, 'call').map((call) => [call.call, call]));
    const own = entriesOf(history, 'commit').filter(({ actor }) => actor !== 'person');
    expect(own.map(({ call, uid }) => [uid, calls.get(call ?? -1)?.contextUid])).toEqual(own.map(({ uid }) => [uid, uid]));
    expect([...calls.keys()]).toEqual([...calls.keys()].map((_, at) => at));
  });

  it('puts a change after its call, before its answer and before whoever saw it', () => {
    const history = historyOf();
    for (const commit of entriesOf(history, 'commit').filter(({ call }) => call !== undefined)) {
      const called = index(history, (entry) => entry.kind === 'call' && entry.call === commit.call);
      const returned = index(history, (entry) => entry.kind === 'return' && entry.call === commit.call);
      expect(called).toBeLessThan(commit.seq);
      if (returned !== -1) expect(returned).toBeGreaterThan(commit.seq);
    }
    for (const start of entriesOf(history, 'handler-start')) {
      const seen = entriesOf(history, 'commit').find(
        ({ uid, resourceVersion: version }) => uid === start.uid && version === start.resourceVersion,
      );
      expect(seen?.seq).toBeLessThan(start.seq);
    }
  });

  it('ends the calls of the dead when they die: as lost if they were carried out, else as given up', () => {
    const call: OperatorNote['entry'] = {
      kind: 'call',
      instance: 'operator#1',
      call: 99,
      contextUid: UID,
      method: 'PATCH',
      path: '/x',
      contentType: undefined,
      body: {},
    };
    const deathMs = 1_795_814_669_000;
    const history = historyOf({ more: [{ atMs: deathMs - 10, entry: call }, killed('operator#1', deathMs)] });
    const ends = entriesOf(history, 'return').filter(({ instance }) => instance === 'operator#1');
    expect(ends.map(({ result }) => result.kind).sort()).toEqual(['aborted', 'lost']);
  });

  it('takes a change whose request was interrupted from whoever watched, and its author from the log', () => {
    const interrupted = audited.map((line) =>
      line.userAgent === 'operator#4' ? { ...line, responseStatus: { code: 504 }, responseObject: undefined } : line,
    );
    const object = audited.find(({ userAgent }) => userAgent === 'operator#4')?.responseObject;
    if (object === undefined) throw new Error('the lines have no such write');
    const without = commitsOf(historyOf({ audit: interrupted }));
    const history = historyOf({ audit: interrupted, observed: [{ atMs: 1_795_814_679_500, type: 'MODIFIED', object }] });
    expect(without.map(({ actor }) => actor)).not.toContain('operator#4');
    const facts = (commits: ReturnType<typeof commitsOf>) =>
      commits.map(({ uid, resourceVersion, actor, after }) => ({ uid, resourceVersion, actor, after }));
    expect(facts(commitsOf(history))).toEqual(facts(commitsOf(historyOf())));
    expect(entriesOf(history, 'reject')).toEqual([]);
  });

  it.each([
    ['for a predecessor of the same name', [{ op: 'test', path: '/metadata/uid', value: 'of its predecessor' }]],
    ['for something else', [{ op: 'add', path: '/status/value', value: 'else' }]],
  ])('does not take an earlier interrupted request %s for the author of a change', (_whose, request) => {
    const isChange = ({ userAgent }: Audited): boolean => userAgent === 'operator#4';
    const change = audited.find(isChange);
    if (change?.responseObject === undefined) throw new Error('the lines have no such write');
    const undecided = { responseStatus: { code: 499 }, responseObject: undefined };
    const [requestURI = ''] = change.requestURI.split('?');
    const earlier = { ...change, ...undecided, userAgent: 'operator#3', requestURI, requestObject: request };
    const interrupted = audited.flatMap((line): readonly object[] => (isChange(line) ? [earlier, { ...line, ...undecided }] : [line]));
    const observed = [{ atMs: 1_795_814_679_500, type: 'MODIFIED' as const, object: change.responseObject }];
    const actors = (history: readonly HistoryEntry[]): readonly string[] => commitsOf(history).map(({ actor }) => actor);
    expect(actors(historyOf({ audit: interrupted, observed }))).toEqual(actors(historyOf()));
  });

  it('says that the server refused when nobody saw a change', () => {
    const refused = audited.map((line) =>
      line.userAgent === 'operator#4' ? { ...line, responseStatus: { code: 422 }, responseObject: undefined } : line,
    );
    const history = historyOf({ audit: refused });
    const call = entriesOf(history, 'call').find(({ instance }) => instance === 'operator#4');
    expect(entriesOf(history, 'reject')).toEqual([expect.objectContaining({ call: call?.call, code: 422 })]);
  });

  it('takes the version of an end from whoever watched', () => {
    const last = audited.findLast(({ objectRef }) => objectRef.name === 'o-126')?.responseObject;
    if (last === undefined) throw new Error('the lines have no such write');
    const object = { ...last, metadata: { ...last.metadata, resourceVersion: '1562' } };
    const history = historyOf({ observed: [{ atMs: 1_795_815_161_000, type: 'DELETED', object }] });
    expect(commitsOf(history).at(-1)).toMatchObject({ type: 'DELETED', resourceVersion: '1562', actor: 'operator#201' });
  });

  it('counts a request that changed nothing as no change', () => {
    const created = audited[0];
    const again = {
      ...created,
      verb: 'patch',
      userAgent: 'person',
      requestObject: { metadata: { uid: UID } },
      responseStatus: { code: 200 },
    };
    expect(commitsOf(historyOf({ audit: [again, ...audited] })).map(({ actor }) => actor)).toEqual(
      commitsOf(historyOf()).map(({ actor }) => actor),
    );
  });
});
