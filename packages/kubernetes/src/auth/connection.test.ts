import { Agent } from 'node:http';
import type { ConnectionInfo } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { createFakeMachine } from '../../test/support/fake-machine.js';
import { connectionCredentials, expirationOf } from './connection.js';

const server = 'https://k:6443';
const PEM = '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n';
const environment = createFakeMachine({ HTTPS_PROXY: 'http://proxy:3128' }, { '/ca': PEM, '/cert': PEM, '/key': PEM });
const credentials = (info: Omit<ConnectionInfo, 'server'>) => connectionCredentials({ server, ...info }, { environment, source: 's' });

describe('a connection', () => {
  it('[AU-02, AU-06] says all that requests need', async () => {
    const agent = new Agent();
    const made = await connectionCredentials(
      {
        server: 'https://k:6443/prefix/',
        caPath: '/ca',
        token: 't',
        certificatePath: '/cert',
        privateKeyPath: '/key',
        tlsServerName: 'name',
        defaultNamespace: 'ns',
        proxyUrl: 'http://p:1',
        headers: { 'Impersonate-User': 'x' },
        agent,
        priority: 5,
        expiration: '2030-01-01T00:00:00Z',
      },
      { environment, source: 's' },
    );
    expect(made).toEqual({
      server: new URL('https://k:6443/prefix'),
      headers: { 'impersonate-user': 'x', authorization: 'Bearer t' },
      tls: { ca: PEM, cert: PEM, key: PEM, servername: 'name' },
      proxy: new URL('http://p:1'),
      agent,
      defaultNamespace: 'ns',
      source: 's',
    });
  });

  it.each([
    { has: 'scheme and token', info: { scheme: 'Digest', token: 't' }, authorization: 'Digest t' },
    { has: 'an empty scheme and a token', info: { scheme: '', token: 't' }, authorization: 'Bearer t' },
    { has: 'a scheme', info: { scheme: 'Negotiate' }, authorization: 'Negotiate' },
    { has: 'a token', info: { token: 't' }, authorization: 'Bearer t' },
    { has: 'nothing', info: {}, authorization: undefined },
    { has: 'a name and a password', info: { username: 'ä', password: 'ß' }, authorization: `Basic ${btoa('Ã¤:Ã\u009f')}` },
    { has: 'a password and a token', info: { username: 'a', password: 'b', token: 't', scheme: 'S' }, authorization: 'Basic YTpi' },
    { has: 'a name only', info: { username: 'a', password: '', token: 't' }, authorization: 'Bearer t' },
  ])('[AU-04, AU-06, AU-32] with $has gives the header $authorization', async ({ info, authorization }) => {
    expect((await credentials(info)).headers['authorization']).toBe(authorization);
  });

  it('[AU-05] checks nothing of an insecure server, and uses a certificate only with its key', async () => {
    expect((await credentials({ insecure: true })).tls).toEqual({ rejectUnauthorized: false });
    expect((await credentials({ certificateData: PEM })).tls).toEqual({});
    expect((await credentials({ privateKeyData: PEM })).tls).toEqual({});
    expect((await credentials({ certificateData: PEM, privateKeyData: PEM })).tls).toEqual({ cert: PEM, key: PEM });
  });

  it.each([PEM, btoa(PEM), new TextEncoder().encode(PEM), new TextEncoder().encode(btoa(PEM))])(
    '[AU-03] takes PEM and base64 of it, as text and as bytes',
    async (caData) => {
      expect((await credentials({ caData })).tls.ca).toBe(PEM);
    },
  );

  it.each([
    { of: 'a path and data', info: { caPath: '/ca', caData: PEM }, why: 'it has both caPath and caData' },
    { of: 'two keys', info: { privateKeyPath: '/key', privateKeyData: PEM }, why: 'it has both privateKeyPath and privateKeyData' },
    {
      of: 'two certificates',
      info: { certificatePath: '/c', certificateData: PEM },
      why: 'it has both certificatePath and certificateData',
    },
    { of: 'data that are none', info: { caData: 'secret' }, why: 'its caData is neither PEM nor base64 of PEM' },
  ])('[AU-03] is refused because of $of', async ({ info, why }) => {
    await expect(credentials(info)).rejects.toMatchObject({
      code: 'KOPF_CONNECTION_INFO',
      message: `The connection from s cannot be used: ${why}`,
    });
  });

  it.each([
    { info: { username: 'a:b', password: 'secret' }, why: 'its username has a colon in it' },
    { info: { token: 'secret\r\nx: y' }, why: 'its token has a character that no header may have' },
    { info: { token: 42 as never }, why: 'its token is no text' },
    { info: { tokens: 'secret' } as never, why: "it is no ConnectionInfo: it has an unknown field 'tokens'" },
    { info: { server: 'ftp://secret' }, why: 'its server is no http(s) address' },
    { info: { priority: Number.NaN }, why: 'its priority is no number' },
    { info: { agent: {} }, why: 'its agent is no agent of Node' },
    { info: { caPath: '/none' }, why: 'its caPath cannot be read' },
    { info: { proxyUrl: 'socks5://user:secret@p' }, why: 'its proxy (proxy-url) is a socks5 proxy; only http and https are supported' },
  ])('[AU-32, AU-30] is refused with a reason and no secrets: $why', async ({ info, why }) => {
    const error: unknown = await credentials(info).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'KOPF_CONNECTION_INFO', message: `The connection from s cannot be used: ${why}` });
    expect(String(error)).not.toContain('secret');
  });

  it('[AU-29] goes through the proxies of the machine only if it says so', async () => {
    expect((await credentials({})).proxy).toBeUndefined();
    expect((await credentials({ trustEnv: true })).proxy?.href).toBe('http://proxy:3128/');
  });

  it.each([
    ['2030-01-01T00:00:00', 1_893_456_000_000],
    ['2030-01-01T01:00:00+01:00', 1_893_456_000_000],
    [new Date(1_893_456_000_000), 1_893_456_000_000],
    [undefined, undefined],
  ])('[AU-02] expires at %s, in UTC without a zone', (expiration, at) => {
    expect(expirationOf({ server, expiration }, 's')).toBe(at);
  });

  it.each(['soon', new Date(Number.NaN)])('[AU-02] is refused if it expires at no date', (expiration) => {
    expect(() => expirationOf({ server, expiration }, 's')).toThrow('its expiration is no date');
  });
});
