/** One contender's reading of streams: `node --expose-gc streams.mjs NAME OPTIONS` prints rounds as JSON. */

import { createParser } from 'eventsource-parser';
import { inTurns } from './turns.mjs';

const KB = 1024;
const encoder = new TextEncoder();

/** An event that every contender takes: its name is one that anthropic knows, its data what ours and openai's read. */
function event(id, data) {
  return `event: content_block_delta\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

const delta = (id) => event(id, { type: 'output.delta', index: id, delta: 'Open Settings, choose Security. ' });
const LAST = event(1e6, { type: 'run.completed', run: { id: 'run_1', status: 'completed' } });

function pieces(text, size) {
  const found = [];
  for (let at = 0; at < text.length; at += size) found.push(text.slice(at, at + size));
  return found;
}

const tokens = Array.from({ length: 2000 }, (_, id) => delta(id + 1));
const big = event(1, { type: 'output.delta', delta: 'Open Settings. '.repeat((KB * KB) / 15) });
/** Scenario → the pieces of text that arrive. */
export const SCENARIOS = {
  'an event a chunk': [...tokens, LAST],
  '64 KB chunks': pieces(Array.from({ length: 8000 }, (_, id) => delta(id + 1)).join('') + LAST, 64 * KB),
  '1 MB event in 1 KB chunks': pieces(big + LAST, KB),
};

/** A decoder by itself: text in, frames out. */
const FEEDS = {
  async parser(chunks) {
    return async () => {
      let count = 0;
      const parser = createParser({ onEvent: () => count++ });
      for (const chunk of chunks) parser.feed(chunk);
      return count;
    };
  },
  async nodai(chunks) {
    const { SSEDecoder } = await import('@nodai/sdk/sse');
    return async () => {
      let count = 0;
      const decoder = new SSEDecoder();
      for (const chunk of chunks) count += decoder.feed(chunk).length;
      return count;
    };
  },
};

function body(chunks) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < chunks.length) controller.enqueue(chunks[at++]);
      else controller.close();
    },
  });
}

async function counted(stream) {
  let count = 0;
  for await (const _ of stream) count++;
  return count;
}

/** A whole stream of a client over a stubbed fetch: bytes in, `JSON.parse`d events out. */
const STREAMS = {
  async parser(fetch) {
    return async () => {
      let count = 0;
      const parser = createParser({ onEvent: ({ data }) => (count += typeof JSON.parse(data) === 'object') });
      const decoder = new TextDecoder();
      const reader = (await fetch()).body.getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        parser.feed(decoder.decode(next.value, { stream: true }));
      }
      return count;
    };
  },
  async nodai(fetch) {
    const { NodAI } = await import('@nodai/sdk');
    const client = new NodAI({ apiKey: 'nk_test_benchmark', baseUrl: 'http://127.0.0.1', fetch });
    return () => counted(client.workflows.stream('wf_support', { input: 'Hi' }));
  },
  async openai(fetch) {
    const { default: OpenAI } = await import('openai');
    const client = new OpenAI({ apiKey: 'k', baseURL: 'http://127.0.0.1', fetch });
    return async () => counted(await client.chat.completions.create({ model: 'm', messages: [], stream: true }));
  },
  async anthropic(fetch) {
    const { default: Anthropic } = await import('@anthropic-ai/sdk');
    const client = new Anthropic({ apiKey: 'k', baseURL: 'http://127.0.0.1', fetch });
    const request = { model: 'm', max_tokens: 64, messages: [], stream: true };
    return async () => counted(await client.messages.create(request));
  },
};

const [, , name, options] = process.argv;
const found = {};
for (const [scenario, texts] of Object.entries(SCENARIOS)) {
  const bytes = texts.map((text) => encoder.encode(text));
  const headers = { 'content-type': 'text/event-stream' };
  const fetch = async () => new Response(body(bytes), { headers });
  const ways = { stream: [await STREAMS.parser(fetch), await STREAMS[name](fetch)] };
  if (FEEDS[name]) ways.feed = [await FEEDS.parser(texts), await FEEDS[name](texts)];
  for (const [way, [byHand, theirs]] of Object.entries(ways)) {
    const [expected, got] = [await byHand(), await theirs()];
    if (got !== expected) throw new Error(`${name} read ${got} events of ${expected}`);
    found[`${way} ${scenario}`] = await inTurns(byHand, theirs, JSON.parse(options));
  }
}
console.log(JSON.stringify(found));
