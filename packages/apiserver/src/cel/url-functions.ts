import type { CelEnvironment } from './environment.js';

/** An absolute URL, or an absolute path, as Go takes it apart. */
class CelUrl {
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;

  constructor(text: string, parts: { scheme: string; host: string; path: string; query: string }) {
    this.text = text;
    this.scheme = parts.scheme;
    this.host = parts.host;
    this.path = parts.path;
    this.query = parts.query;
  }

  toString(): string {
    return this.text;
  }
}

export function registerUrls(environment: CelEnvironment): void {
  environment
    .registerType('kubernetes.URL', CelUrl)
    .registerFunction('isURL(string): bool', (text: string) => parseUrl(text) !== undefined)
    .registerFunction('url(string): kubernetes.URL', (text: string) => {
      const found = parseUrl(text);
      if (found === undefined)
        throw new Error(`URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`);
      return found;
    })
    .registerOperator('kubernetes.URL == kubernetes.URL', (a: CelUrl, b: CelUrl) => a.text === b.text)
    .registerFunction('kubernetes.URL.getScheme(): string', (url: CelUrl) => url.scheme)
    .registerFunction('kubernetes.URL.getHost(): string', (url: CelUrl) => url.host)
    .registerFunction('kubernetes.URL.getHostname(): string', (url: CelUrl) => url.host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1'))
    .registerFunction('kubernetes.URL.getPort(): string', (url: CelUrl) => /:(\d*)$/.exec(url.host)?.[1] ?? '')
    .registerFunction('kubernetes.URL.getEscapedPath(): string', (url: CelUrl) => url.path)
    .registerFunction('kubernetes.URL.getQuery(): map<string, list<string>>', queryOf);
}

function parseUrl(text: string): CelUrl | undefined {
  if ([...text].some((character) => character <= ' ' || character === '\u007f')) return undefined;
  const match = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*))?(\/[^?]*)?(?:\?(.*))?$/.exec(text);
  if (match === null || (match[1] === undefined && match[3] === undefined)) return undefined;
  const [, scheme = '', authority = '', path = '', query = ''] = match;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (/%(?![0-9a-fA-F]{2})/.test(path) || !/^(?:\[[0-9a-fA-F:.%]+\]|[^:[\]]*)(?::\d*)?$/.test(host)) return undefined;
  return new CelUrl(text, { scheme: scheme.toLowerCase(), host, path, query });
}

function queryOf(url: CelUrl): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const [key, value] of new URLSearchParams(url.query)) found.set(key, [...(found.get(key) ?? []), value]);
  return found;
}
