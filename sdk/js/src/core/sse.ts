/** Decodes server-sent events from pieces of bytes or text, as the HTML standard says. */

export interface Frame {
  /** Empty when the stream has not named one yet. */
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Feed it what arrives; it hands back whole events. An event that the end of the stream cuts off is dropped. */
export class SSEDecoder {
  /** Milliseconds of the last `retry:` field. */
  retry: number | undefined;
  readonly #text: TextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #limit: number;
  #id = '';
  #event = '';
  #data: string[] = [];
  /** Of a line whose end has not come; joined once, when it comes. */
  #pieces: string[] = [];
  /** What the event that has not ended holds so far. */
  #size = 0;
  /** What is dropped if it comes next: a byte order mark at first, the line feed of a carriage return later. */
  #skip = 0xfeff;

  constructor(limit: number = 16 * 1024 * 1024) {
    this.#limit = limit;
  }

  feed(chunk: Uint8Array | string): Frame[] {
    const frames: Frame[] = [];
    let text = typeof chunk === 'string' ? chunk : this.#text.decode(chunk, { stream: true });
    if (!text) return frames;
    if (text.charCodeAt(0) === this.#skip) text = text.slice(1);
    this.#skip = text.endsWith('\r') ? 10 : 0;
    const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    if (end) {
      let lines = text.slice(0, end);
      if (this.#pieces.length) {
        const held = this.#pieces.join('');
        this.#size -= held.length;
        this.#pieces = [];
        lines = held + lines;
      }
      if (lines.includes('\r')) lines = lines.replace(/\r\n?/g, '\n');
      for (const line of lines.slice(0, -1).split('\n')) {
        if (line) this.#field(line);
        else this.#dispatch(frames);
      }
      text = text.slice(end);
    }
    if (text) this.#pieces.push(text);
    this.#size += text.length;
    if (this.#size > this.#limit) throw new RangeError('An event is too long.');
    return frames;
  }

  #field(line: string): void {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line.charCodeAt(colon + 1) === 32 ? 2 : 1));
    if (name === 'data') {
      this.#data.push(value);
      this.#size += value.length;
    } else if (name === 'event') this.#event = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) this.retry = Number(value);
  }

  #dispatch(frames: Frame[]): void {
    const data = this.#data;
    if (data.length) {
      frames.push({ id: this.#id, event: this.#event || 'message', data: data.join('\n') });
      this.#data = [];
    }
    this.#event = '';
    this.#size = 0;
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
