/** Turns an answer that is no success into its error. */

import { CODES } from '../_generated/codes.ts';
import { APIError, excerpt, parseObject, text } from './errors.ts';
import type { Meta } from './meta.ts';

/** What a status is called when its answer has no code that this version knows. */
const STATUSES: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'unauthorized',
  402: 'payment_required',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'conflict',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  422: 'unprocessable',
  429: 'too_many_requests',
  500: 'internal_server',
  502: 'bad_gateway',
  503: 'service_unavailable',
};

export function refusal(meta: Meta, answer: string): APIError {
  const problem = parseObject(answer) ?? {}; // else a proxy's page, or nothing: the status has to do
  const { status } = meta;
  const code = text(problem.code);
  const requestId = text(problem.request_id) || undefined;
  const body = excerpt(answer);
  let name = `${className(STATUSES[status] ?? (status > 499 ? 'server' : 'API'))}Error`;
  let message = text(problem.detail) || text(problem.title) || `The server answered ${status}. ${body.slice(0, 80)}`;
  if (CODES.split(' ').includes(code)) name = className(code);
  if (!status || (status > 299 && status < 400)) {
    name = 'Redirected';
    message = 'Redirects are not followed. Set baseUrl to where this one leads.';
  }
  return new APIError(name, message, { meta, code, requestId, body, problem });
}

/** `key_revoked` → `KeyRevoked`. */
function className(code: string): string {
  return code.replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase());
}
