/** Decodes server-sent events from pieces of bytes or text, as the HTML standard says. */

export interface Frame {
  /** Empty when the stream has not named one yet. */
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Feed it what arrives; it hands back whole events. An event that the end of the stream cuts off is dropped. */
export class SSEDecoder {
  /** Drops a byte order mark at the beginning. */
  readonly #text: TextDecoder = new TextDecoder();
  #id = '';
  #event = '';
  #data: string | undefined;
  /** Of a line whose end has not come; joined once, when it comes. */
  #pieces: string[] = [];
  /** Whether a carriage return came last, whose line feed may come next. */
  #half = false;

  feed(chunk: Uint8Array | string): Frame[] {
    let frames: Frame[] | undefined;
    let text = typeof chunk === 'string' ? chunk : this.#text.decode(chunk, { stream: true });
    if (!text) return [];
    if (this.#half && text.startsWith('\n')) text = text.slice(1);
    this.#half = text.endsWith('\r');
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
    let start = 0;
    let stop = text.indexOf('\n');
    if (stop >= 0 && this.#pieces.length) {
      this.#pieces.push(text);
      text = this.#pieces.join('');
      this.#pieces = [];
      stop = text.indexOf('\n');
    }
    for (; stop >= 0; stop = text.indexOf('\n', start)) {
      if (stop > start) this.#field(text, start, stop);
      else {
        if (this.#data !== undefined) {
          const frame = { id: this.#id, event: this.#event || 'message', data: this.#data };
          if (frames) frames.push(frame);
          else frames = [frame]; // most pieces bring one event, and a list that never grows is cheaper
        }
        this.#data = undefined;
        this.#event = '';
      }
      start = stop + 1;
    }
    if (start < text.length) this.#pieces.push(text.slice(start));
    return frames ?? [];
  }

  /** Compares letters where they are: to cut lines and names out first would take twice the time. */
  #field(text: string, start: number, stop: number): void {
    const first = text.charCodeAt(start);
    const name = first === 100 ? 'data' : first === 101 ? 'event' : first === 105 ? 'id' : '';
    for (let at = 1; at < name.length; at++) if (text.charCodeAt(start + at) !== name.charCodeAt(at)) return;
    const end = start + name.length;
    if (end < stop && text.charCodeAt(end) !== 58) return;
    const value = text.slice(end + (text.charCodeAt(end + 1) === 32 ? 2 : 1), stop);
    if (name === 'data') this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    else if (name === 'event') this.#event = value;
    else if (name && !value.includes('\0')) this.#id = value;
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
