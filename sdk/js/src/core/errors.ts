/** The errors of this package. Their `name` is their class name, the same in every SDK. */

import type { Meta } from './meta.ts';

const BRAND: symbol = Symbol.for('nodai.error');

/** What an error knows besides its message. */
export interface ErrorFacts {
  meta?: Meta | undefined;
  cause?: unknown;
  code?: string | undefined;
  requestId?: string | undefined;
  body?: string | undefined;
  problem?: Readonly<Record<string, unknown>> | undefined;
}

/** Every error of this package. */
export class NodAIError extends Error {
  /** Of the problem, e.g. `key_revoked`; empty when there is none. */
  readonly code: string = '';
  /** The HTTP status; undefined when no answer came. */
  declare readonly status: number | undefined;
  /** The id to give to support. */
  declare readonly requestId: string | undefined;
  /** The first 512 bytes of the answer, as text. */
  readonly body: string = '';
  /** When the server says so: how long to wait. */
  declare retryAfterSeconds: number | undefined;
  /** When the server says so: when to try again. */
  declare retryAt: Date | undefined;
  declare readonly meta: Meta | undefined;

  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    hide(this, 'name', name);
    hide(this, BRAND, true);
  }

  toJSON(): object {
    return { ...this, name: this.name, message: this.message };
  }
}

/** Whether this is an error of this package, of whatever copy or realm. */
export function isNodAIError(error: unknown): error is NodAIError {
  return (error as Record<symbol, unknown> | null | undefined)?.[BRAND] === true;
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
    super('RequestInvalid', message, cause ? { cause } : undefined);
  }
}

/** An error that may know of an answer. */
class AnswerError extends NodAIError {
  constructor(name: string, message: string, facts: ErrorFacts = {}) {
    const { meta, cause: _, ...shown } = facts;
    const requestId = meta?.requestId ?? shown.requestId;
    super(name, requestId ? `${message} (request ${requestId})` : message, facts);
    hide(this, 'meta', meta);
    Object.assign(this, shown, { status: meta?.status, requestId });
  }

  override toJSON(): object {
    return { ...super.toJSON(), body: undefined, problem: undefined };
  }
}

/** No answer came: the server was not reached, or the connection broke. */
export class ConnectionFailed extends AnswerError {
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
export class ResponseInvalid extends AnswerError {
  constructor(message: string, facts?: ErrorFacts) {
    super('ResponseInvalid', message, { ...facts, body: excerpt(facts?.body) });
  }
}

/** The server refused. `code` is stable; `problem` has every fact (RFC 9457). */
export class APIError extends AnswerError {
  declare readonly status: number;
  declare readonly meta: Meta;
  declare readonly problem: Readonly<Record<string, unknown>>;

  /** Whether the server says that the same request may work later. */
  get retryable(): boolean {
    return this.problem.retryable === true;
  }
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What JSON says, if it is an object. */
export function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    if (isObject(value)) return value;
  } catch {
    // It is no JSON at all.
  }
  return undefined;
}

/** Its first 512 bytes. */
export function excerpt(body: string = ''): string {
  return new TextDecoder().decode(new TextEncoder().encode(body.slice(0, 512)).subarray(0, 512));
}

/** Not enumerable, so that logging shows what matters. */
export function hide<T extends object>(target: T, key: PropertyKey, value: unknown): T {
  return Object.defineProperty(target, key, { value, configurable: true });
}
