import { isIP } from 'node:net';
import { SIZE } from './actual-size.js';
import type { CelEnvironment } from './environment.js';
import { registerNamespace } from './namespace.js';

/** An address; its text is the canonical one. */
class Ip {
  readonly family: 4 | 6;
  readonly bits: bigint;
  readonly text: string;

  constructor(family: 4 | 6, bits: bigint, text: string) {
    this.family = family;
    this.bits = bits;
    this.text = text;
  }

  /** In bytes. */
  get [SIZE](): number {
    return width(this.family) / 8;
  }

  toString(): string {
    return this.text;
  }
}

class Cidr {
  readonly ip: Ip;
  readonly length: number;

  constructor(ip: Ip, length: number) {
    this.ip = ip;
    this.length = length;
  }

  /** The bytes of the part that addresses have in common. */
  get [SIZE](): number {
    return Math.ceil(this.length / 8);
  }

  toString(): string {
    return `${this.ip.text}/${this.length}`;
  }
}

const width = (family: 4 | 6): number => (family === 4 ? 32 : 128);

function parseIp(text: string): Ip | undefined {
  const family = isIP(text);
  if (family === 4)
    return new Ip(
      4,
      text.split('.').reduce((bits, part) => bits * 256n + BigInt(part), 0n),
      text,
    );
  if (family !== 6 || text.includes('%') || text.includes('.')) return undefined;
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
  return new Ip(6, bitsOfSix(canonical), canonical);
}

function bitsOfSix(text: string): bigint {
  const [before = '', after] = text.split('::');
  const groups = (part: string): readonly string[] => (part === '' ? [] : part.split(':'));
  const [left, right] = [groups(before), groups(after ?? '')];
  const all = after === undefined ? left : [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
  return all.reduce((bits, group) => bits * 65536n + BigInt(`0x${group}`), 0n);
}

function fromBits(family: 4 | 6, bits: bigint): Ip {
  if (family === 4) return new Ip(4, bits, [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 255n)).join('.'));
  const groups = Array.from({ length: 8 }, (_none, index) => ((bits >> BigInt(112 - 16 * index)) & 65535n).toString(16)).join(':');
  return new Ip(6, bits, new URL(`http://[${groups}]`).hostname.slice(1, -1));
}

function parseCidr(text: string): Cidr | undefined {
  const [address = '', length = ''] = text.split('/');
  const ip = parseIp(address);
  if (ip === undefined || !/^(?:0|[1-9]\d{0,2})$/.test(length) || Number(length) > width(ip.family) || text.split('/').length !== 2)
    return undefined;
  return new Cidr(ip, Number(length));
}

function prefix(ip: Ip, length: number): bigint {
  return ip.bits >> BigInt(width(ip.family) - length);
}

function containsIp(cidr: Cidr, ip: Ip): boolean {
  return cidr.ip.family === ip.family && prefix(cidr.ip, cidr.length) === prefix(ip, cidr.length);
}

function masked({ ip, length }: Cidr): Cidr {
  return new Cidr(fromBits(ip.family, prefix(ip, length) << BigInt(width(ip.family) - length)), length);
}

function inRange(ip: Ip, four: string, six: string): boolean {
  const range = parseCidr(ip.family === 4 ? four : six);
  return range !== undefined && containsIp(range, ip);
}

const isUnspecified = (ip: Ip): boolean => ip.bits === 0n;
const isLoopback = (ip: Ip): boolean => inRange(ip, '127.0.0.0/8', '::1/128');
const isLinkLocalUnicast = (ip: Ip): boolean => inRange(ip, '169.254.0.0/16', 'fe80::/10');
const isLinkLocalMulticast = (ip: Ip): boolean =>
  ip.family === 4 ? inRange(ip, '224.0.0.0/24', '::/0') : ((ip.bits >> 112n) & 0xff0fn) === 0xff02n;
const isMulticast = (ip: Ip): boolean => inRange(ip, '224.0.0.0/4', 'ff00::/8');
const isBroadcast = (ip: Ip): boolean => ip.family === 4 && ip.bits === 0xffffffffn;
const isGlobalUnicast = (ip: Ip): boolean =>
  !isUnspecified(ip) && !isLoopback(ip) && !isMulticast(ip) && !isLinkLocalUnicast(ip) && !isBroadcast(ip);

function ipOf(text: string): Ip {
  const found = parseIp(text);
  if (found === undefined) throw new Error(`IP Address ${JSON.stringify(text)} parse error during conversion from string`);
  return found;
}

function cidrOf(text: string): Cidr {
  const found = parseCidr(text);
  if (found === undefined) throw new Error(`network address parse error during conversion from string: ${text}`);
  return found;
}

export function registerNetworks(environment: CelEnvironment): void {
  const type = 'net.IP';
  registerNamespace(environment, 'ip', 'IpNamespace');
  environment
    .registerType(type, Ip)
    .registerFunction('IpNamespace.isCanonical(string): bool', (_ip: unknown, text: string) => ipOf(text).text === text)
    .registerFunction('isIP(string): bool', (text: string) => parseIp(text) !== undefined)
    .registerFunction(`ip(string): ${type}`, ipOf)
    .registerOperator(`${type} == ${type}`, (a: Ip, b: Ip) => a.family === b.family && a.bits === b.bits)
    .registerFunction(`string(${type}): string`, (ip: Ip) => ip.text)
    .registerFunction(`${type}.family(): int`, (ip: Ip) => BigInt(ip.family))
    .registerFunction(`${type}.isUnspecified(): bool`, isUnspecified)
    .registerFunction(`${type}.isLoopback(): bool`, isLoopback)
    .registerFunction(`${type}.isLinkLocalMulticast(): bool`, isLinkLocalMulticast)
    .registerFunction(`${type}.isLinkLocalUnicast(): bool`, isLinkLocalUnicast)
    .registerFunction(`${type}.isGlobalUnicast(): bool`, isGlobalUnicast);
  registerCidrs(environment, type);
}

function registerCidrs(environment: CelEnvironment, ipType: string): void {
  const type = 'net.CIDR';
  environment
    .registerType(type, Cidr)
    .registerFunction('isCIDR(string): bool', (text: string) => parseCidr(text) !== undefined)
    .registerFunction(`cidr(string): ${type}`, cidrOf)
    .registerOperator(`${type} == ${type}`, (a: Cidr, b: Cidr) => String(a) === String(b))
    .registerFunction(`string(${type}): string`, String)
    .registerFunction(`${type}.containsIP(string): bool`, (cidr: Cidr, text: string) => containsIp(cidr, ipOf(text)))
    .registerFunction(`${type}.containsIP(${ipType}): bool`, containsIp)
    .registerFunction(`${type}.containsCIDR(string): bool`, (cidr: Cidr, text: string) => containsCidr(cidr, cidrOf(text)))
    .registerFunction(`${type}.containsCIDR(${type}): bool`, containsCidr)
    .registerFunction(`${type}.ip(): ${ipType}`, ({ ip }: Cidr) => ip)
    .registerFunction(`${type}.prefixLength(): int`, ({ length }: Cidr) => BigInt(length))
    .registerFunction(`${type}.masked(): ${type}`, masked);
}

function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return outer.length <= inner.length && containsIp(outer, inner.ip);
}
