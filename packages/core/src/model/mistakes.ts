// Who has several mistakes in what they wrote is told all of them at once.
import { isKopfError, MistakesError, type KopfError } from '../errors.js';

type Parsed<Parts> = { readonly [Name in keyof Parts]: Parts[Name] extends () => infer Value ? Value : never };

/**
 * What all of these give, by their names.
 *
 * @throws the one error that they throw, or a MistakesError with all of them. Errors that are none of ours at once.
 */
export function together<Parts extends Readonly<Record<string, () => unknown>>>(parts: Parts): Parsed<Parts> {
  const mistakes: KopfError[] = [];
  const parsed: Record<string, unknown> = {};
  for (const [name, parse] of Object.entries(parts)) mistakes.push(...mistakesOf(() => (parsed[name] = parse())));
  throwMistakes(mistakes);
  return parsed as Parsed<Parts>;
}

/** The same of a list. */
export function eachOf<Item, Value>(items: Iterable<Item>, parse: (item: Item, index: number) => Value): readonly Value[] {
  return Object.values(together(Object.fromEntries([...items].map((item, index) => [index, () => parse(item, index)]))));
}

/** What is wrong by this check; none: nothing. */
export function mistakesOf(check: () => unknown): readonly KopfError[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!isKopfError(error)) throw error;
    return isSeveral(error) ? error.mistakes : [error];
  }
}

/** @throws MistakesError, or the only one. */
export function throwMistakes(mistakes: readonly KopfError[]): void {
  const [first, second] = mistakes;
  if (first === undefined) return;
  throw second === undefined ? first : new MistakesError(mistakes);
}

function isSeveral(error: KopfError): error is MistakesError {
  return 'mistakes' in error;
}
