/** Streams of events that look right, odd or broken, from a seed. */

export type Random = (below: number) => number;

/** Mulberry32: the same seed gives the same streams everywhere. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const FIELDS = ['data', 'data', 'data', 'event', 'id', 'retry', 'dat', 'datas', 'DATA', ' data', 'eventx', 'i', ''];
const COLONS = [':', ': ', ': ', ': ', ':  ', ' :', '::', ''];
const VALUES = ['', 'x', '1', '007', '{"type":"output.delta","delta":"ü"}', 'a:b: c', ' y ', '世界 🌍', 'a\0b', '\ufeffb', '-3', 'é'.repeat(40)]; // biome-ignore format: one line
const ENDS = ['\n', '\n', '\n', '\r\n', '\r\n', '\r'];
const BLANKS = ['\n\n', '\r\n\r\n', '\r\r', '\n\r', '\r\n\n', '\n', '\r', '\r\n'];
/** No text: what a decoder puts in their place is up to it, and both are given the same. */
const BYTES = [[0xff], [0xc3], [0xe4, 0xb8], [0xf0, 0x9f, 0x8c], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf], [0]];

export function randomStream(random: Random): Uint8Array {
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const encoder = new TextEncoder();
  const parts: number[] = random(6) ? [] : [0xef, 0xbb, 0xbf];
  for (let left = random(40); left >= 0; left--) {
    const kind = random(20);
    if (kind < 11) parts.push(...encoder.encode(pick(FIELDS) + pick(COLONS) + pick(VALUES) + pick(ENDS)));
    else if (kind < 17) parts.push(...encoder.encode(pick(BLANKS)));
    else if (kind < 18) parts.push(...encoder.encode(`:${pick(VALUES)}${pick(ENDS)}`));
    else if (kind < 19) parts.push(...pick(BYTES));
    else parts.push(...encoder.encode(pick(VALUES)));
  }
  return Uint8Array.from(parts);
}

/** The same bytes in pieces of any size; a piece may be empty. */
export function randomChunks(bytes: Uint8Array, random: Random): Uint8Array[] {
  const longest = [1, 3, 9, 40, 400][random(5)] as number;
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = random(12) ? 1 + random(longest) : 0;
    chunks.push(bytes.slice(at, at + size));
    at += size;
  }
  return chunks;
}
