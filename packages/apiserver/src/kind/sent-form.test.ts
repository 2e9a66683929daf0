import { describe, expect, it } from 'vitest';
import { oddMaps, oddMetadata } from './sent-form.js';

describe('what is gone once an object is stored', () => {
  const fields = { maps: ['data', 'stringData'], bytes: ['data'] };

  it('is a map without members', () => {
    expect(oddMaps({ data: {}, stringData: { a: 'b' } }, fields)).toEqual({ data: {} });
    expect(oddMaps({ data: { a: 'YQ==' } }, fields)).toEqual({});
    expect(oddMaps({ data: null }, fields)).toEqual({});
  });

  it('is a null among bytes, unless a text takes its place', () => {
    expect(oddMaps({ data: { a: null, b: 'YQ==' } }, fields)).toEqual({ data: { a: null } });
    expect(oddMaps({ data: { a: null }, stringData: { a: 'text' } }, fields)).toEqual({});
    expect(oddMaps({ stringData: { a: null } }, fields)).toEqual({});
  });

  it('is metadata that reading changes, but for what the server writes itself', () => {
    expect(oddMetadata({ labels: {}, name: 1, uid: 'x' }, { name: 'a' })).toEqual({ labels: {} });
    expect(oddMetadata({ labels: { a: 'b' } }, { labels: { a: 'b' } })).toEqual({});
    expect(oddMetadata('text', {})).toEqual({});
  });
});
