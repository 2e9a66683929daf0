// Where somebody asks how the operator is (spec PR-01).
import { InvalidOptionError } from '@kopfts/core';

/** A liveness endpoint, understood. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

const HTTP = /^http:\/\/(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<name>[^/:?#[\]@\s]*))(?::(?<port>\d{1,5}))?(?<path>\/[^?#\s]*)?$/;

/**
 * `http://HOST:PORT/PATH`; without a host `localhost`, without a port 80, without a path `/`. Not by `URL`, which takes the path of
 * `http:///healthz` for a host.
 *
 * @throws InvalidOptionError `KOPF_INVALID_OPTION`
 */
export function parseEndpoint(url: string, what = 'liveness'): Endpoint {
  const found = typeof url === 'string' ? HTTP.exec(url)?.groups : undefined;
  const port = Number(found?.['port'] ?? 80);
  if (found === undefined || port > 65_535) {
    throw new InvalidOptionError(what, url, "an address such as 'http://0.0.0.0:8080/healthz'; only http is spoken there");
  }
  const host = found['six'] ?? found['name'] ?? '';
  return { host: host === '' ? 'localhost' : host, port, path: found['path'] ?? '/' };
}

/** The address for people. */
export function endpointText({ host, port, path }: Endpoint): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${String(port)}${path}`;
}
