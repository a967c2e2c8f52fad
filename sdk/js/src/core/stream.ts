/** A stream of typed events, over all the connections that it takes. */

import { unexpected } from './call.ts';
import { parseObject, RequestInvalid, ResponseInvalid } from './errors.ts';
import { Meta } from './meta.ts';
import { refusal } from './refusal.ts';
import type { Request } from './request.ts';
import { type Read, run } from './run.ts';
import { SSEDecoder } from './sse.ts';
import type { Caller, Operation, RequestOptions } from './types.ts';

const LAST = 'run.completed';
const LAST_ID = 'last-event-id';

/** The result of a stream: what its last event holds. */
type FinalRun<E> = E extends { type: typeof LAST; run: infer R } ? R : never;

export function stream<E extends { type: string }>(
  client: Caller,
  operation: Operation,
  args: readonly string[],
  params?: object,
  options?: RequestOptions,
): Stream<E> {
  return new Stream((read) => run(client, operation, args, params, options, read, 'text/event-stream'));
}

/** `for await` it, once. Leaving the loop aborts the request; an end without the last event is an error. */
export class Stream<E extends { type: string }> implements AsyncIterable<E> {
  /** Of the last connection; undefined before the first event. */
  meta: Meta | undefined;
  readonly #run: (read: Read<E[], void>) => AsyncGenerator<E[], void, undefined>;
  #used = false;
  #last: E | undefined;

  constructor(start: (read: Read<E[], void>) => AsyncGenerator<E[], void, undefined>) {
    this.#run = start;
  }

  /** Reads what is left, and answers the run of the last event. */
  async finalRun(): Promise<FinalRun<E>> {
    if (!this.#used) for await (const _ of this);
    if (!this.#last) throw new RequestInvalid('The stream was left before its last event.');
    return (this.#last as unknown as { run: FinalRun<E> }).run;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<E, void, undefined> {
    if (this.#used) throw new RequestInvalid('A stream can be read once.');
    this.#used = true;
    for await (const events of this.#run((...given) => this.#read(...given))) {
      yield* events;
    }
  }

  /** The events of one connection, as many at a time as arrive together. */
  async *#read(response: Response, meta: Meta, request: Request): AsyncGenerator<E[], void, undefined> {
    this.meta = meta;
    const invalid = (message: string, body?: string): never => {
      throw new ResponseInvalid(message, { meta, body });
    };
    if (!response.headers.get('content-type')?.includes('text/event-stream')) {
      unexpected(response, meta, await response.text());
    }
    /** What the connection before ended with, until this one has gone beyond it. */
    let after = request.headers[LAST_ID];
    const decoder = new SSEDecoder();
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    try {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        const events: E[] = [];
        try {
          for (const { id, event: name, data } of decoder.feed(piece.value)) {
            if (after && Number(id) <= Number(after)) continue;
            request.final = true; // what is wrong with an event will be wrong with it again
            if (after && Number(id) > Number(after) + 1) invalid(`The events between ${after} and ${id} are lost.`);
            after = '';
            const event = (parseObject(data) ?? invalid('An event of the stream is not JSON.', data)) as E;
            event.type ??= name;
            if (event.type === 'error') throw failed(event, data, meta);
            request.final = !id;
            request.headers[LAST_ID] = id;
            request.attempts = 1;
            events.push(event);
            if (event.type !== LAST) continue;
            this.#last = event;
            break;
          }
        } finally {
          request.since = undefined; // the caller's own time is not the server's
          if (events.length) yield events; // and what came before an error is the caller's first
        }
        if (this.#last) return;
        request.since = performance.now();
      }
    } finally {
      reader.cancel().catch(() => undefined);
    }
    invalid('The stream ended before its last event.');
  }
}

function failed(event: object, data: string, meta: Meta): Error {
  const problem = (event as { error?: { status?: number } | null }).error;
  if (!problem?.status)
    return new ResponseInvalid('An error event of the stream has no problem.', { meta, body: data });
  return refusal(new Meta(problem.status, meta.headers, meta.attempts), JSON.stringify(problem));
}
