/** The errors of this package. Their `name` is their class name, the same in every SDK. */

import { ERROR_CLASSES } from '../_generated/errors.js';
import type { Meta } from './meta.js';

const BRAND = 'nodai.error';
const EXCERPT = 512;

export interface ErrorFacts {
  meta?: Meta | undefined;
  body?: string | undefined;
  cause?: unknown;
}

/** Every error of this package. */
export class NodAIError extends Error {
  /** Of the problem, e.g. `key_revoked`; empty when there is none. */
  readonly code: string = '';
  /** The HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  /** The id to give to support. */
  readonly requestId: string | undefined;
  /** The first 512 bytes of the answer, as text. */
  readonly body: string;
  /** When the server says so: how long to wait. */
  retryAfterSeconds: number | undefined;
  /** When the server says so: when to try again. */
  retryAt: Date | undefined;
  declare readonly meta: Meta | undefined;

  constructor(name: string, message: string, { meta, body = '', cause }: ErrorFacts = {}) {
    const id = meta?.requestId ?? undefined;
    super(id ? `${message} (request ${id})` : message, cause === undefined ? undefined : { cause });
    hidden(this, 'name', name);
    hidden(this, 'meta', meta);
    hidden(this, Symbol.for(BRAND), true);
    this.status = meta?.status || undefined;
    this.requestId = id;
    this.body = body;
  }

  toJSON(): object {
    const { name, message, code, status, requestId, retryAfterSeconds, retryAt } = this;
    return { name, message, code, status, requestId, retryAfterSeconds, retryAt };
  }
}

/** Whether this is an error of this package, of whatever copy or realm. */
export function isNodAIError(error: unknown): error is NodAIError {
  return typeof error === 'object' && error !== null && Reflect.get(error, Symbol.for(BRAND)) === true;
}

/** The client cannot work as it was set up. */
export class ConfigurationError extends NodAIError {
  constructor(message: string) {
    super('ConfigurationError', message);
  }
}

/** The arguments cannot become a request; nothing was sent. */
export class RequestInvalid extends NodAIError {
  constructor(message: string, cause?: unknown) {
    super('RequestInvalid', message, { cause });
  }
}

/** No answer came: the server was not reached, or the connection broke. */
export class ConnectionFailed extends NodAIError {
  constructor(message: string, facts?: ErrorFacts, name = 'ConnectionFailed') {
    super(name, message, facts);
  }
}

/** A wait was longer than `timeout`, or the whole call longer than `deadline`. */
export class TimedOut extends ConnectionFailed {
  constructor(message: string, facts?: ErrorFacts) {
    super(message, facts, 'TimedOut');
  }
}

/** An answer that is not what the contract says: not JSON, cut short, empty. */
export class ResponseInvalid extends NodAIError {
  constructor(message: string, facts?: ErrorFacts) {
    super('ResponseInvalid', message, { ...facts, body: excerpt(facts?.body ?? '') });
  }
}

/** A webhook's signature, time or body is not right; `reason` says which, in one word. */
export class WebhookInvalid extends NodAIError {
  readonly reason: string;

  constructor(message: string, reason: string) {
    super('WebhookInvalid', message);
    this.reason = reason;
  }
}

/** The server refused. `code` is stable; `problem` has every fact (RFC 9457). */
export class APIError extends NodAIError {
  override readonly code: string;
  override readonly status: number;
  override readonly requestId: string | undefined;
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(name: string, message: string, problem: Record<string, unknown>, facts: ErrorFacts & { meta: Meta }) {
    super(name, message, facts);
    this.problem = problem;
    this.code = text(problem.code);
    this.status = facts.meta.status;
    this.requestId = facts.meta.requestId ?? (text(problem.request_id) || undefined);
  }

  /** Whether the server says that the same request may work later. */
  get retryable(): boolean {
    return this.problem.retryable === true;
  }
}

const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  402: 'PaymentRequired',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  413: 'PayloadTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Unprocessable',
  429: 'TooManyRequests',
  500: 'InternalServer',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
};

/** The error for an answer that is no success. */
export function refusal(meta: Meta, body: string): APIError {
  const problem = object(body);
  const { status } = meta;
  const redirected = !status || (status > 299 && status < 400);
  const generic = BY_STATUS[status] ? `${BY_STATUS[status]}Error` : status > 499 ? 'ServerError' : 'APIError';
  const known = ERROR_CLASSES[text(problem.code)];
  const told = text(problem.detail) || text(problem.title);
  const message = redirected
    ? 'The server sent a redirect, which is never followed. Set baseUrl to where it leads.'
    : told || `The server answered ${status}${body ? `: ${excerpt(body).slice(0, 80)}` : ''}`;
  return new APIError(redirected ? 'Redirected' : known || generic, message, problem, { meta, body: excerpt(body) });
}

function object(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    if (value && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // A proxy's page, or nothing: the status has to do.
  }
  return {};
}

function excerpt(body: string): string {
  const cut = body.slice(0, EXCERPT);
  const bytes = new TextEncoder().encode(cut);
  return bytes.length > EXCERPT ? new TextDecoder().decode(bytes.subarray(0, EXCERPT)) : cut;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Not enumerable, so that logging an error shows what matters. */
function hidden(target: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(target, key, { value, configurable: true, writable: true });
}
