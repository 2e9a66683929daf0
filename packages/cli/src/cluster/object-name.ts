import { UsageError } from '../errors.js';

/** `KIND/NAMESPACE/NAME`, or `KIND/NAME` for objects without a namespace. */
export interface ObjectName {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** @throws UsageError. */
export function parseObjectName(text: string): ObjectName {
  const parts = text.split('/');
  const [kind = '', second = '', third] = parts;
  const isWellFormed = (parts.length === 2 || parts.length === 3) && !parts.includes('');
  if (!isWellFormed)
    throw new UsageError(`'${text}' is no KIND/NAMESPACE/NAME, nor KIND/NAME.`, { remedy: 'Write it as kopfexamples/default/one.' });
  return third === undefined ? { kind, namespace: undefined, name: second } : { kind, namespace: second, name: third };
}
