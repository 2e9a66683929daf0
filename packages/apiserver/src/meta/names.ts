// Syntax of names, label keys and values, with the messages of k8s.io/apimachinery/pkg/util/validation.

import { RecentMap } from '../recent-map.js';

/** Returns the problems of a name; none when it is valid. */
export type NameRule = (name: string) => readonly string[];

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';

const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`);
const isLabel = whole(LABEL);
const isSubdomain = whole(SUBDOMAIN);
const isLabel1035 = whole(LABEL_1035);
const isQualified = whole(QUALIFIED);
const isLabelValue = whole(LABEL_VALUE);

const explained = (what: string, pattern: string, examples: readonly string[]): string => {
  const shown = examples.map((example, index) => `'${example}'${index < examples.length - 1 ? ', ' : ''}`).join(' or ');
  return `${what} (e.g. ${shown}, regex used for validation is '${pattern}')`;
};

const tooLong = (limit: number, unit: 'bytes' | 'characters' = 'bytes'): string => `must be no more than ${limit} ${unit}`;
const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

const SUBDOMAIN_PROBLEM = explained(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  SUBDOMAIN,
  ['example.com'],
);

export const subdomainProblems: NameRule = (name) => {
  const problems: string[] = [];
  if (bytes(name) > 253) problems.push(tooLong(253, 'characters'));
  if (!isSubdomain.test(name)) problems.push(SUBDOMAIN_PROBLEM);
  return problems;
};

export const labelNameProblems: NameRule = (name) => {
  if (name.includes('.')) return ['must not contain dots'];
  const problems: string[] = [];
  if (bytes(name) > 63) problems.push(tooLong(63, 'characters'));
  if (!isLabel.test(name)) {
    const what =
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
    problems.push(explained(what, LABEL, ['my-name', '123-abc']));
  }
  return problems;
};

export const label1035Problems: NameRule = (name) => {
  const problems: string[] = [];
  if (bytes(name) > 63) problems.push(tooLong(63, 'characters'));
  if (!isLabel1035.test(name)) {
    const what =
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
    problems.push(explained(what, LABEL_1035, ['my-name', 'abc-123']));
  }
  return problems;
};

/** A name that is only a step of a path. */
export const pathSegmentProblems: NameRule = (name) => {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((sign) => name.includes(sign)).map((sign) => `may not contain '${sign}'`);
};

const QUALIFIED_WHAT = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const QUALIFIED_EXAMPLES = ['MyName', 'my.name', '123-abc'];

/** `name` or `prefix/name`, as in label keys and finalizers; `what` begins the message about the shape as a whole. */
function qualifiedProblems(text: string): readonly string[] {
  const [first = '', second, ...more] = text.split('/');
  if (more.length > 0) {
    const shape = explained(`a valid label key ${QUALIFIED_WHAT}`, QUALIFIED, QUALIFIED_EXAMPLES);
    return [`${shape} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const problems: string[] = [];
  if (second !== undefined) {
    if (first === '') problems.push('prefix part must be non-empty');
    else problems.push(...subdomainProblems(first).map((problem) => `prefix part ${problem}`));
  }
  const name = second ?? first;
  if (name === '') problems.push('name part must be non-empty');
  else if (bytes(name) > 63) problems.push(`name part ${tooLong(63)}`);
  if (!isQualified.test(name)) problems.push(`name part ${explained(QUALIFIED_WHAT, QUALIFIED, QUALIFIED_EXAMPLES)}`);
  return problems;
}

/** The keys of labels are few, and come with every write. */
const knownKeys = new RecentMap<string, readonly string[]>(500);

export const labelKeyProblems: NameRule = (key) => {
  const known = knownKeys.get(key);
  if (known !== undefined) return known;
  const problems = qualifiedProblems(key);
  knownKeys.set(key, problems);
  return problems;
};
export const finalizerProblems: NameRule = qualifiedProblems;

export const labelValueProblems: NameRule = (value) => {
  const problems: string[] = [];
  if (bytes(value) > 63) problems.push(tooLong(63));
  if (!isLabelValue.test(value)) {
    const what = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`;
    problems.push(explained(what, LABEL_VALUE, ['MyValue', 'my_value', '12345']));
  }
  return problems;
};
