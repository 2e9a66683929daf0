// Label selectors as k8s.io/apimachinery parses them, with its error texts: equality and set based requirements, joined by commas.

import { badRequest } from '../errors.js';
import type { JsonObject } from '../store/json-value.js';
import { own } from '../store/json-value.js';
import { labelKeyProblems, labelValueProblems } from '../meta/names.js';
import type { Token } from './label-lexer.js';
import { tokenize } from './label-lexer.js';

/** A compiled selector; `isEmpty` selects everything. */
export interface LabelSelector {
  readonly isEmpty: boolean;
  matches(labels: JsonObject): boolean;
}

type Requirement = (labels: JsonObject) => boolean;

const EVERYTHING: LabelSelector = { isEmpty: true, matches: () => true };
const OPERATORS = 'in, notin, =, ==, !=, gt, lt';

export function parseLabelSelector(text: string): LabelSelector {
  if (text.trim() === '') return EVERYTHING;
  const requirements = new Parser(tokenize(text)).parse();
  return { isEmpty: false, matches: (labels) => requirements.every((requirement) => requirement(labels)) };
}

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): readonly Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const token = this.#peek();
      if (token.kind !== 'word' && token.text !== '!')
        throw badRequest(`found '${token.text}', expected: !, identifier, or 'end of string'`);
      requirements.push(this.#requirement());
      const next = this.#take();
      if (next.kind === 'end') return requirements;
      if (next.text !== ',') throw badRequest(`found '${next.text}', expected: ',' or 'end of string'`);
      const after = this.#peek();
      if (after.kind !== 'word' && after.text !== '!') throw badRequest(`found '${after.text}', expected: identifier after ','`);
    }
  }

  #requirement(): Requirement {
    const negated = this.#peek().text === '!';
    if (negated) this.#take();
    const key = this.#identifier();
    if (negated) return (labels) => own(labels, key) === undefined;
    const next = this.#peek();
    if (next.kind === 'end' || next.text === ',') return (labels) => own(labels, key) !== undefined;
    return this.#comparison(key);
  }

  #identifier(): string {
    const token = this.#take();
    if (token.kind !== 'word') throw unparsable(`found '${token.text}', expected: identifier`);
    const [problem] = labelKeyProblems(token.text);
    if (problem !== undefined) throw unparsable(`<nil>: Invalid value: ${JSON.stringify(token.text)}: ${problem}`);
    return token.text;
  }

  #comparison(key: string): Requirement {
    const operator = this.#take();
    switch (operator.text) {
      case '=':
      case '==':
        return this.#equals(key, true);
      case '!=':
        return this.#equals(key, false);
      case 'in':
      case 'notin':
        return this.#oneOf(key, operator.text === 'in');
      case '>':
      case '<':
        return this.#numeric(key, operator.text);
      default:
        throw unparsable(`found '${operator.text}', expected: ${OPERATORS}`);
    }
  }

  #equals(key: string, wanted: boolean): Requirement {
    const value = checkedValue(key, this.#exactValue());
    return (labels) => (own(labels, key) === value) === wanted;
  }

  #exactValue(): string {
    const token = this.#peek();
    if (token.kind === 'end' || token.text === ',') return '';
    this.#take();
    if (token.kind !== 'word') throw unparsable(`found '${token.text}', expected: identifier`);
    return token.text;
  }

  #oneOf(key: string, wanted: boolean): Requirement {
    const open = this.#take();
    if (open.text !== '(') throw unparsable(`found '${open.text}' expected: '('`);
    const values = new Set<string>();
    for (;;) {
      const token = this.#take();
      if (token.kind === 'word') values.add(checkedValue(key, token.text));
      else if (token.text === ',' || token.text === ')') values.add('');
      else throw unparsable(`found '${token.text}', expected: ',', ')' or identifier`);
      if (token.text === ')' && token.kind !== 'word') break;
      const separator = token.kind === 'word' ? this.#take() : token;
      if (separator.text === ')') break;
      if (separator.text !== ',') throw unparsable(`found '${separator.text}', expected: ',' or ')'`);
    }
    return (labels) => {
      const value = own(labels, key);
      return (typeof value === 'string' && values.has(value)) === wanted;
    };
  }

  #numeric(key: string, operator: '<' | '>'): Requirement {
    const text = this.#exactValue();
    if (!/^[+-]?\d+$/.test(text)) {
      throw unparsable(`values[0]: Invalid value: ${JSON.stringify(text)}: for 'Gt', 'Lt' operators, the value must be an integer`);
    }
    const bound = BigInt(text);
    return (labels) => {
      const value = own(labels, key);
      if (typeof value !== 'string' || !/^[+-]?\d+$/.test(value)) return false;
      return operator === '<' ? BigInt(value) < bound : BigInt(value) > bound;
    };
  }

  #peek(): Token {
    return this.#tokens[this.#position] ?? { kind: 'end', text: '' };
  }

  #take(): Token {
    const token = this.#peek();
    this.#position += 1;
    return token;
  }
}

function unparsable(why: string): Error {
  return badRequest(`unable to parse requirement: ${why}`);
}

function checkedValue(key: string, value: string): string {
  const [problem] = labelValueProblems(value);
  if (problem !== undefined) throw unparsable(`values[0][${key}]: Invalid value: ${JSON.stringify(value)}: ${problem}`);
  return value;
}
