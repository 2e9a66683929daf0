import { parseInstant, type EventSubject, type KubernetesEvent } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { cutMessage, eventBody, eventNamespace, repetitionPatch } from './event-body.js';

const about: EventSubject = { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', name: 'a', namespace: 'ns', uid: 'uid-a' };
const event = (of: EventSubject = about): KubernetesEvent => ({
  about: of,
  type: 'Normal',
  reason: 'SomeReason',
  message: 'Some message',
  reporter: { component: 'kopf', instance: 'dev', namePrefix: 'kopf-event-' },
  retryDelaysMs: [],
});
const AT = parseInstant('2020-12-31T23:59:59.123456+00:00') ?? 0;

describe('the body of an Event', () => {
  it('[EV-09] names who says what about which object, and when', () => {
    expect(eventBody(event(), 'kopf-event-1', AT)).toEqual({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace: 'ns', name: 'kopf-event-1' },
      action: 'Action?',
      type: 'Normal',
      reason: 'SomeReason',
      message: 'Some message',
      reportingComponent: 'kopf',
      reportingInstance: 'dev',
      source: { component: 'kopf' },
      involvedObject: { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', name: 'a', uid: 'uid-a', namespace: 'ns' },
      firstTimestamp: '2020-12-31T23:59:59.123456+00:00',
      lastTimestamp: '2020-12-31T23:59:59.123456+00:00',
      eventTime: '2020-12-31T23:59:59.123456+00:00',
      count: 1,
    });
  });

  it('[EV-10, EV-15] leaves out what an object does not have, and lives in `default` then', () => {
    const clusterScoped = event({ ...about, namespace: undefined, uid: undefined });
    expect(eventNamespace(clusterScoped)).toBe('default');
    expect(eventBody(clusterScoped, 'e', AT)).toMatchObject({ metadata: { namespace: 'default' } });
    expect(Object.keys((eventBody(clusterScoped, 'e', AT) as { involvedObject: object }).involvedObject)).toEqual([
      'apiVersion',
      'kind',
      'name',
    ]);
  });

  it('[EV-11] cuts a long message in the middle, to exactly 1,024 characters', () => {
    const long = `${'a'.repeat(600)}${'z'.repeat(600)}`;
    expect(cutMessage(long)).toBe(`${'a'.repeat(511)}...${'z'.repeat(510)}`);
    expect(cutMessage('m'.repeat(1024))).toBe('m'.repeat(1024));
  });

  it.each(['ä', '密', '😀', 'a😀', '\ud800'])(
    '[L-9] has no more than 1,024 bytes of message and 128 of reason, in whole characters of "%s"',
    (unit) => {
      // As characters they would be short enough.
      const [long, short] = [1000, 120].map((length) => unit.repeat(Math.floor(length / unit.length))) as [string, string];
      const said = eventBody({ ...event(), message: long, reason: short }, 'e', AT) as Record<'message' | 'reason', string>;
      for (const [given, text, most] of [
        [long, said.message, 1024],
        [short, said.reason, 128],
      ] as const) {
        const size = new TextEncoder().encode(text).length;
        expect(size).toBeLessThanOrEqual(most);
        expect(size).toBeGreaterThan(most - 8);
        const [head = '', tail = ''] = text.split('...');
        const whole = new TextDecoder().decode(new TextEncoder().encode(given));
        expect([whole.startsWith(head), whole.endsWith(tail)]).toEqual([true, true]);
      }
      expect(cutMessage(unit.repeat(3))).toBe(unit.repeat(3));
    },
  );

  it('is repeated by its count and the last time', () => {
    expect(repetitionPatch(3, AT)).toEqual({ count: 3, lastTimestamp: '2020-12-31T23:59:59.123456+00:00' });
  });
});
