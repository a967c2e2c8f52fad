/** A stream of typed events, over all the connections that it takes. */

import { unexpected } from './call.ts';
import { invalid, parseObject, RequestInvalid } from './errors.ts';
import { Meta } from './meta.ts';
import { refusal } from './refusal.ts';
import { type Read, run, type Tries } from './run.ts';
import { SSEDecoder } from './sse.ts';
import type { Caller, Operation, RequestOptions } from './types.ts';

const LAST = 'run.completed';
const LAST_ID = 'last-event-id';
const LEFT = 'A stream is read once, to its end.';

/** The result of a stream: what its last event holds. */
type FinalRun<E> = E extends { type: typeof LAST; run: infer R } ? R : never;

type Start<E> = (read: Read<E[], void>) => AsyncGenerator<E[], void, undefined>;

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
  #run: Start<E> | undefined;
  #last: E | undefined;

  constructor(start: Start<E>) {
    this.#run = start;
  }

  /** Reads what is left, and answers the run of the last event. */
  async finalRun(): Promise<FinalRun<E>> {
    if (this.#run) for await (const _ of this);
    if (!this.#last) throw new RequestInvalid(LEFT);
    return (this.#last as unknown as { run: FinalRun<E> }).run;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<E, void, undefined> {
    const start = this.#run;
    if (!start) throw new RequestInvalid(LEFT);
    this.#run = undefined;
    for await (const events of start((...given) => this.#read(...given))) {
      for (const event of events) yield event; // in an async generator, yield* is slow
    }
  }

  /** The events of one connection, as many at a time as arrive together. */
  async *#read(response: Response, meta: Meta, tries: Tries): AsyncGenerator<E[], void, undefined> {
    this.meta = meta;
    if (!response.headers.get('content-type')?.includes('text/event-stream')) {
      unexpected(meta, await response.text());
    }
    /** What the connection before ended with, until this one has gone beyond it. */
    let after = tries.headers[LAST_ID];
    const decoder = new SSEDecoder();
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    try {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        const events: E[] = [];
        try {
          for (const { id, event: name, data } of decoder.feed(piece.value)) {
            if (after && +id <= +after) continue;
            tries.final = true; // what is wrong with an event will be wrong with it again
            if (after && +id > +after + 1) invalid(`Events between ${after} and ${id} are lost.`, meta);
            after = '';
            const event = (parseObject(data) ?? invalid('An event is not JSON.', meta, data)) as E;
            event.type ??= name;
            if (event.type === 'error') {
              const { error = {} } = event as { error?: { status?: number } };
              throw refusal(
                new Meta({ status: error.status ?? 500, headers: meta.headers }, meta.attempts),
                JSON.stringify(error),
              );
            }
            tries.final = !id;
            tries.headers[LAST_ID] = id;
            tries.count = 1;
            events.push(event);
            if (event.type !== LAST) continue;
            this.#last = event;
            break;
          }
        } finally {
          tries.since = undefined; // the caller's own time is not the server's
          if (events.length) yield events; // and what came before an error is the caller's first
        }
        if (this.#last) return;
        tries.since = performance.now();
      }
    } finally {
      reader.cancel().catch(() => undefined);
    }
    invalid('The stream ended early.', meta);
  }
}
