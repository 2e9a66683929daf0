import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { ProtobufError, decodeProtobuf } from './decode.js';

// A tiny writer: enough to say what Go clients say.
const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 128))]);
const chunk = (field: number, bytes: readonly number[]): number[] => [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
const text = (field: number, value: string): number[] => chunk(field, [...Buffer.from(value)]);
const int = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)];
const object = (apiVersion: string, kind: string, raw: readonly number[]): Uint8Array =>
  Uint8Array.from([
    0x6b,
    0x38,
    0x73,
    0,
    ...chunk(1, [...text(1, apiVersion), ...text(2, kind)]),
    ...chunk(2, raw),
    ...text(3, ''),
    ...text(4, ''),
  ]);

describe('bodies in Protocol Buffers', () => {
  it('become the JSON that they mean, without the texts that Go left empty', () => {
    const labels = [...chunk(11, [...text(1, 'k'), ...text(2, 'v')]), ...chunk(11, [...text(1, '__proto__'), ...text(2, 'w')])];
    const metadata = [
      ...text(1, 'a'),
      ...text(2, ''),
      ...text(5, ''),
      ...int(7, 0),
      ...chunk(8, []),
      ...labels,
      ...text(14, 'x.y/z'),
      ...text(14, 'x.y/w'),
    ];
    const data = chunk(2, [...text(1, 'key'), ...text(2, 'täxt')]);
    const decoded = decodeProtobuf(
      object('v1', 'ConfigMap', [...chunk(1, metadata), ...data, ...chunk(3, [...text(1, 'b'), ...chunk(2, [255])])]),
    );
    expect(JSON.stringify(decoded)).toBe(
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","generation":0,"labels":{"k":"v","__proto__":"w"},"finalizers":["x.y/z","x.y/w"]},"data":{"key":"täxt"},"binaryData":{"b":"/w=="}}',
    );
  });

  it('keep microseconds and zeros of leases', () => {
    const spec = [...text(1, 'me'), ...int(2, 15), ...chunk(4, [...int(1, 1_767_225_600), ...int(2, 123_456_000)]), ...int(5, 0)];
    expect(decodeProtobuf(object('coordination.k8s.io/v1', 'Lease', chunk(2, spec)))).toMatchObject({
      spec: { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime: '2026-01-01T00:00:00.123456Z', leaseTransitions: 0 },
    });
  });

  it('are refused when they are of a kind that is not known, or broken', () => {
    expect(() => decodeProtobuf(object('apps/v1', 'StatefulSet', []))).toThrow(ProtobufError);
    expect(() => decodeProtobuf(Uint8Array.from([1, 2, 3]))).toThrow(ProtobufError);
    expect(() => decodeProtobuf(object('v1', 'ConfigMap', [10, 50, 1]))).toThrow(ProtobufError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          decodeProtobuf(object('v1', 'Event', [...bytes]));
        } catch (error) {
          expect(error).toBeInstanceOf(ProtobufError);
        }
      }),
    );
  });
});
