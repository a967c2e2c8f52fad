/** A stream of typed events, over all the connections that it takes. */

import { isObject, RequestInvalid, ResponseInvalid } from './errors.ts';
import { Meta } from './meta.ts';
import { refusal } from './refusal.ts';
import { type Attempt, run } from './run.ts';
import { SSEDecoder } from './sse.ts';
import type { Caller, Operation, RequestOptions } from './types.ts';

const LAST = 'run.completed';

/** The result of a stream: what its last event holds. */
type FinalRun<E> = E extends { type: typeof LAST; run: infer R } ? R : never;

export function stream<E extends { type: string }>(
  client: Caller,
  operation: Operation,
  args: readonly string[],
  params?: object,
  options?: RequestOptions,
): Stream<E> {
  return new Stream(run(client, operation, args, params, options));
}

/** `for await` it, once. Leaving the loop aborts the request; an end without the last event is an error. */
export class Stream<E extends { type: string }> implements AsyncIterable<E> {
  /** Of the last connection; undefined before the first event. */
  meta: Meta | undefined;
  readonly #run: ReturnType<typeof run>;
  #used = false;
  #lastId = '';
  #last: E | undefined;

  constructor(started: ReturnType<typeof run>) {
    this.#run = started;
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
    for (;;) {
      const attempt = this.#run.begin();
      try {
        for await (const events of this.#read(attempt, ...(await attempt.send()))) {
          for (const event of events) {
            if (event.type === LAST) this.#last = event;
            yield event;
          }
        }
        return;
      } catch (error) {
        await attempt.fail(error);
      } finally {
        attempt.end(true);
      }
    }
  }

  /** The events of one connection, as many at a time as arrive together. */
  async *#read({ touch }: Attempt, response: Response, meta: Meta): AsyncGenerator<E[], void, undefined> {
    const { request } = this.#run;
    const invalid = (message: string, body?: string): never => {
      throw new ResponseInvalid(message, { meta, body });
    };
    this.meta = meta;
    const type = response.headers.get('content-type') ?? 'of no type';
    if (!response.body || !/^text\/event-stream\s*(;|$)/i.test(type)) {
      return invalid(`The answer is not an event stream but ${type}.`, await response.text());
    }
    /** What the connection before ended with, until this one has gone beyond it. */
    let after = this.#lastId;
    const decoder = new SSEDecoder();
    const reader = response.body.getReader();
    try {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        const events: E[] = [];
        let broken: unknown;
        try {
          for (const { id, event: name, data } of decoder.feed(piece.value)) {
            const step = after ? distance(after, id) : 1;
            if (step < 1) continue;
            request.final = step > 1;
            if (request.final) invalid(`The events between ${after} and ${id} are lost.`);
            after = '';
            const event = parse<E>(data) ?? invalid('An event of the stream is not JSON.', data);
            if (typeof event.type !== 'string') event.type = name;
            request.final = !id || event.type === 'error'; // a run that failed is not run again
            if (event.type === 'error') throw failed(event, data, meta);
            this.#lastId = id;
            request.headers['last-event-id'] = id;
            request.attempts = 1;
            events.push(event);
            if (event.type === LAST) break;
          }
        } catch (error) {
          broken = error; // what came before it is the caller's first
        }
        if (events.length) {
          touch(true); // the caller's own time is not the server's
          yield events;
        }
        if (broken) throw broken;
        if (this.#last) return;
        touch();
      }
    } finally {
      reader.cancel().catch(() => undefined);
    }
    invalid('The stream ended before its last event.');
  }
}

/** How far an event is after another: 1 when nothing is between them. Ids that are no numbers tell only "the same". */
function distance(after: string, id: string): number {
  return /^\d+ \d+$/.test(`${after} ${id}`) ? Number(id) - Number(after) : id === after ? 0 : 1;
}

function parse<E>(data: string): E | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return (isObject(value) ? value : { data: value }) as E;
  } catch {
    return undefined;
  }
}

function failed(event: object, data: string, meta: Meta): Error {
  const problem = (event as { error?: unknown }).error as { status?: unknown } | null | undefined;
  if (typeof problem?.status === 'number') {
    return refusal(new Meta(problem.status, meta.headers, meta.attempts), JSON.stringify(problem));
  }
  return new ResponseInvalid('An error event of the stream has no problem.', { meta, body: data });
}
