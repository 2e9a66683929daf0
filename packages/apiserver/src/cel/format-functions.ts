import type * as Cel from '@marcbachmann/cel-js';
import type { NameRule } from '../meta/names.js';
import { label1035Problems, labelKeyProblems, labelNameProblems, labelValueProblems, subdomainProblems } from '../meta/names.js';
import { formatProblem } from '../schema/format.js';
import type { CelEnvironment } from './environment.js';
import { registerNamespace } from './namespace.js';

class Format {
  readonly name: string;
  readonly problems: NameRule;

  constructor(name: string, problems: NameRule) {
    this.name = name;
    this.problems = problems;
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

const FORMATS: Readonly<Record<string, NameRule>> = {
  dns1123Label: labelNameProblems,
  dns1123Subdomain: subdomainProblems,
  dns1035Label: label1035Problems,
  qualifiedName: labelKeyProblems,
  dns1123LabelPrefix: asPrefix(labelNameProblems),
  dns1123SubdomainPrefix: asPrefix(subdomainProblems),
  dns1035LabelPrefix: asPrefix(label1035Problems),
  labelValue: labelValueProblems,
  uri: (text) => (URI.test(text) ? [] : [`parse ${JSON.stringify(text)}: invalid URI for request`]),
  uuid: ofSchema('uuid', 'does not match the UUID format'),
  byte: ofSchema('byte', 'invalid base64'),
  date: ofSchema('date', 'invalid date'),
  datetime: ofSchema('date-time', 'invalid datetime'),
};

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
  for (const [name, problems] of Object.entries(FORMATS))
    environment.registerFunction(`FormatNamespace.${name}(): ${type}`, () => new Format(name, problems));
  environment.registerFunction(`FormatNamespace.named(string): optional<${type}>`, (_format: unknown, name: string) => {
    const problems = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
    return problems === undefined ? optional.none() : optional.of(new Format(name, problems));
  });
}
