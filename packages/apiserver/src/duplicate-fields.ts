// Which members a JSON text names twice. JSON.parse keeps the last of them and says nothing.

/** A member that a text names twice (`spec.a`, `items[0].b`), or one that a type does not know. */
export interface FieldProblem {
  readonly kind: 'duplicate' | 'unknown';
  readonly path: string;
}

/** Repeated members and the unknown ones, in the order of the text; only for texts that are valid JSON. `value` is what the text says. */
export function fieldProblems(text: string, unknown: readonly string[], value: unknown = JSON.parse(text)): readonly FieldProblem[] {
  const all: readonly FieldProblem[] = unknown.map((path) => ({ kind: 'unknown', path }));
  if (!mayRepeat(text, value)) return all;
  const { repeated, order } = new Finder(text).find();
  const position = ({ path, kind }: FieldProblem): number => (kind === 'duplicate' ? repeated.get(path) : order.get(path)) ?? order.size;
  return [...[...repeated.keys()].map((path): FieldProblem => ({ kind: 'duplicate', path })), ...all].sort(
    (a, b) => position(a) - position(b),
  );
}

/** A cheap look before the walk: a text with as many members as its value has cannot repeat one. */
function mayRepeat(text: string, value: unknown): boolean {
  return (text.match(/"\s*:/g)?.length ?? 0) > membersOf(value);
}

function membersOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + membersOf(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  let members = 0;
  for (const item of Object.values(value)) members += typeof item === 'object' ? 1 + membersOf(item) : 1;
  return members;
}

class Finder {
  readonly #text: string;
  readonly #repeated = new Map<string, number>();
  readonly #order = new Map<string, number>();
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Positions of the second and of the first mention of each path. */
  find(): { readonly repeated: ReadonlyMap<string, number>; readonly order: ReadonlyMap<string, number> } {
    this.#value('');
    return { repeated: this.#repeated, order: this.#order };
  }

  #value(path: string): void {
    this.#space();
    const character = this.#text.charAt(this.#position);
    if (character === '{') this.#members(path);
    else if (character === '[') this.#items(path);
    else if (character === '"') this.#string();
    else this.#position += /^[^\s,\]}]*/.exec(this.#text.slice(this.#position))?.[0].length ?? 0;
  }

  #members(path: string): void {
    const seen = new Set<string>();
    for (this.#position += 1; this.#next('}');) {
      const key = this.#string();
      const at = path === '' ? key : `${path}.${key}`;
      if (seen.has(key)) this.#repeated.set(at, this.#position);
      else this.#order.set(at, this.#position);
      seen.add(key);
      this.#space();
      this.#position += 1;
      this.#value(at);
    }
  }

  #items(path: string): void {
    let index = 0;
    for (this.#position += 1; this.#next(']'); index += 1) this.#value(`${path}[${index}]`);
  }

  /** Whether another member or item follows; passes the comma before it, or the end. */
  #next(end: '}' | ']'): boolean {
    this.#space();
    if (this.#text.charAt(this.#position) === ',') this.#position += 1;
    this.#space();
    if (this.#text.charAt(this.#position) !== end) return true;
    this.#position += 1;
    return false;
  }

  #string(): string {
    const start = this.#position;
    for (this.#position += 1; this.#text.charAt(this.#position) !== '"'; this.#position += 1) {
      if (this.#text.charAt(this.#position) === '\\') this.#position += 1;
    }
    this.#position += 1;
    return JSON.parse(this.#text.slice(start, this.#position)) as string;
  }

  #space(): void {
    while (/\s/.test(this.#text.charAt(this.#position))) this.#position += 1;
  }
}
