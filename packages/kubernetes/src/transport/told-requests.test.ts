import { expect, it } from 'vitest';
import { createScriptedTransport, unreachable } from '../../test/support/scripted-transport.js';
import type { WireRequest } from './request.js';
import { tellRequests } from './told-requests.js';

const request: WireRequest = { lane: 'write', method: 'PATCH', path: '/x', timeoutMs: 1000 };
const { signal } = new AbortController();

it('each answer is told by method and status; one that refuses for want of room with the flow and the level that it was counted to', async () => {
  const server = createScriptedTransport();
  const told: unknown[] = [];
  const transport = tellRequests(server, (name, data) => told.push([name, data]));
  const room = { 'x-kubernetes-pf-flowschema-uid': 'flow', 'x-kubernetes-pf-prioritylevel-uid': 'level' };
  for (const [status, headers] of [
    [200, room],
    [429, room],
    [429, {}],
  ] as const) {
    const reply = transport.send(request, signal);
    (await server.next()).reply(status, {}, headers);
    expect((await reply).status).toBe(status);
  }
  const watch = transport.open(request, signal);
  (await server.next()).reply(429, {}, room);
  await watch;
  const lost = transport.send(request, signal);
  (await server.next()).fail(unreachable('sent'));
  await expect(lost).rejects.toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE' });
  const of = (code: string, more: object = {}) => ['request', { method: 'PATCH', code, ...more }];
  const throttled = of('429', { flowSchema: 'flow', priorityLevel: 'level' });
  expect(told).toEqual([of('200'), throttled, of('429'), throttled, of('<error>')]);
});
