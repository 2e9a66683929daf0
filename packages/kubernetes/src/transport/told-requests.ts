// Each answer is told, for metrics: what was asked how, and with which status it was answered. No path: it holds names.
import type { TellFact } from '../auth/credential-facts.js';
import type { Transport, WireHeaders, WireReply, WireRequest } from './request.js';

type Answer = Pick<WireReply, 'status' | 'headers'>;

/**
 * The same transport. Told are the method and the status, or `<error>` without an answer, as client-go counts them; of an answer that refuses for want of
 * room (429) also which flow and which level of the server's priority and fairness it was counted to, if it says so.
 */
export function tellRequests(transport: Transport, tell: TellFact): Transport {
  const told = async <Reply extends Answer>({ method }: WireRequest, answer: Promise<Reply>): Promise<Reply> => {
    let code = '<error>';
    let room: Record<string, string> = {};
    try {
      const reply = await answer;
      code = String(reply.status);
      if (reply.status === 429) room = roomOf(reply.headers);
      return reply;
    } finally {
      tell('request', { method, code, ...room });
    }
  };
  return {
    send: (request, signal) => told(request, transport.send(request, signal)),
    open: (request, signal) => told(request, transport.open(request, signal)),
    stats: () => transport.stats(),
    close: () => transport.close(),
  };
}

function roomOf(headers: WireHeaders): Record<string, string> {
  const flowSchema = headers['x-kubernetes-pf-flowschema-uid'];
  const priorityLevel = headers['x-kubernetes-pf-prioritylevel-uid'];
  return { ...(flowSchema === undefined ? {} : { flowSchema }), ...(priorityLevel === undefined ? {} : { priorityLevel }) };
}
