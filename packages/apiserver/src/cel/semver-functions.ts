import type { CelEnvironment } from './environment.js';

class Semver {
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly pre: readonly string[];
  readonly text: string;

  constructor(text: string, numbers: readonly [bigint, bigint, bigint], pre: readonly string[]) {
    this.text = text;
    this.numbers = numbers;
    this.pre = pre;
  }

  toString(): string {
    return this.text;
  }
}

const NUMBER = '(0|[1-9]\\d*)';
const STRICT = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?$`);

function parseSemver(text: string): Semver | undefined {
  const match = STRICT.exec(text);
  if (match === null) return undefined;
  const [, major = '0', minor = '0', patch = '0', pre] = match;
  return new Semver(text, [BigInt(major), BigInt(minor), BigInt(patch)], pre === undefined ? [] : pre.split('.'));
}

/** What the lax form allows: a `v`, missing parts and leading zeros. */
function normalized(text: string): string {
  const [beginning = '', numbers = ''] = /^v?([\d.]*)/.exec(text) ?? [];
  const parts = numbers.split('.').map((part) => part.replace(/^0+(?=\d)/, ''));
  while (parts.length < 3) parts.push('0');
  return parts.join('.') + text.slice(beginning.length);
}

function compare(a: Semver, b: Semver): number {
  for (const index of [0, 1, 2] as const) if (a.numbers[index] !== b.numbers[index]) return a.numbers[index] < b.numbers[index] ? -1 : 1;
  if (a.pre.length === 0 || b.pre.length === 0) return Number(b.pre.length > 0) - Number(a.pre.length > 0);
  for (let index = 0; index < Math.max(a.pre.length, b.pre.length); index += 1) {
    const order = comparePre(a.pre[index], b.pre[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function comparePre(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined);
  const [isNumber, isOther] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber && isOther) return Math.sign(Number(a) - Number(b));
  if (isNumber !== isOther) return isNumber ? -1 : 1;
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function semver(text: string): Semver {
  const found = parseSemver(text);
  if (found === undefined) throw new Error(`semver parse error during conversion from string: ${text}`);
  return found;
}

export function registerSemvers(environment: CelEnvironment): void {
  const type = 'kubernetes.Semver';
  environment
    .registerType(type, Semver)
    .registerFunction('isSemver(string): bool', (text: string) => parseSemver(text) !== undefined)
    .registerFunction(
      'isSemver(string, bool): bool',
      (text: string, isLax: boolean) => parseSemver(isLax ? normalized(text) : text) !== undefined,
    )
    .registerFunction(`semver(string): ${type}`, semver)
    .registerFunction(`semver(string, bool): ${type}`, (text: string, isLax: boolean) => semver(isLax ? normalized(text) : text))
    .registerOperator(`${type} == ${type}`, (a: Semver, b: Semver) => compare(a, b) === 0)
    .registerFunction(`${type}.isGreaterThan(${type}): bool`, (a: Semver, b: Semver) => compare(a, b) > 0)
    .registerFunction(`${type}.isLessThan(${type}): bool`, (a: Semver, b: Semver) => compare(a, b) < 0)
    .registerFunction(`${type}.compareTo(${type}): int`, (a: Semver, b: Semver) => BigInt(compare(a, b)))
    .registerFunction(`${type}.major(): int`, ({ numbers }: Semver) => numbers[0])
    .registerFunction(`${type}.minor(): int`, ({ numbers }: Semver) => numbers[1])
    .registerFunction(`${type}.patch(): int`, ({ numbers }: Semver) => numbers[2]);
}
