/**
 * The decoder against the algorithm of the HTML standard, and against the eventsource-parser package, on random streams
 * cut at random places. Where the two differ the standard holds, and the package is helped:
 * - It forgets an id with its event; the standard keeps it for the events after it, also one of an event without data.
 *   So ids are compared where the package has one.
 * - It holds a CR back until another line end comes, at the end of the stream for ever. So it is given one more, with a
 *   colon that makes a line of what was not finished, but no event.
 * - It takes text, not bytes, and leaves the byte order mark to the TextDecoder in front of it.
 */

import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { expect, test } from 'vitest';
import { type Frame, SSEDecoder } from '../src/sse.js';
import { randomChunks, randomStream, seeded } from './host/random.js';

const STREAMS = 10_000;
const SEED = Number(process.env.NODAI_FUZZ_SEED ?? 20_261_121);

/** The algorithm as the standard has it, over the whole text at once. */
function byTheStandard(bytes: Uint8Array): Frame[] {
  const text = new TextDecoder().decode(bytes);
  const frames: Frame[] = [];
  let [id, event, data] = ['', '', ''];
  const lines = text.split(/\r\n|\r|\n/);
  for (const line of lines.slice(0, -1)) {
    const [name, ...rest] = line.split(':');
    const value = rest.join(':').replace(/^ /, '');
    if (!line) {
      if (data) frames.push({ id, event: event || 'message', data: data.slice(0, -1) });
      [event, data] = ['', ''];
    } else if (name === 'data') data += `${value}\n`;
    else if (name === 'event') event = value;
    else if (name === 'id' && !value.includes('\0')) id = value;
  }
  return frames;
}

function byUs(chunks: readonly (Uint8Array | string)[]): Frame[] {
  const decoder = new SSEDecoder();
  return chunks.flatMap((chunk) => decoder.feed(chunk));
}

function byThePackage(chunks: readonly Uint8Array[]): EventSourceMessage[] {
  const messages: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => void messages.push(message) });
  const decoder = new TextDecoder();
  for (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text) parser.feed(text);
  }
  parser.feed(':\n');
  return messages;
}

test(`${STREAMS} random streams, cut anywhere, are read as the standard and eventsource-parser read them`, () => {
  let events = 0;
  for (let at = 0; at < STREAMS; at++) {
    const random = seeded(SEED + at);
    const bytes = randomStream(random);
    const chunks = randomChunks(bytes, random);
    const what = `NODAI_FUZZ_SEED=${SEED + at}: ${JSON.stringify(new TextDecoder().decode(bytes))}`;

    const ours = byUs(chunks);
    expect(ours, what).toEqual(byTheStandard(bytes));
    const theirs = byThePackage(chunks).map(({ id, event, data }, n) => ({ id: id ?? ours[n]?.id, event: event ?? 'message', data })); // biome-ignore format: one line
    expect(ours, what).toEqual(theirs);

    const decoder = new TextDecoder();
    const texts = chunks.map((chunk) => decoder.decode(chunk, { stream: true }));
    expect(byUs(texts), `as text, ${what}`).toEqual(ours);
    events += ours.length;
  }
  expect(events).toBeGreaterThan(STREAMS);
});
