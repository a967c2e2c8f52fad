/** What the decoder promises beyond the vectors. */

import { expect, test } from 'vitest';
import { decodeSSE, SSEDecoder } from '../src/sse.js';
import { body } from './play.js';

const TEXT =
  'id: 1\nevent: a\ndata: x\r\ndata: ü\r\n\r\n: beat\nretry: 50\nlonely\ndata\n\ndata: {"a": 1}\n\ndata: half';
const FRAMES = [
  { id: '1', event: 'a', data: 'x\nü' },
  { id: '1', event: 'message', data: '' },
  { id: '1', event: 'message', data: '{"a": 1}' },
];

test('the same events come out however the bytes or the text are cut', () => {
  const bytes = new TextEncoder().encode(`\ufeff${TEXT}`);
  for (let size = 1; size <= bytes.length; size++) {
    const [ofBytes, ofText] = [new SSEDecoder(), new SSEDecoder()];
    const frames = [];
    for (let at = 0; at < bytes.length; at += size) frames.push(...ofBytes.feed(bytes.subarray(at, at + size)));
    expect(frames).toEqual(FRAMES);
    const again = [];
    for (let at = 0; at < bytes.length; at += size) again.push(...ofText.feed(`\ufeff${TEXT}`.slice(at, at + size)));
    expect(again).toEqual(FRAMES);
    expect(ofBytes.retry).toBe(50);
  }
});

test('an event without end is refused, in one line or in many', () => {
  expect(() => new SSEDecoder(9).feed('data: 0123456789')).toThrow(RangeError);
  expect(() => new SSEDecoder(9).feed('data: 01234\ndata: 56789\n')).toThrow(RangeError);
});

test('leaving the events of a body cancels it', async () => {
  let cancelled = false;
  const source = body([new TextEncoder().encode(TEXT)]);
  const watched = new ReadableStream<Uint8Array>({
    start: async (controller) => controller.enqueue((await source.getReader().read()).value),
    cancel: () => {
      cancelled = true;
    },
  });
  for await (const frame of decodeSSE(watched)) {
    expect(frame).toEqual(FRAMES[0]);
    break;
  }
  expect(cancelled).toBe(true);
});
