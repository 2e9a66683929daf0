import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

/** A key and its certificate, in PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** Issues certificates. */
export interface Authority {
  /** What to trust. */
  readonly ca: string;
  /** For a server of these names, and for a client of the first of them. */
  issue(names: readonly string[], life?: 'valid' | 'expired'): Promise<Identity>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const crypto = webcrypto as unknown as Crypto;

const makeKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

async function pemOf(key: CryptoKey): Promise<string> {
  const base64 = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${(base64.match(/.{1,64}/g) ?? []).join('\n')}\n-----END PRIVATE KEY-----\n`;
}

/** A new authority with a key of its own. */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await makeKeys();
  const now = Date.now();
  const root = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${name}`,
      keys,
      signingAlgorithm: ALGORITHM,
      notBefore: new Date(now - 10 * DAY_MS),
      notAfter: new Date(now + DAY_MS),
      extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    },
    crypto,
  );
  const issue = async (names: readonly string[], life: 'valid' | 'expired' = 'valid'): Promise<Identity> => {
    const own = await makeKeys();
    const certificate = await x509.X509CertificateGenerator.create(
      {
        subject: `CN=${names[0] ?? 'nobody'}`,
        issuer: root.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        notBefore: new Date(now - 5 * DAY_MS),
        notAfter: new Date(life === 'valid' ? now + DAY_MS : now - DAY_MS),
        extensions: [
          new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }) as const)),
        ],
      },
      crypto,
    );
    return { key: await pemOf(own.privateKey), cert: certificate.toString('pem') };
  };
  return { ca: root.toString('pem'), issue };
}
