import { X509Certificate, createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { addressBytes } from './address-bytes.js';
import { createSelfSigned } from './self-signed.js';

describe('a certificate made for one run', () => {
  it('is its own authority, for a year, for the names of the machine and the host', async () => {
    const { key, cert } = await createSelfSigned('2001:db8::1');
    const certificate = new X509Certificate(cert);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(certificate.ca).toBe(true);
    expect(certificate.subject).toBe('CN=kopf-apiserver');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    for (const name of ['localhost', 'kubernetes.default.svc']) expect(certificate.checkHost(name)).toBe(name);
    for (const address of ['127.0.0.1', '::1', '2001:db8::1']) expect(certificate.checkIP(address)).toBe(address);
    expect(certificate.checkHost('example.com')).toBeUndefined();
    const days = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 86_400_000;
    expect(days).toBe(366);
  });

  it('has another serial number and key each time', async () => {
    const [one, other] = await Promise.all([createSelfSigned('localhost'), createSelfSigned('localhost')]);
    expect(new X509Certificate(one.cert).serialNumber).not.toBe(new X509Certificate(other.cert).serialNumber);
    expect(one.key).not.toBe(other.key);
  });
});

describe('the bytes of an address', () => {
  it.each([
    ['10.1.2.255', '0a0102ff'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['fe80::1:2', 'fe800000000000000000000000010002'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['::ffff:10.0.0.1', '00000000000000000000ffff0a000001'],
  ])('of %s', (address, hex) => {
    expect(addressBytes(address).toString('hex')).toBe(hex);
  });
});
