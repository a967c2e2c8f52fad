/** The errors of this package. Their `name` is their class name, the same in every SDK. */

import type { Meta } from './meta.ts';

const BRAND: symbol = Symbol.for('nodai.error');

/** What an error knows besides its message. */
export interface ErrorFacts {
  meta?: Meta | undefined;
  cause?: unknown;
  code?: string | undefined;
  body?: string | undefined;
  problem?: Readonly<Record<string, unknown>> | undefined;
}

/** Every error of this package. */
export class NodAIError extends Error {
  /** Of the problem, e.g. `key_revoked`; empty when it has none, undefined when no problem came. */
  declare readonly code: string | undefined;
  /** The HTTP status; undefined when no answer came. */
  declare readonly status: number | undefined;
  /** The id to give to support. */
  declare readonly requestId: string | undefined;
  /** The first 512 bytes of the answer, as text; undefined when no answer came. */
  declare readonly body: string | undefined;
  /** When the server says so: how long to wait. */
  declare retryAfterSeconds: number | undefined;
  /** When the server says so: when to try again. */
  declare retryAt: Date | undefined;
  declare readonly meta: Meta | undefined;
  /** What the server answered instead of a result (RFC 9457). */
  declare readonly problem: Readonly<Record<string, unknown>> | undefined;

  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    hide(hide(this, 'name', name), BRAND, true);
  }

  toJSON(): object {
    return { ...this, name: this.name, message: this.message };
  }
}

/** Whether this is an error of this package, of whatever copy or realm. */
export function isNodAIError(error: unknown): error is NodAIError {
  return !!(error as Record<symbol, unknown> | null | undefined)?.[BRAND];
}

/** The client cannot work as it was set up. */
export class ConfigurationError extends NodAIError {
  constructor(message: string, options?: ErrorOptions) {
    super('ConfigurationError', message, options);
  }
}

/** The arguments cannot become a request; nothing was sent. */
export class RequestInvalid extends NodAIError {
  constructor(message: string, options?: ErrorOptions) {
    super('RequestInvalid', message, options);
  }
}

/** A call failed on its way; it may know of an answer. */
export class CallFailed extends NodAIError {
  constructor(name: string, message: string, facts: ErrorFacts = {}) {
    const { meta, body, problem } = facts;
    const requestId = meta?.requestId ?? problem?.request_id;
    super(name, requestId ? `${message} (request ${requestId})` : message, facts);
    Object.assign(hide(this, 'meta', meta), facts, {
      status: meta?.status,
      requestId,
      body: body && new TextDecoder().decode(new TextEncoder().encode(body).subarray(0, 512)),
    });
  }
}

/** No answer came: the server was not reached, or the connection broke. */
export class ConnectionFailed extends CallFailed {
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
export class ResponseInvalid extends CallFailed {
  constructor(message: string, facts?: ErrorFacts) {
    super('ResponseInvalid', message, facts);
  }
}

export function invalid(message: string, meta: Meta, body?: string): never {
  throw new ResponseInvalid(message, { meta, body });
}

/** The server refused. `code` is stable; `problem` has every fact (RFC 9457), such as `retryable`. */
export class APIError extends CallFailed {
  declare readonly code: string;
  declare readonly status: number;
  declare readonly meta: Meta;
  declare readonly problem: Readonly<Record<string, unknown>>;
}

/** What JSON says, if it is an object. */
export function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    if (value instanceof Object && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // It is no JSON at all.
  }
  return undefined;
}

/** Not enumerable, so that logging shows what matters. */
export function hide<T extends object>(target: T, key: PropertyKey, value: unknown): T {
  return Object.defineProperty(target, key, { value, writable: true, configurable: true });
}
