// The formats of texts that the schemas of definitions may ask for, as strict as the library of kube-apiserver is.

import { isIPv6 } from 'node:net';

const MAC = /^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}(?:[0-9a-f]{2}\1[0-9a-f]{2}\1)?[0-9a-f]{2}$/i;
const DOTTED_MAC = /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?:\.[0-9a-f]{4})?$/i;
const LABEL = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const SHORT_NAME = new RegExp(`^${LABEL}$`);
const LONG_NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const HOST =
  /^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([-a-zA-Z0-9\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$/u;
const CARD =
  /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$/;
const COLOR_PART = '\\s*(?:0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*';
const RGB = new RegExp(`^rgb\\(${COLOR_PART},${COLOR_PART},${COLOR_PART}\\)$`);
const TIME = /^(\d{2}):(\d{2}):(\d{2})(?:.\d+)?(?:z|[+-]\d{2}:\d{2})$/;
const GO_DURATION = /^[+-]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const UNITS = /^(?:ns|nano.*|us|µs|micro.*|ms|milli.*|s|sec.*|m|min.*|h|hr|hour.*|d|day.*|w|wk|week.*)$/;

const CHECKS: Readonly<Record<string, (value: string) => boolean>> = {
  bsonobjectid: (value) => /^[0-9a-f]{24}$/i.test(value),
  byte: (value) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/.test(value),
  cidr: isCidr,
  creditcard: isCard,
  date: isDate,
  datetime: isDateTime,
  'date-time': isDateTime,
  duration: isDuration,
  email: isEmail,
  hexcolor: (value) => /^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(value),
  hostname: (value) => HOST.test(value) && value.length <= 255 && value.split('.').every((part) => part.length <= 63),
  ipv4: isIpv4,
  ipv6: isIpv6,
  isbn: (value) => isIsbn10(value) || isIsbn13(value),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  'k8s-long-name': (value) => value.length <= 253 && LONG_NAME.test(value),
  'k8s-short-name': (value) => value.length <= 63 && SHORT_NAME.test(value),
  mac: (value) => MAC.test(value) || DOTTED_MAC.test(value),
  password: () => true,
  rgbcolor: (value) => RGB.test(value),
  ssn: (value) => /^\d{3}[- ]\d{2}[- ]\d{4}$/.test(value),
  uri: isRequestUri,
  uuid: (value) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(value),
  uuid3: (value) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(value),
  uuid4: (value) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i.test(value),
  uuid5: (value) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i.test(value),
};

/** Whether texts are checked for this format. */
export function isKnownFormat(format: string): boolean {
  return Object.hasOwn(CHECKS, format);
}

/** What a string violates of its format; formats that Kubernetes does not know restrict nothing. */
export function formatProblem(value: string, format: string): string | undefined {
  const check = Object.hasOwn(CHECKS, format) ? CHECKS[format] : undefined;
  return check === undefined || check(value) ? undefined : `must be of type ${format}: ${JSON.stringify(value)}`;
}

/** Zeros in front are taken. */
function isIpv4(value: string): boolean {
  return /^\d+(?:\.\d+){3}$/.test(value) && value.split('.').every((part) => Number(part) <= 255);
}

function isIpv6(value: string): boolean {
  return isIPv6(value) && !value.includes('%');
}

function isCidr(value: string): boolean {
  const [address = '', length = '', more] = value.split('/');
  if (more !== undefined || !/^(?:0|[1-9]\d*)$/.test(length)) return false;
  return (isIpv4(address) && Number(length) <= 32) || (isIpv6(address) && Number(length) <= 128);
}

function isDate(value: string): boolean {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (day === null) return false;
  const date = new Date(0);
  date.setUTCFullYear(Number(day[1]), Number(day[2]) - 1, Number(day[3]));
  return date.getUTCMonth() === Number(day[2]) - 1 && date.getUTCDate() === Number(day[3]);
}

function isDateTime(value: string): boolean {
  const [date = '', rest = ''] = value.toLowerCase().split('t');
  const time = TIME.exec(rest);
  return time !== null && isDate(date) && Number(time[1]) <= 23 && Number(time[2]) <= 59 && Number(time[3]) <= 59;
}

/** A duration of Go, or anything that has a number with a unit in it. */
function isDuration(value: string): boolean {
  if (GO_DURATION.test(value)) return true;
  return [...value.matchAll(/(?<!\d)\d+\s*([A-Za-zµ]+)/g)].some(([, unit = '']) => UNITS.test(unit.toLowerCase()));
}

/** An address, with the name of its owner or alone. */
function isEmail(value: string): boolean {
  const bare = /^[^<>@,;:"()[\]\\]*<([^<>]*)>\s*$/.exec(value)?.[1] ?? value.trim();
  return /^(?:[^\s@<>()[\]\\,;:".]+(?:\.[^\s@<>()[\]\\,;:".]+)*|"[^"]*")@(?:[^\s@<>()[\]\\,;:"]+|\[[^\]]*\])$/.test(bare);
}

/** What may stand in a request: an address with its scheme, or a path. */
function isRequestUri(value: string): boolean {
  const hasControls = [...value].some((sign) => sign < ' ' || sign === '\u007f');
  if (value === '' || hasControls || /%(?![0-9a-f]{2})/i.test(value.split('?')[0] ?? '')) return false;
  if (value === '*' || value.startsWith('/')) return true;
  return /^[a-z][-+.a-z0-9]*:/i.test(value) && !/^[a-z][-+.a-z0-9]*:\/\/[^/?]*[\s<>"]/i.test(value);
}

function isCard(value: string): boolean {
  const digits = value.replace(/\D+/g, '');
  if (!CARD.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? Number(digit) * 2 : Number(digit);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

function isIsbn10(value: string): boolean {
  const digits = value.replace(/[\s-]+/g, '');
  if (!/^(?:\d{9}X|\d{10})$/.test(digits)) return false;
  return [...digits].reduce((sum, digit, index) => sum + (index + 1) * (digit === 'X' ? 10 : Number(digit)), 0) % 11 === 0;
}

function isIsbn13(value: string): boolean {
  const digits = value.replace(/[\s-]+/g, '');
  if (!/^\d{13}$/.test(digits)) return false;
  return [...digits].reduce((sum, digit, index) => sum + Number(digit) * (index % 2 === 1 ? 3 : 1), 0) % 10 === 0;
}
