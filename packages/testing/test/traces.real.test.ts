import { createRegistry, defineConfig, startOperator, type Operator } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { customResourceDefinition } from '@kopfts/testing';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { auditEnd } from '../../../tools/kube-apiserver/audit-log.js';
import { define, undefine } from '../../../tools/kube-apiserver/definitions.js';
import { operatorWrites } from './real-audit.js';
import { kubectl, PATIENCE } from './real-cluster.js';
import { maskBody, NAME, TRACES, type Trace, type TraceStep } from './traces.js';
import { KIND } from './world.js';

const plane = inject('controlPlane');

async function startTraced(trace: Trace, namespace: string, say: (line: string) => void): Promise<Operator> {
  const kopf = createRegistry();
  trace.declare(kopf, say);
  const plugins = [kubernetes({ kubeconfig: plane.kubeconfigPath }), annotations()];
  const operator = await startOperator(defineConfig({ name: NAME, handlers: [kopf], namespaces: [namespace], plugins }));
  await operator.ready;
  return operator;
}

async function perform(step: TraceStep, namespace: string, restart: () => Promise<void>): Promise<void> {
  const { action } = step;
  const object = ['-n', namespace, 'kopfexamples.kopf.dev', 'a'];
  switch (action.do) {
    case 'create':
      await kubectl(['create', '-f', '-'], {
        apiVersion: 'kopf.dev/v1',
        kind: 'KopfExample',
        metadata: { name: 'a', namespace },
        ...action.object,
      });
      break;
    case 'patch':
      await kubectl(['patch', ...object, '--type=merge', '-p', JSON.stringify(action.patch)]);
      break;
    case 'status':
      await kubectl(['patch', ...object, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status: action.status })]);
      break;
    case 'delete':
      await kubectl(['delete', ...object]);
      break;
    case 'restart':
      await restart();
      break;
    case 'wait':
    case 'nothing':
      break;
  }
}

describe('[TRACE-1, TRACE-2, TRACE-5] golden traces on a real kube-apiserver, driven by kubectl, read from its audit log', () => {
  const definition = customResourceDefinition(KIND);
  beforeAll(() => define(plane, definition));
  afterAll(() => undefine(plane, definition));

  it.each(TRACES)('[$id] $title', async (trace) => {
    const namespace = `trace-${trace.id.toLowerCase()}`;
    await kubectl(['create', 'namespace', namespace]);
    const calls: string[] = [];
    const say = (line: string): void => void calls.push(line);
    let operator = await startTraced(trace, namespace, say);
    const restart = async (): Promise<void> => {
      await operator.stop();
      operator = await startTraced(trace, namespace, say);
    };
    let uid = '';
    try {
      for (const step of trace.steps) {
        const from = auditEnd(plane.auditLogPath);
        calls.length = 0;
        await perform(step, namespace, restart);
        if (step.action.do !== 'delete')
          uid = (await kubectl(['get', '-n', namespace, 'kopfexamples.kopf.dev', 'a', '-o', 'jsonpath={.metadata.uid}'])).trim();
        // Enough is known when what is expected was written; too much shows in the next moment.
        await vi.waitFor(
          async () =>
            expect(operatorWrites({ namespace, resource: 'kopfexamples' }, from).length).toBeGreaterThanOrEqual(step.writes.length),
          PATIENCE,
        );
        await vi.waitFor(() => expect(calls.length).toBeGreaterThanOrEqual(step.calls.length), PATIENCE);
        await new Promise((resolve) => setTimeout(resolve, 400));
        const writes = operatorWrites({ namespace, resource: 'kopfexamples' }, from).map((write) => ({
          ...write,
          body: maskBody(write.body, uid),
        }));
        expect({ step: step.what, writes, calls: calls.slice(0, Math.max(step.calls.length, 1)) }).toEqual({
          step: step.what,
          writes: step.writes,
          calls: step.calls,
        });
      }
    } finally {
      await operator.stop();
    }
  });
});
