// One way into the store: a view of it with its watches, requests without sockets and over them, and the faults that befall them.

import { knownUser } from './access/access-control.js';
import type { ApiRequest, ApiResponse, FrontEnd, ListenOptions, ListeningServer } from './api-server.js';
import type { ApiCall } from './audit/audit-entry.js';
import { auditEntry } from './audit/audit-log.js';
import { RULES, bringsRules, isLoading, loadCel } from './cel/library.js';
import type { DispatchOptions } from './dispatch.js';
import { dispatch, textOf } from './dispatch.js';
import type { FaultPlan, TakenFaults } from './faults/fault-plan.js';
import type { FaultWorld } from './faults/faulty-exchange.js';
import { exchangeWithFaults, kindsOf } from './faults/faulty-exchange.js';
import { listenHttp } from './http/http-server.js';
import { toResponse } from './in-process.js';
import { kubeconfigFor } from './kubeconfig.js';
import type { Receive } from './received-request.js';
import { apiCallOf, headerOf } from './routes/api-call.js';
import type { ServerParts } from './routes/request-context.js';

/** What a front end is made of. */
export interface FrontEndParts {
  readonly server: ServerParts;
  readonly dispatch: DispatchOptions;
  readonly plan: FaultPlan;
  readonly world: FaultWorld;
  /** The token of a user, or of the first one. */
  tokenOf(user: string | undefined): string | undefined;
}

export function createFrontEnd(parts: FrontEndParts): FrontEnd {
  const receive = createReceive(parts);
  const listening = new Set<ListeningServer>();
  return {
    handle: (request) => receive(request).run(request),
    async listen(options: ListenOptions = {}) {
      const server = await listenHttp(receive, { port: options.port ?? 0, host: options.host ?? '127.0.0.1', tls: options.tls });
      listening.add(server);
      const close = async (): Promise<void> => {
        listening.delete(server);
        await server.close();
      };
      return { ...server, close };
    },
    kubeconfig: (url, user) =>
      kubeconfigFor(url, {
        token: parts.tokenOf(user),
        ca: [...listening].find((server) => server.url === url)?.ca,
      }),
    async close() {
      parts.server.watch.hub.endAll();
      await Promise.all([...listening].map((server) => server.close()));
      listening.clear();
    },
  };
}

function createReceive(parts: FrontEndParts): Receive {
  const { audit } = parts.dispatch;
  return (head) => {
    const id = audit.nextId();
    if (parts.plan.pending === 0) return { taken: undefined, run: (request) => carryOut(parts, { request, id, faults: [] }) };
    const user = knownUser(parts.server.access, headerOf(head, 'authorization'))?.name;
    const call = apiCallOf(head, { user, server: parts.server.name });
    const taken = parts.plan.take(call);
    const faults = kindsOf(taken);
    if (taken === undefined) return { taken, run: (request) => carryOut(parts, { request, id, faults }) };
    return { taken, run: (request) => carryOutWithFaults(parts, { request, id, faults, taken, call }) };
  };
}

interface Arrived {
  readonly request: ApiRequest;
  readonly id: number;
  readonly faults: readonly string[];
}

/** What brings the first rules waits for the library that evaluates them, and is carried out only then. */
function carryOut(parts: FrontEndParts, arrived: Arrived): Promise<ApiResponse> {
  if (isLoading() || mayBringRules(arrived.request)) return loadCel().then(() => carryOutNow(parts, arrived));
  return carryOutNow(parts, arrived);
}

function mayBringRules({ method, path, body }: ApiRequest): boolean {
  if (method === 'GET' || body === undefined || !path.includes('/customresourcedefinitions')) return false;
  // In Protocol Buffers the name of the field is not to be seen.
  return bringsRules(typeof body === 'string' ? body : `${textOf(body)}${textOf(body).startsWith('k8s') ? RULES : ''}`);
}

/** Synchronous up to the first byte: that is what makes a request atomic. The promise also carries what an audit function throws. */
function carryOutNow({ server, dispatch: options }: FrontEndParts, arrived: Arrived): Promise<ApiResponse> {
  return new Promise((resolve) => {
    const reply = dispatch(server, options, arrived);
    resolve(reply instanceof Promise ? reply.then((late) => toResponse(arrived.request, late)) : toResponse(arrived.request, reply));
  });
}

function carryOutWithFaults(
  parts: FrontEndParts,
  arrived: Arrived & { readonly taken: TakenFaults; readonly call: ApiCall },
): Promise<ApiResponse> {
  const { request, id, faults, taken, call } = arrived;
  const { audit } = parts.dispatch;
  const body = textOf(request.body);
  return exchangeWithFaults(taken, {
    world: parts.world,
    call,
    body,
    signal: request.signal,
    execute: () => carryOut(parts, { request, id, faults }),
    skip: (code, answer) => {
      if (!audit.isHeard) return;
      const sent = { body, contentType: headerOf(request, 'content-type') };
      audit.tell(auditEntry(call, { at: parts.server.clock.now(), requestId: id, faults, code, answer, sent, commits: [] }));
    },
  });
}
