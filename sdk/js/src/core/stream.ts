/** A stream of typed events, over all the connections that it takes. */

import { RequestInvalid, ResponseInvalid, refusal } from './errors.js';
import type { Attempt, Call } from './http.js';
import { Meta } from './meta.js';
import { type Frame, SSEDecoder } from './sse.js';

const LAST = 'run.completed';
const FAILED = 'error';

type Open = () => Promise<Attempt & { response: Response }>;
type Again = (error: unknown, final: boolean) => Promise<void>;
/** The result of a stream: what its last event holds. */
type FinalRun<E> = E extends { type: typeof LAST; run: infer R } ? R : never;

/** `for await` it, once. Leaving the loop aborts the request; an end without the last event is an error. */
export class Stream<E extends { type: string }> implements AsyncIterable<E> {
  /** Of the last connection; undefined before the first event. */
  meta: Meta | undefined;
  readonly #call: Call;
  readonly #open: Open;
  readonly #again: Again;
  #used = false;
  #last: E | undefined;

  constructor(call: Call, open: Open, again: Again) {
    this.#call = call;
    this.#open = open;
    this.#again = again;
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
    let lastId = '';
    for (;;) {
      if (lastId) this.#call.headers['last-event-id'] = lastId;
      const attempt = await this.#open();
      const place = new Place(lastId);
      let failure: unknown;
      try {
        this.meta = attempt.meta;
        for await (const frames of this.#chunks(attempt)) {
          for (const frame of frames) {
            if (place.isKnown(frame, attempt)) continue;
            const event = parse<E>(frame, attempt);
            if (event.type === FAILED) {
              place.lost = true; // a run that failed is not run again
              throw failed(event, frame.data, attempt);
            }
            lastId = frame.id;
            place.lost = !frame.id;
            this.#call.attempts = 1;
            if (event.type === LAST) this.#last = event;
            yield event;
            if (this.#last) return;
          }
        }
        throw new ResponseInvalid('The stream ended before its last event.', { meta: attempt.meta });
      } catch (error) {
        failure = attempt.explain(error);
      } finally {
        attempt.end(true);
      }
      await this.#again(failure, place.lost);
    }
  }

  async *#chunks(attempt: Attempt & { response: Response }): AsyncGenerator<Frame[], void, undefined> {
    const { body, headers } = attempt.response;
    const kind = headers.get('content-type') ?? 'of no type';
    if (!body || !/^text\/event-stream\s*(;|$)/i.test(kind.trim())) {
      const text = await attempt.response.text();
      throw new ResponseInvalid(`The answer is not an event stream but ${kind}.`, { meta: attempt.meta, body: text });
    }
    const decoder = new SSEDecoder();
    const reader = body.getReader();
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        attempt.touch(true); // the caller's own time is not the server's
        yield decoder.feed(next.value);
        attempt.touch();
      }
    } finally {
      reader.cancel().catch(() => undefined);
    }
  }
}

/** After a resume: what was read before is dropped, and a hole is an error. */
class Place {
  lost = false;
  #after: string;

  constructor(after: string) {
    this.#after = after;
  }

  isKnown({ id }: Frame, { meta }: Attempt): boolean {
    const after = this.#after;
    if (!after) return false;
    const numbered = /^\d+$/.test(after) && /^\d+$/.test(id);
    if (numbered ? Number(id) <= Number(after) : id === after) return true;
    if (numbered && Number(id) > Number(after) + 1) {
      this.lost = true;
      throw new ResponseInvalid(`The stream went on at event ${id} after ${after}: events are lost.`, { meta });
    }
    this.#after = '';
    return false;
  }
}

function parse<E extends { type: string }>({ event, data }: Frame, { meta }: Attempt): E {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw new ResponseInvalid('An event of the stream is not JSON.', { meta, body: data });
  }
  const given =
    value && typeof value === 'object' && !Array.isArray(value) ? (value as E) : ({ data: value } as unknown as E);
  if (typeof given.type !== 'string') given.type = event;
  return given;
}

function failed(event: object, data: string, { meta }: Attempt): Error {
  const problem = (event as { error?: unknown }).error as { status?: unknown } | null | undefined;
  if (typeof problem?.status !== 'number' || !meta) {
    return new ResponseInvalid('An error event of the stream has no problem in it.', { meta, body: data });
  }
  return refusal(new Meta(problem.status, meta.headers, meta.attempts), JSON.stringify(problem));
}
