// Numbers that JavaScript would round (design 6.15, decision 15): where a text holds one, its digits stay. Inside the engine it is a
// leaf like any other, for compilers a number; users get real numbers, see `plainOf`.

const EXACT = Symbol.for('@kopfts/exact-number');

/** A number by its digits. Equality is by the text. */
export interface ExactNumber {
  readonly text: string;
  /** The nearest number: what users see. */
  readonly value: number;
}

class NumberText implements ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
    Object.freeze(this);
  }

  get value(): number {
    return Number(this.text);
  }

  /** For those who print it without knowing: facts, logs. */
  toJSON(): number {
    return this.value;
  }
}
Object.defineProperty(NumberText.prototype, EXACT, { value: true });

/** A number with these digits: a real one, if it says them back, else one that remembers them. */
export function numberOf(text: string): number {
  const value = Number(text);
  // A lie to the compiler, so that JSON stays JSON for everybody: nothing but `isExactNumber` may look into it.
  return String(value) === text ? value : (new NumberText(text) as unknown as number);
}

/** True for a number that remembers its digits. */
export function isExactNumber(value: unknown): value is ExactNumber {
  return typeof value === 'object' && value !== null && (value as { readonly [EXACT]?: true })[EXACT] === true;
}

/** The same number: by the digits, or, where one side was written by somebody whose numbers are floats, by the value of a fraction. */
export function sameNumber(a: unknown, b: unknown): boolean {
  if (isExactNumber(a)) return isExactNumber(b) ? a.text === b.text : typeof b === 'number' && isNumber(a, b);
  return typeof a === 'number' && isExactNumber(b) && isNumber(b, a);
}

/** Whole numbers are told apart beyond 2^53, as the API server and Python do; fractions are floats to both. */
function isNumber({ text, value }: ExactNumber, number: number): boolean {
  if (!/^-?\d+$/.test(text)) return value === number;
  return Number.isInteger(number) && BigInt(text) === BigInt(number);
}
