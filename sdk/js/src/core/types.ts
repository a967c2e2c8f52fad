/** What the generated code and the core say to each other, and what callers may set. */

import type { Meta } from './meta.ts';
import type { SETUP, Setup } from './setup.ts';

/**
 * One operation of the contract: its id, method, the kind of its answer (`json`, `none`, `page`, `stream`, `bytes`),
 * marks, and path. Marks: it takes a `body`, a `query`, and is done `once`, which is to say with an Idempotency-Key.
 */
export type Operation = string;

/** What one call may set for itself. Times are in milliseconds. */
export interface RequestOptions {
  /** Stops the call: while it is sent, answered or waited for. */
  signal?: AbortSignal | undefined;
  /** The longest wait for one answer, or for the next piece of a stream; 0 for none. */
  timeout?: number | undefined;
  /** The longest time for the whole call, with all its tries; 0 for none. */
  deadline?: number | undefined;
  maxRetries?: number | undefined;
  idempotencyKey?: string | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  query?: Readonly<Record<string, unknown>> | undefined;
  /** Another key than the client's. */
  apiKey?: string | undefined;
}

/** What a hook is told. There is no credential in it. */
export interface HookEvent {
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  /** Which try this is, from 1. */
  readonly attempt: number;
  readonly status?: number | undefined;
  readonly requestId?: string | null | undefined;
  readonly error?: unknown;
  /** Before a repetition: milliseconds until it. */
  readonly delay?: number | undefined;
}

/** Called as things happen; what a hook throws is ignored. */
export interface Hooks {
  onRequest?: ((event: HookEvent) => void) | undefined;
  onResponse?: ((event: HookEvent) => void) | undefined;
  onRetry?: ((event: HookEvent) => void) | undefined;
  onError?: ((event: HookEvent) => void) | undefined;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What a client may be set up with. Times are in milliseconds. */
export interface ClientOptions {
  /** Where the server is; else `NODAI_BASE_URL`, else http://127.0.0.1:4010. */
  baseUrl?: string | undefined;
  fetch?: Fetch | undefined;
  /** 60 000 unless told; 0 for none. */
  timeout?: number | undefined;
  /** None unless told. */
  deadline?: number | undefined;
  /** 2 unless told. */
  maxRetries?: number | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  hooks?: Hooks | undefined;
  /** Waits between tries; for tests. */
  sleep?: ((milliseconds: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

/** A result with how it came here: `result.meta`, which is not enumerable and so never in its JSON. */
export type WithMeta<T> = T extends object ? T & { readonly meta: Meta } : T;

/** What a list answers. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

/** A client: what the functions of `@nodai/sdk/funcs/*` take first. */
export interface Caller {
  readonly [SETUP]: () => Setup;
}
