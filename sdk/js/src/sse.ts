/** Server-sent events, for any stream. */

export { decodeSSE, type Frame, SSEDecoder } from './core/sse.ts';
