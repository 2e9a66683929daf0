import { describe, expect, it } from 'vitest';
import { applyMergePatch } from './merge-patch.js';
import { createPatchView } from './patch-view.js';

function openPatch() {
  const patch = createPatchView();
  return { view: patch.view, take: () => patch.take(), takeFunctions: () => patch.takeFunctions(), isEmpty: () => patch.isEmpty() };
}

describe('the patch of handlers', () => {
  it('[P-02] creates the stanza when something is written', () => {
    const { view, take } = openPatch();
    view.status['name'] = 'world';
    view.spec['size'] = 1;
    view.meta.labels['a'] = 'x';
    view.metadata.annotations['b'] = null;
    view['data']['k'] = 'v';
    expect(take()).toEqual({
      status: { name: 'world' },
      spec: { size: 1 },
      metadata: { labels: { a: 'x' }, annotations: { b: null } },
      data: { k: 'v' },
    });
  });

  it('[P-02] creates nothing when something is read', () => {
    const { view, take, isEmpty } = openPatch();
    expect(view.status['name']).toBeUndefined();
    expect('name' in view.status).toBe(false);
    expect(Object.keys(view.meta.labels as object)).toEqual([]);
    expect({ ...view.spec }).toEqual({});
    expect(view['rules']).toBeUndefined();
    expect(isEmpty()).toBe(true);
    expect(take()).toEqual({});
  });

  it('[P-02] has one metadata under two names', () => {
    const { view, take } = openPatch();
    view.meta['finalizers'] = [];
    expect(view.metadata['finalizers']).toEqual([]);
    expect('meta' in view).toBe(true);
    expect(take()).toEqual({ metadata: { finalizers: [] } });
  });

  it('[P-01] has functions in their order beside the mapping, which are taken once', () => {
    const { view, take, takeFunctions } = openPatch();
    const [one, two, three] = [() => undefined, () => undefined, () => undefined];
    view.fns.push(one, two);
    view.status.a = 1;
    expect(view.fns).toEqual([one, two]);
    expect(takeFunctions()).toEqual([one, two]);
    expect([takeFunctions(), take()]).toEqual([[], { status: { a: 1 } }]);
    view.fns = [three];
    expect(takeFunctions()).toEqual([three]);
  });

  it('[P-03] is empty without a key and a function, and again when it is cleared', () => {
    const { view, isEmpty, take, takeFunctions } = openPatch();
    expect([view.isEmpty(), isEmpty()]).toEqual([true, true]);
    view.fns.push(() => undefined);
    expect([view.isEmpty(), isEmpty()]).toEqual([false, false]);
    view.clear();
    view.spec.a = null;
    expect([view.isEmpty(), takeFunctions()]).toEqual([false, []]);
    view.clear();
    expect([view.isEmpty(), take()]).toEqual([true, {}]);
  });

  it('does not show its functions as a part of what is written', () => {
    const { view } = openPatch();
    view.fns.push(() => undefined);
    expect([Object.keys(view), 'fns' in view, JSON.stringify(view)]).toEqual([[], false, '{}']);
    expect(() => Object.assign(view, { clear: 1 })).toThrow(TypeError);
  });

  it('refuses for good what is no function', () => {
    const { view, takeFunctions } = openPatch();
    view.fns.push(() => undefined, 'body.spec = 1' as never);
    expect(takeFunctions).toThrow(expect.objectContaining({ code: 'KOPF_NOT_JSON', message: expect.stringContaining('patch.fns[1]') }));
  });

  it('works on what is there already, at any depth', () => {
    const { view, take } = openPatch();
    view.status = { a: { b: 1 } };
    view.status['a'].c = 2;
    view.status['d'] = [{ e: 1 }];
    view.status['d'][0].e = 2;
    expect(view.status).toEqual({ a: { b: 1, c: 2 }, d: [{ e: 2 }] });
    expect(take()).toEqual({ status: { a: { b: 1, c: 2 }, d: [{ e: 2 }] } });
  });

  it('takes back what is deleted from it; null deletes on the object', () => {
    const { view, take } = openPatch();
    view.status['a'] = 1;
    view.status['b'] = null;
    delete view.status['a'];
    expect(take()).toEqual({ status: { b: null } });
  });

  it('[P-04] replaces a stanza by null or whatever is given', () => {
    const { view, take } = openPatch();
    view['status'] = null as never;
    view['rules'] = [{ verbs: ['get'] }];
    expect(view.status).toBeNull();
    expect(take()).toEqual({ status: null, rules: [{ verbs: ['get'] }] });
  });

  it('[P-03] is empty until something is in it, and after it was taken', () => {
    const { view, take, isEmpty } = openPatch();
    view.status['a'] = 1;
    expect(isEmpty()).toBe(false);
    take();
    expect(isEmpty()).toBe(true);
    view.status['b'] = 2;
    expect(take()).toEqual({ status: { b: 2 } });
  });

  it('goes on working for views that were kept', () => {
    const { view, take } = openPatch();
    const { status } = view;
    status['a'] = 1;
    take();
    status['b'] = 2;
    expect(take()).toEqual({ status: { b: 2 } });
  });

  it('gives a copy', () => {
    const { view, take } = openPatch();
    const list = [1];
    view.status['list'] = list;
    const taken = take();
    list.push(2);
    expect(taken).toEqual({ status: { list: [1] } });
  });

  it('can be printed, spread, returned from async functions, and put into itself', async () => {
    const { view, take } = openPatch();
    view.status['a'] = 1;
    expect(JSON.stringify(view)).toBe('{"status":{"a":1}}');
    expect(String(view.status as unknown)).toBe('[object Object]');
    expect({ ...view }).toEqual({ status: { a: 1 } });
    expect(await Promise.resolve(view)).toBe(view);
    view.spec['copy'] = view.status;
    expect(take()).toEqual({ status: { a: 1 }, spec: { copy: { a: 1 } } });
  });

  it('takes __proto__ for a key', () => {
    const { view, take } = openPatch();
    view.status = JSON.parse('{"__proto__":{"polluted":1}}') as Record<string, unknown>;
    view.spec['__proto__'] = { polluted: 1 };
    const result = applyMergePatch({}, take());
    expect(JSON.stringify(result)).toBe('{"status":{"__proto__":{"polluted":1}},"spec":{"__proto__":{"polluted":1}}}');
    expect('polluted' in {}).toBe(false);
  });

  it.each([
    { when: 'undefined in a list', value: [undefined], path: 'patch.status.a[0]' },
    { when: 'a function', value: () => 1, path: 'patch.status.a' },
    { when: 'no number', value: Number.NaN, path: 'patch.status.a' },
    { when: 'infinite', value: { x: [1, Number.POSITIVE_INFINITY] }, path: 'patch.status.a.x[1]' },
    { when: 'a date', value: { 'when/at': new Date(0) }, path: "patch.status.a['when/at']" },
    { when: 'a map', value: new Map(), path: 'patch.status.a' },
    { when: 'a symbol', value: Symbol('x'), path: 'patch.status.a' },
  ])('refuses for good what is $when, naming the path, and is empty afterwards', ({ value, path }) => {
    const { view, take, isEmpty } = openPatch();
    view.status['a'] = value;
    expect(take).toThrow(expect.objectContaining({ code: 'KOPF_NOT_JSON', context: { path } }));
    expect(isEmpty()).toBe(true);
  });

  it('takes properties without a value for absent, as JSON does', () => {
    const { view, take } = openPatch();
    view.status['a'] = { url: undefined, port: 80 };
    expect(take()).toEqual({ status: { a: { port: 80 } } });
  });

  it('refuses what contains itself', () => {
    const { view, take } = openPatch();
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    view.status['loop'] = loop;
    expect(take).toThrow(expect.objectContaining({ context: { path: 'patch.status.loop.self' } }));
  });
});
