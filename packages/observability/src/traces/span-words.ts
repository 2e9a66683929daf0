// What spans are called, and their attributes: by the semantic conventions for Kubernetes where there are some. Never contents of objects.
import type { Attributes } from '@opentelemetry/api';
import { resourceName, type FactError, type ObjectRef, withoutSecrets } from '@kopfts/core';

export function objectAttributes({ resource, namespace, name, uid }: ObjectRef): Attributes {
  return {
    'kopf.resource': resourceName(resource),
    'k8s.object.kind': resource.kind,
    'k8s.object.name': name,
    'k8s.object.uid': uid,
    ...(namespace === undefined ? {} : { 'k8s.namespace.name': namespace }),
  };
}

export function errorAttributes({ code, message }: FactError): Attributes {
  return { 'error.type': code ?? 'Error', 'error.message': withoutSecrets(message) };
}
