import { createRegistry, TemporaryError } from '@kopfts/core';
import { trace } from '@opentelemetry/api';

const kopf = createRegistry();
export default kopf;

kopf.on.create('Pod', { id: 'greet' }, ({ retry, name, patch }) => {
  // Below the attempt in the trace: its span is active here.
  trace.getTracer('greetings').startActiveSpan('write a letter', (span) => {
    span.setAttribute('letter.to', name);
    span.end();
  });
  if (retry === 0) throw new TemporaryError('The post office is closed.', { delay: '100ms' });
  patch.metadata.labels = { greeted: 'yes' };
});
