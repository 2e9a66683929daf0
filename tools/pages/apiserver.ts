import { createApiServer } from '@kopfts/apiserver';

/** The code of each of the page's later blocks. */
export async function withRights() {
  const server = createApiServer({
    authorization: 'RBAC',
    tokens: { root: { name: 'root', groups: ['system:masters'] }, reader: { name: 'alice' } },
  });
  const headers = { authorization: 'Bearer reader', 'content-type': 'application/json' };
  const { status } = await server.handle({ method: 'GET', path: '/api/v1/namespaces/default/pods', headers }); // 403 until a binding names alice
  return status;
}

export function withReplica() {
  const server = createApiServer();
  const replica = server.replica({ name: 'b' });
  replica.lag(3); // stays three versions behind; never goes back
  replica.freeze(); // sees nothing new …
  replica.thaw(); // … then everything that it missed, in order
  return replica;
}

export function withFaults() {
  const server = createApiServer();
  server.faults.add({ verb: 'patch', resource: 'widgets', subresource: 'status' }, { kind: 'commitThenLose' });
  server.faults.add({ verb: 'watch', nth: 2 }, { kind: 'errorEvent', afterEvents: 3, code: 410 });
  server.faults.add({ userAgent: /^operator/, times: Infinity }, { kind: 'delay', ms: 200 });
  return server.faults.pending;
}
