import { expect, it } from 'vitest';
import { createRecordingFactSink } from './recording-fact-sink.js';

it('keeps facts in their order and gives those of one kind', () => {
  const sink = createRecordingFactSink();
  sink.accept({ kind: 'operator-stopping', why: 'asked', at: 1 });
  sink.accept({ kind: 'operator-stopped', at: 2 });
  expect(sink.facts.map(({ kind }) => kind)).toEqual(['operator-stopping', 'operator-stopped']);
  expect(sink.of('operator-stopping').map(({ why }) => why)).toEqual(['asked']);
});
