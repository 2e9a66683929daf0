// Each answer is told, for metrics: what was asked how, and with which status it was answered. No path: it holds names.
import type { TellFact } from '../auth/credential-facts.js';
import type { Transport, WireRequest } from './request.js';

/** The same transport. Told are the method and the status, or `<error>` without an answer, as client-go counts them. */
export function tellRequests(transport: Transport, tell: TellFact): Transport {
  const told = async <Reply extends { readonly status: number }>({ method }: WireRequest, answer: Promise<Reply>): Promise<Reply> => {
    let code = '<error>';
    try {
      const reply = await answer;
      code = String(reply.status);
      return reply;
    } finally {
      tell('request', { method, code });
    }
  };
  return {
    send: (request, signal) => told(request, transport.send(request, signal)),
    open: (request, signal) => told(request, transport.open(request, signal)),
    stats: () => transport.stats(),
    close: () => transport.close(),
  };
}
