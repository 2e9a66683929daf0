import { describe, expect, it } from 'vitest';
import { endpointText, parseEndpoint } from './endpoint.js';

describe('a liveness endpoint', () => {
  it.each([
    ['http://0.0.0.0:8080/healthz', { host: '0.0.0.0', port: 8080, path: '/healthz' }],
    ['http://localhost/', { host: 'localhost', port: 80, path: '/' }],
    ['http://:8080/healthz', { host: 'localhost', port: 8080, path: '/healthz' }],
    ['http:///healthz', { host: 'localhost', port: 80, path: '/healthz' }],
    ['http://[::1]:8080/a/b', { host: '::1', port: 8080, path: '/a/b' }],
    ['http://example.org:0', { host: 'example.org', port: 0, path: '/' }],
  ])('[PR-01] may be %s', (url, endpoint) => {
    expect(parseEndpoint(url)).toEqual(endpoint);
  });

  it.each([
    'https://localhost:8080/healthz',
    'localhost:8080',
    '',
    'http://a:b/',
    'http://a:70000/',
    'http://u:p@a/',
    'http://a/?x=1',
    'http://a b/',
    7,
  ])('[PR-01] cannot be %s', (url) => {
    expect(() => parseEndpoint(url as string)).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_OPTION' }));
  });

  it('is shown as it was given, completed', () => {
    expect(endpointText(parseEndpoint('http://[::1]/x'))).toBe('http://[::1]:80/x');
    expect(endpointText(parseEndpoint('http://:8080/healthz'))).toBe('http://localhost:8080/healthz');
  });
});
