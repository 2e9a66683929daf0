import { describe, expect, it } from 'vitest';
import { createRegistry } from '@kopfts/core';
import type { JsonObject } from '@kopfts/core';
import type { AppliedObject } from './embedded-server.js';
import { suggestCommands } from './suggested-commands.js';

function applied(more: JsonObject, namespace: string | undefined = 'default'): AppliedObject {
  const body = { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name: 'hello' }, ...more };
  const manifest = { place: 'x.yaml', apiVersion: 'kopf.dev/v1', kind: 'KopfExample', name: 'hello', namespace, body };
  return { manifest, plural: 'kopfexamples', singular: 'kopfexample', namespace, hasStatus: true };
}

const fieldHandlers = (field: string) => {
  const registry = createRegistry();
  registry.on.event('KopfExample', { field }, () => undefined);
  return registry.handlers;
};

describe('commands to try', () => {
  it('look, change the field that a handler waits for, delete', () => {
    expect(suggestCommands('/t/kubeconfig', [applied({ spec: { name: 'world' } })], fieldHandlers('status.name'))).toEqual([
      'kubectl --kubeconfig /t/kubeconfig get kopfexamples -o yaml',
      `kubectl --kubeconfig /t/kubeconfig patch kopfexample hello --subresource=status --type=merge -p '{"status":{"name":"Ada"}}'`,
      'kubectl --kubeconfig /t/kubeconfig delete kopfexample hello',
    ]);
  });

  it.each([
    { what: 'a text of the spec', object: applied({ spec: { size: 1, name: 'Ada' } }), patch: `'{"spec":{"name":"Grace"}}'` },
    { what: 'a number of the spec', object: applied({ spec: { size: 1, deep: {} } }), patch: `'{"spec":{"size":2}}'` },
    { what: 'a label, if there is nothing else', object: applied({}), patch: `'{"metadata":{"labels":{"changed":"by-hand"}}}'` },
    { what: 'with quotes in names', object: applied({ spec: { "it's": 'x' } }), patch: `'{"spec":{"it'\\''s":"Ada"}}'` },
  ])('change $what when no handler waits for a field', ({ object, patch }) => {
    expect(suggestCommands('k', [object], [])[1]).toBe(`kubectl --kubeconfig k patch kopfexample hello --type=merge -p ${patch}`);
  });

  it('name other namespaces', () => {
    expect(suggestCommands('k', [applied({}, 'other')], [])[2]).toBe('kubectl --kubeconfig k delete kopfexample hello -n other');
  });

  it('explore when nothing was created', () => {
    expect(suggestCommands('k', [], [])).toHaveLength(3);
  });
});
