import type { CelEnvironment } from './environment.js';

/** `value` times ten to the power of `scale`. */
class Quantity {
  readonly value: bigint;
  readonly scale: number;

  constructor(value: bigint, scale: number) {
    this.value = value;
    this.scale = scale;
  }

  /** In units of ten to the power of `scale`, which is not greater than its own. */
  at(scale: number): bigint {
    return this.value * 10n ** BigInt(this.scale - scale);
  }

  toString(): string {
    const zeros = /(?<!0)0*$/.exec(this.value === 0n ? '' : String(this.value))?.[0].length ?? 0;
    return `${String(this.value).slice(0, zeros === 0 ? undefined : -zeros)}e${this.value === 0n ? 0 : this.scale + zeros}`;
  }
}

const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Readonly<Record<string, bigint>> = {
  Ki: 1n << 10n,
  Mi: 1n << 20n,
  Gi: 1n << 30n,
  Ti: 1n << 40n,
  Pi: 1n << 50n,
  Ei: 1n << 60n,
};
const WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

function parseQuantity(text: string): Quantity | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', part = '', exponent = '', suffix = ''] = match;
  if (whole + part === '') return undefined;
  const value = BigInt(whole + part) * (sign === '-' ? -1n : 1n);
  const power = (exponent === '' ? (DECIMAL[suffix] ?? 0) : Number(exponent.slice(1))) - part.length;
  if (Math.abs(power) > 60) return undefined;
  return new Quantity(value * (BINARY[suffix] ?? 1n), power);
}

function compare(a: Quantity, b: Quantity): number {
  const scale = Math.min(a.scale, b.scale);
  const [left, right] = [a.at(scale), b.at(scale)];
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

function add(a: Quantity, b: Quantity, sign: 1n | -1n): Quantity {
  const scale = Math.min(a.scale, b.scale);
  return new Quantity(a.at(scale) + sign * b.at(scale), scale);
}

function isInteger(quantity: Quantity): boolean {
  if (quantity.value === 0n) return true;
  return quantity.scale >= 0 && BigInt.asIntN(64, quantity.at(0)) === quantity.at(0);
}

function integerOf(quantity: Quantity): bigint {
  if (!isInteger(quantity)) throw new Error('cannot convert value to integer');
  return quantity.at(Math.min(0, quantity.scale));
}

export function registerQuantities(environment: CelEnvironment): void {
  const type = 'kubernetes.Quantity';
  environment
    .registerType(type, Quantity)
    .registerFunction('isQuantity(string): bool', (text: string) => parseQuantity(text) !== undefined)
    .registerFunction(`quantity(string): ${type}`, (text: string) => {
      const found = parseQuantity(text);
      if (found === undefined) throw new Error(WRONG);
      return found;
    })
    .registerOperator(`${type} == ${type}`, (a: Quantity, b: Quantity) => compare(a, b) === 0)
    .registerFunction(`sign(${type}): int`, ({ value }: Quantity) => (value < 0n ? -1n : BigInt(value > 0n)))
    .registerFunction(`${type}.isGreaterThan(${type}): bool`, (a: Quantity, b: Quantity) => compare(a, b) > 0)
    .registerFunction(`${type}.isLessThan(${type}): bool`, (a: Quantity, b: Quantity) => compare(a, b) < 0)
    .registerFunction(`${type}.compareTo(${type}): int`, (a: Quantity, b: Quantity) => BigInt(compare(a, b)))
    .registerFunction(`${type}.asApproximateFloat(): double`, ({ value, scale }: Quantity) => Number(`${value}e${scale}`))
    .registerFunction(`${type}.asInteger(): int`, integerOf)
    .registerFunction(`${type}.isInteger(): bool`, isInteger)
    .registerFunction(`${type}.add(${type}): ${type}`, (a: Quantity, b: Quantity) => add(a, b, 1n))
    .registerFunction(`${type}.add(int): ${type}`, (a: Quantity, b: bigint) => add(a, new Quantity(b, 0), 1n))
    .registerFunction(`${type}.sub(${type}): ${type}`, (a: Quantity, b: Quantity) => add(a, b, -1n))
    .registerFunction(`${type}.sub(int): ${type}`, (a: Quantity, b: bigint) => add(a, new Quantity(b, 0), -1n));
}
