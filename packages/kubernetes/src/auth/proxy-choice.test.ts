import { describe, expect, it } from 'vitest';
import { chooseProxy } from './proxy-choice.js';

const env = { HTTPS_PROXY: 'http://secure:1', HTTP_PROXY: 'http://plain:2' };
const choose = (server: string, more: Record<string, string> = {}) =>
  chooseProxy(new URL(server), { env: { ...env, ...more }, source: 's' })?.host;

describe('the proxy', () => {
  it.each([
    { of: 'https', server: 'https://api.example.com', proxy: 'secure:1' },
    { of: 'http', server: 'http://api.example.com', proxy: 'plain:2' },
    { of: 'a loopback address', server: 'https://127.0.0.1:6443', proxy: undefined },
    { of: 'the loopback address of IPv6', server: 'https://[::1]:6443', proxy: undefined },
    { of: 'this machine by name', server: 'https://localhost:6443', proxy: undefined },
  ])('for $of is $proxy', ({ server, proxy }) => {
    expect(choose(server)).toBe(proxy);
  });

  it.each([
    { list: '*', server: 'https://anything', exempt: true },
    { list: 'other, example.com', server: 'https://example.com', exempt: true },
    { list: 'example.com', server: 'https://api.Example.com', exempt: true },
    { list: '.example.com', server: 'https://api.example.com', exempt: true },
    { list: '.example.com', server: 'https://example.com', exempt: false },
    { list: '*.example.com', server: 'https://api.example.com', exempt: true },
    { list: 'example.com', server: 'https://badexample.com', exempt: false },
    { list: 'example.com:6443', server: 'https://example.com:6443', exempt: true },
    { list: 'example.com:6443', server: 'https://example.com', exempt: false },
    { list: 'example.com:443', server: 'https://example.com', exempt: true },
    { list: '10.0.0.0/8', server: 'https://10.1.2.3', exempt: true },
    { list: '10.0.0.0/8', server: 'https://11.1.2.3', exempt: false },
    { list: '10.1.2.3', server: 'https://10.1.2.3:6443', exempt: true },
    { list: 'fd00::/8', server: 'https://[fd00::1]:6443', exempt: true },
    { list: '[fd00::1]:6443', server: 'https://[fd00::1]:6443', exempt: true },
    { list: 'fd00::1', server: 'https://[fd00:0::1]', exempt: true },
    { list: '10.0.0.0/99, ,/', server: 'https://10.1.2.3', exempt: false },
  ])('is not used for $server under NO_PROXY=$list: $exempt', ({ list, server, exempt }) => {
    expect(choose(server, { NO_PROXY: list })).toBe(exempt ? undefined : 'secure:1');
    expect(choose(server, { no_proxy: list })).toBe(exempt ? undefined : 'secure:1');
  });

  it('is that of the kubeconfig first, also for a server that is exempt', () => {
    const rules = { configured: 'https://u:p@own:3', env: { ...env, NO_PROXY: '*' }, source: 's' };
    expect(chooseProxy(new URL('https://api'), rules)?.href).toBe('https://u:p@own:3/');
  });

  it('may be named without a scheme, in lower case, and not at all', () => {
    expect(chooseProxy(new URL('https://api'), { env: { https_proxy: 'proxy:3128' }, source: 's' })?.href).toBe('http://proxy:3128/');
    expect(chooseProxy(new URL('https://api'), { env: undefined, source: 's' })).toBeUndefined();
  });

  it('is refused without being quoted when it cannot be used', () => {
    const refuse = () => chooseProxy(new URL('https://api'), { configured: 'socks5://u:secret@own', env: undefined, source: 's' });
    expect(refuse).toThrow('its proxy (proxy-url) is a socks5 proxy; only http and https are supported');
    expect(refuse).not.toThrow('secret');
  });
});
