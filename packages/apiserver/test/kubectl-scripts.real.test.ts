import { Buffer } from 'node:buffer';
import { createApiServer } from '@kopfts/apiserver';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Obedience } from './conformance/obedience.js';
import { overHttp } from './conformance/targets.js';
import { createAsk } from '../../../tools/kube-apiserver/ask-server.js';
import { define } from '../../../tools/kube-apiserver/definitions.js';
import { untilTrue } from '../../../tools/kube-apiserver/patience.js';
import { MACHINES } from './kubectl/machines.js';
import { comparable } from './kubectl/comparable.js';
import type { Seat } from './kubectl/run-lines.js';
import { closeSeat, openSeat, runLines } from './kubectl/run-lines.js';
import { GROUP } from './kubectl/script.js';
import { SCRIPTS } from './kubectl/scripts.js';

// As the token file of the real server has them.
const users = {
  admin: { name: 'admin', uid: 'admin', groups: ['system:masters'] },
  limited: { name: 'limited', uid: 'limited', groups: [''] },
};
const server = createApiServer({ seed: 1, garbageCollection: false, authorization: 'RBAC', tokens: users });
const seats: { ours: Seat; real: Seat } = { ours: { kubectl: '', folder: '' }, real: { kubectl: '', folder: '' } };

/** The same lines where the truth is: where kubectl prints something else, ours is wrong. */
describe('kubectl over TLS, on the in-memory server and on a real kube-apiserver', () => {
  beforeAll(async () => {
    const { assetsDir, url, ca, tokens } = inject('controlPlane');
    const kubectl = `${assetsDir}/kubectl`;
    const listening = await server.listen({ tls: true });
    seats.ours = await openSeat(kubectl, { url: listening.url, ca: listening.ca ?? '', tokens: { admin: 'admin', limited: 'limited' } });
    const admin = overHttp(url, { authorization: `Bearer ${tokens['admin'] ?? ''}`, ca: Buffer.from(ca) });
    const obedience = new Obedience(admin);
    const settled = async (run: string): Promise<void> => {
      // Rights that were written are obeyed a moment later.
      const kind = /^(?:create|delete) ((?:cluster)?role(?:binding)?) /.exec(run)?.[1];
      if (kind !== undefined) await obedience.of(`/apis/rbac.authorization.k8s.io/v1/${kind}s`);
    };
    seats.real = { ...(await openSeat(kubectl, { url, ca, tokens })), settled };
    await runLines(seats.ours, 'default', [{ run: 'create -f -', input: MACHINES }]);
    await define(inject('controlPlane'), MACHINES);
    const ask = createAsk(inject('controlPlane'));
    // What kubectl explains and checks by comes last.
    await untilTrue('the description of machines is published', async () => {
      const documents = await Promise.all([`/openapi/v3/apis/${GROUP}/v1`, '/openapi/v2'].map((path) => ask('GET', path)));
      return documents.every(({ status, body }) => status === 200 && JSON.stringify(body).includes('How large it is.'));
    });
  });
  afterAll(async () => {
    await server.close();
    await Promise.all(Object.values(seats).map(closeSeat));
  });

  it.each(SCRIPTS)('$title', async ({ namespace, lines }) => {
    const all = [`create namespace ${namespace}`, ...lines];
    const [ours, real] = await Promise.all([runLines(seats.ours, namespace, all), runLines(seats.real, namespace, all)]);
    expect(comparable(all, ours)).toBe(comparable(all, real));
  });
});
