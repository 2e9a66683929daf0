import { describe, expect, it } from 'vitest';
import { createFakeMachine, portsOn } from '../../test/support/fake-machine.js';
import { createServiceAccountLoader } from './service-account.js';

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const CA = '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt';
const POD = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };

describe('the service account of a pod', () => {
  it('[B-14] is read again when its token was exchanged', async () => {
    const disk = createFakeMachine(POD, { [TOKEN]: 'first\n', [CA]: 'CA' });
    const load = createServiceAccountLoader(portsOn(disk));
    const first = await load(false);
    expect([first.server.href, first.headers, first.tls.ca?.toString()]).toEqual([
      'https://10.0.0.1/',
      { authorization: 'Bearer first' },
      'CA',
    ]);
    expect(await load(false)).toBe(first);
    expect(disk.reads).toBe(3);
    disk.write(TOKEN, 'second');
    expect((await load(false)).headers).toEqual({ authorization: 'Bearer second' });
  });

  it('is read again when its authority was exchanged', async () => {
    const disk = createFakeMachine(POD, { [TOKEN]: 't', [CA]: 'old' });
    const load = createServiceAccountLoader(portsOn(disk));
    await load(false);
    disk.write(CA, 'new');
    expect((await load(false)).tls.ca?.toString()).toBe('new');
  });

  it('is read again by time where files do not tell that they changed, and when it was refused', async () => {
    const disk = createFakeMachine(POD, { [TOKEN]: 'first', [CA]: 'CA' });
    const ports = portsOn({ ...disk, modifiedMs: () => Promise.resolve(7) });
    const load = createServiceAccountLoader(ports);
    await load(false);
    disk.write(TOKEN, 'second');
    ports.clock.advanceBy(59_999);
    expect((await load(false)).headers).toEqual({ authorization: 'Bearer first' });
    ports.clock.advanceBy(1);
    expect((await load(false)).headers).toEqual({ authorization: 'Bearer second' });
    disk.write(TOKEN, 'third');
    expect((await load(true)).headers).toEqual({ authorization: 'Bearer third' });
  });

  it('goes through a proxy of the environment only if it is told to', async () => {
    const disk = createFakeMachine({ ...POD, HTTPS_PROXY: 'http://proxy:1' }, { [TOKEN]: 't', [CA]: 'c' });
    const proxies = [];
    for (const proxyFromEnvironment of [false, true]) {
      proxies.push((await createServiceAccountLoader(portsOn(disk, { proxyFromEnvironment }))(false)).proxy?.href);
    }
    expect(proxies).toEqual([undefined, 'http://proxy:1/']);
  });

  it('is an error of ours when its token is gone', async () => {
    await expect(createServiceAccountLoader(portsOn(createFakeMachine(POD)))(false)).rejects.toMatchObject({ code: 'KOPF_CREDENTIALS' });
  });

  it('takes an IPv6 address', async () => {
    const disk = createFakeMachine({ ...POD, KUBERNETES_SERVICE_HOST: 'fd00::1' }, { [TOKEN]: 't', [CA]: 'c' });
    expect((await createServiceAccountLoader(portsOn(disk))(false)).server.hostname).toBe('[fd00::1]');
  });
});
