import type * as Cel from '@marcbachmann/cel-js';
import type { NameRule } from '../meta/names.js';
import { label1035Problems, labelKeyProblems, labelNameProblems, labelValueProblems, subdomainProblems } from '../meta/names.js';
import { formatProblem } from '../schema/format.js';
import type { CelEnvironment } from './environment.js';
import { registerNamespace } from './namespace.js';

interface FormatRule {
  readonly problems: NameRule;
  readonly length: number;
}

class Format {
  readonly name: string;
  readonly problems: NameRule;
  /** Of the longest regular expression that may be matched for it, as far as its cost is told. */
  readonly length: number;

  constructor(name: string, { problems, length }: FormatRule) {
    this.name = name;
    this.problems = problems;
    this.length = length;
  }

  toString(): string {
    return this.name;
  }
}

/** A name to which a suffix will be added. */
const asPrefix =
  (rule: NameRule): NameRule =>
  (text) =>
    rule(text.endsWith('-') ? `${text.slice(0, -1)}a` : text);
const ofSchema =
  (format: string, problem: string): NameRule =>
  (text) =>
    formatProblem(text, format) === undefined ? [] : [problem];
const URI = /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:|\/)[^\s]*$/;

const [LABEL, SUBDOMAIN, UUID, DATE_TIME] = [30, 60, 70, 71];

const FORMATS: Readonly<Record<string, FormatRule>> = {
  dns1123Label: { problems: labelNameProblems, length: LABEL },
  dns1123Subdomain: { problems: subdomainProblems, length: SUBDOMAIN },
  dns1035Label: { problems: label1035Problems, length: LABEL },
  qualifiedName: { problems: labelKeyProblems, length: SUBDOMAIN },
  dns1123LabelPrefix: { problems: asPrefix(labelNameProblems), length: LABEL },
  dns1123SubdomainPrefix: { problems: asPrefix(subdomainProblems), length: SUBDOMAIN },
  dns1035LabelPrefix: { problems: asPrefix(label1035Problems), length: LABEL },
  labelValue: { problems: labelValueProblems, length: 40 },
  uri: { problems: (text) => (URI.test(text) ? [] : [`parse ${JSON.stringify(text)}: invalid URI for request`]), length: 1103 },
  uuid: { problems: ofSchema('uuid', 'does not match the UUID format'), length: UUID },
  byte: { problems: ofSchema('byte', 'invalid base64'), length: 84 },
  date: { problems: ofSchema('date', 'invalid date'), length: DATE_TIME },
  datetime: { problems: ofSchema('date-time', 'invalid datetime'), length: DATE_TIME },
};

/** How long the expression of a format is, as far as its cost is told; 0 for what is no format. */
export function formatLengthOf(value: unknown): number {
  return value instanceof Format ? value.length : 0;
}

export function registerFormats(environment: CelEnvironment, optional: typeof Cel.Optional): void {
  const type = 'kubernetes.NamedFormat';
  registerNamespace(environment, 'format', 'FormatNamespace');
  environment
    .registerType(type, Format)
    .registerOperator(`${type} == ${type}`, (a: Format, b: Format) => a.name === b.name)
    .registerFunction(`${type}.validate(string): optional<list<string>>`, (format: Format, text: string) => {
      const problems = format.problems(text);
      return problems.length === 0 ? optional.none() : optional.of(problems);
    });
  for (const [name, rule] of Object.entries(FORMATS))
    environment.registerFunction(`FormatNamespace.${name}(): ${type}`, () => new Format(name, rule));
  environment.registerFunction(`FormatNamespace.named(string): optional<${type}>`, (_format: unknown, name: string) => {
    const rule = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
    return rule === undefined ? optional.none() : optional.of(new Format(name, rule));
  });
}
