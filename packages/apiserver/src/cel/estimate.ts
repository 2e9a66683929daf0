// Reckoning with sizes and costs: what is not known is infinite, and nothing times that is nothing.

/** Between how many characters, items or entries a value has. */
export interface Size {
  readonly least: number;
  readonly most: number;
}

export const UNKNOWN_SIZE: Size = { least: 0, most: Infinity };
export const sizeOf = (size: number): Size => ({ least: size, most: size });

/** Of reading a text once, per character. */
export const READING = 0.1;
/** Of an expression that is matched, per character of it. */
export const MATCHING = 0.25;
export const [NEW_LIST, NEW_MAP] = [10, 30];

export const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);
/** What so many cost, rounded up. */
export const costing = (count: number, each: number): number => Math.ceil(times(count, each));

export const add = (a: Size, b: Size): Size => ({ least: a.least + b.least, most: a.most + b.most });
export const multiply = (a: Size, b: Size): Size => ({ least: times(a.least, b.least), most: times(a.most, b.most) });
export const either = (a: Size, b: Size): Size => ({ least: Math.min(a.least, b.least), most: Math.max(a.most, b.most) });
