import { ApiStatusError } from '../errors.js';
import type { FaultStatus } from './fault.js';

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

const MESSAGES: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  410: 'The resourceVersion for the provided watch is too old.',
  429: 'Too many requests, please try again later.',
  500: 'Internal error occurred: injected by a test',
  503: 'The server is currently unable to handle the request',
};

/** The body of a refusal by a fault. */
export function faultStatus({ code, reason = REASONS[code], message, causes, retryAfterSeconds }: FaultStatus): ApiStatusError['status'] {
  const hasDetails = causes !== undefined || retryAfterSeconds !== undefined;
  return new ApiStatusError(code, message ?? MESSAGES[code] ?? 'injected by a test', {
    ...(reason === undefined ? {} : { reason }),
    ...(hasDetails
      ? { details: { ...(causes === undefined ? {} : { causes }), ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) } }
      : {}),
  }).status;
}
