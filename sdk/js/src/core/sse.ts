/** Decodes server-sent events from pieces of bytes or text, as the HTML standard says. */

export interface Frame {
  /** Empty when the stream has not named one yet. */
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

const LIMIT = 16 * 1024 * 1024;

/** Feed it what arrives; it hands back whole events. An event that the end of the stream cuts off is dropped. */
export class SSEDecoder {
  /** Milliseconds of the last `retry:` field. */
  retry: number | undefined;
  #text: TextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #limit: number;
  #id = '';
  #event = '';
  #data: string[] = [];
  #size = 0;
  /** Of a line whose end has not come; joined once, when it comes. */
  #pieces: string[] = [];
  #held = 0;
  #afterCr = false;
  #atStart = true;

  constructor(limit: number = LIMIT) {
    this.#limit = limit;
  }

  feed(chunk: Uint8Array | string): Frame[] {
    let text = typeof chunk === 'string' ? chunk : this.#text.decode(chunk, { stream: true });
    const frames: Frame[] = [];
    if (this.#atStart && text) {
      this.#atStart = false;
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    }
    if (this.#afterCr && text) {
      this.#afterCr = false;
      if (text.charCodeAt(0) === 10) text = text.slice(1);
    }
    const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    if (!end) {
      this.#hold(text);
      return frames;
    }
    this.#afterCr = text.charCodeAt(text.length - 1) === 13;
    const rest = end < text.length ? text.slice(end) : '';
    if (rest) text = text.slice(0, end);
    if (this.#held) {
      this.#pieces.push(text);
      text = this.#pieces.join('');
      this.#pieces = [];
      this.#held = 0;
    }
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
    let colon = text.indexOf(':');
    for (let start = 0, stop: number; start < text.length; start = stop + 1) {
      stop = text.indexOf('\n', start);
      if (colon !== -1 && colon < start) colon = text.indexOf(':', start);
      if (stop === start) this.#dispatch(frames);
      else this.#line(text, start, stop, colon);
    }
    if (rest) this.#hold(rest);
    return frames;
  }

  #hold(piece: string): void {
    if (!piece) return;
    this.#pieces.push(piece);
    this.#held += piece.length;
    this.#check(this.#held);
  }

  #check(size: number): void {
    if (size > this.#limit) throw new RangeError('An event is too long.');
  }

  #line(text: string, start: number, stop: number, colon: number): void {
    const named = colon !== -1 && colon < stop;
    const name = text.slice(start, named ? colon : stop);
    const skip = named && text.charCodeAt(colon + 1) === 32 ? 2 : 1;
    const value = named ? text.slice(colon + skip, stop) : '';
    if (name === 'data') {
      this.#data.push(value);
      this.#size += value.length;
      this.#check(this.#size);
    } else if (name === 'event') this.#event = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) this.retry = Number(value);
  }

  #dispatch(frames: Frame[]): void {
    const data = this.#data;
    if (data.length) {
      const joined = data.length === 1 ? (data[0] as string) : data.join('\n');
      frames.push({ id: this.#id, event: this.#event || 'message', data: joined });
      this.#data = [];
      this.#size = 0;
    }
    this.#event = '';
  }
}

/** The events of a body, as they come; leaving the loop cancels the body. */
export async function* decodeSSE(body: ReadableStream<Uint8Array>): AsyncGenerator<Frame, void, undefined> {
  const decoder = new SSEDecoder();
  const reader = body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield* decoder.feed(next.value);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
