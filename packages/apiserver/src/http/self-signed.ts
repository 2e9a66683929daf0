import type * as Asn1 from 'asn1js';
import { createHash, generateKeyPair, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { systemClock } from '../clock.js';
import { addressBytes } from './address-bytes.js';

/** A key and its certificate, in PEM. */
export interface TlsIdentity {
  readonly key: string;
  readonly cert: string;
}

const DAY_MS = 86_400_000;
const LIFE_DAYS = 365;
const NAMES = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', '127.0.0.1', '::1'];

/** Object identifiers of RFC 5280 and RFC 5758. */
const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

/**
 * Makes a certificate (EC P-256, a year) that is its own authority, for the names of the machine itself and for `host`. The library that
 * encodes it is loaded only here. Structures as in RFC 5280, section 4.1.
 */
export async function createSelfSigned(host: string): Promise<TlsIdentity> {
  const asn1 = await import('asn1js');
  const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const names = [...new Set([...NAMES, host])];
  const content = toBeSigned(asn1, { publicKey, names, now: systemClock.now() });
  const signature = sign('sha256', Buffer.from(content.toBER()), privateKey);
  const certificate = sequence(asn1, [content, algorithm(asn1), new asn1.BitString({ valueHex: signature })]);
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' });
  return { key: String(key), cert: pem('CERTIFICATE', Buffer.from(certificate.toBER()).toString('base64')) };
}

type Library = typeof Asn1;
type Node = Asn1.BaseBlock;

function sequence(asn1: Library, value: Node[]): Asn1.Sequence {
  return new asn1.Sequence({ value });
}

function algorithm(asn1: Library): Asn1.Sequence {
  return sequence(asn1, [new asn1.ObjectIdentifier({ value: OID.ecdsaWithSha256 })]);
}

function toBeSigned(asn1: Library, of: { publicKey: KeyObject; names: readonly string[]; now: number }): Asn1.Sequence {
  const subjectPublicKey = asn1.fromBER(of.publicKey.export({ format: 'der', type: 'spki' })).result;
  const name = sequence(asn1, [
    new asn1.Set({
      value: [sequence(asn1, [new asn1.ObjectIdentifier({ value: OID.commonName }), new asn1.Utf8String({ value: 'kopf-apiserver' })])],
    }),
  ]);
  // Clocks differ a little between machines.
  const validity = [of.now - DAY_MS, of.now + LIFE_DAYS * DAY_MS].map((time) => new asn1.UTCTime({ valueDate: new Date(time) }));
  // Positive, and never shorter.
  const serial = Buffer.concat([Buffer.of(0x40 | (randomBytes(1).readUInt8() & 0x3f)), randomBytes(15)]);
  return sequence(asn1, [
    tagged(asn1, 0, new asn1.Integer({ value: 2 })),
    new asn1.Integer({ valueHex: serial }),
    algorithm(asn1),
    name,
    sequence(asn1, validity),
    name,
    subjectPublicKey,
    tagged(asn1, 3, sequence(asn1, extensions(asn1, of))),
  ]);
}

function tagged(asn1: Library, tagNumber: number, value: Node): Node {
  return new asn1.Constructed({ idBlock: { tagClass: 3, tagNumber }, value: [value] });
}

function extensions(asn1: Library, { publicKey, names }: { publicKey: KeyObject; names: readonly string[] }): Node[] {
  const keyId = createHash('sha1')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest();
  // The bits of digitalSignature and keyCertSign; the two last bits of the byte are not part of the string.
  const usage = new asn1.BitString({ valueHex: Buffer.of(0b1000_0100), unusedBits: 2 });
  const serverAuth = new asn1.ObjectIdentifier({ value: OID.serverAuth });
  return [
    extension(asn1, OID.basicConstraints, { isCritical: true, value: sequence(asn1, [new asn1.Boolean({ value: true })]) }),
    extension(asn1, OID.keyUsage, { isCritical: true, value: usage }),
    extension(asn1, OID.extendedKeyUsage, { value: sequence(asn1, [serverAuth]) }),
    extension(asn1, OID.subjectKeyIdentifier, { value: new asn1.OctetString({ valueHex: keyId }) }),
    extension(asn1, OID.subjectAltName, {
      value: sequence(
        asn1,
        names.map((name) => alternativeName(asn1, name)),
      ),
    }),
  ];
}

function extension(asn1: Library, id: string, { isCritical = false, value }: { isCritical?: boolean; value: Node }): Node {
  return sequence(asn1, [
    new asn1.ObjectIdentifier({ value: id }),
    ...(isCritical ? [new asn1.Boolean({ value: true })] : []),
    new asn1.OctetString({ valueHex: value.toBER() }),
  ]);
}

/** A DNS name is choice 2, an address choice 7. */
function alternativeName(asn1: Library, name: string): Node {
  const isAddress = isIP(name) !== 0;
  return new asn1.Primitive({
    idBlock: { tagClass: 3, tagNumber: isAddress ? 7 : 2 },
    valueHex: isAddress ? addressBytes(name) : Buffer.from(name, 'ascii'),
  });
}

function pem(label: string, base64: string): string {
  return `-----BEGIN ${label}-----\n${(base64.match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`;
}
