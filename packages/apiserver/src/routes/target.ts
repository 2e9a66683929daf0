import { notFound } from '../errors.js';
import type { StoredObject } from '../store/stored-object.js';
import type { WriteTarget, Written } from '../write/write-context.js';
import type { TextReply } from './reply.js';
import { jsonText } from './reply.js';
import { renderBody, renderStored } from './representation.js';
import { managerOfAgent } from './write-options.js';
import type { ResourceRequest } from './request-context.js';
import { viewOf } from './request-context.js';

export function currentObject(request: ResourceRequest): StoredObject {
  const { resource, namespace, name } = request;
  const current = request.parts.write.store.get(resource.collection, namespace, name);
  if (current === undefined) throw notFound(resource, name);
  return current;
}

export function targetOf(request: ResourceRequest, options: { isDryRun: boolean; fieldManager: string }): WriteTarget {
  const { resource, namespace, name } = request;
  const manager = options.fieldManager === '' ? managerOfAgent(request.headers['user-agent'] ?? '') : options.fieldManager;
  return {
    resource,
    namespace,
    name,
    isStatus: request.subresource === 'status',
    isDryRun: options.isDryRun,
    manager,
    warn: (text) => request.warnings.push(text),
  };
}

export function replyWritten(
  request: ResourceRequest,
  written: Written,
  answer: { status: number; warnings?: readonly string[] },
): TextReply {
  const view = viewOf(request);
  const text = written.kind === 'stored' ? renderStored(view, written.object) : renderBody(view, written.body);
  return jsonText(answer.status, text, answer.warnings);
}
