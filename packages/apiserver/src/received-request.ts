import type { ApiRequest, ApiResponse } from './api-server.js';
import type { TakenFaults } from './faults/fault-plan.js';
import type { RequestHead } from './routes/api-call.js';

/** A request whose head was read: the faults that befall it, and the way to carry it out. */
export interface ReceivedRequest {
  readonly taken: TakenFaults | undefined;
  run(request: ApiRequest): Promise<ApiResponse>;
}

/** Takes a request in two steps, so that a fault can keep the server from reading the body. */
export type Receive = (head: RequestHead) => ReceivedRequest;
