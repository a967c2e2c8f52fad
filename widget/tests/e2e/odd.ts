/** An API that misbehaves: what stands in the place of the real one when a page was set up wrongly or a network fails. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Listener } from './listener.js';

const EVENTS = { 'content-type': 'text/event-stream' };
const HTML = { 'content-type': 'text/html; charset=utf-8' };
const PROBLEM = { 'content-type': 'application/problem+json' };
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-expose-headers': '*',
};
const STARTED = event(0, { type: 'run.started', run_id: 'run_1', workflow_id: 'wf_1' });
const DELTA = event(1, { type: 'output.delta', delta: 'What came ' });

export function event(id: number, data: { type: string; [name: string]: unknown }): string {
  return `id: ${id}\nevent: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function problem(status: number, code: string, more: object = {}): string {
  return JSON.stringify({
    type: `/docs/errors/${code}`,
    title: code,
    status,
    code,
    detail: code,
    request_id: 'req_1',
    ...more,
  });
}

/** Each behaviour by its name, which is the first part of the path. */
const BEHAVIOURS: Record<string, (response: ServerResponse) => void> = {
  html: (response) => response.writeHead(200, HTML).end('<!doctype html><title>Welcome</title>'),
  'html-404': (response) => response.writeHead(404, HTML).end('<!doctype html><title>Not here</title>'),
  'html-500': (response) => response.writeHead(500, HTML).end('<!doctype html><title>Oh no</title>'),
  'html-429': (response) => response.writeHead(429, { ...HTML, 'retry-after': '90' }).end('<title>Slow down</title>'),
  'problem-500': (response) => response.writeHead(500, PROBLEM).end(problem(500, 'internal_error')),
  'problem-503': (response) =>
    response.writeHead(503, { ...PROBLEM, 'retry-after': '90' }).end(problem(503, 'unavailable', { retryable: true })),
  json: (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"output":"Hi"}'),
  empty: (response) => response.writeHead(204).end(),
  redirect: (response) => response.writeHead(302, { location: '/html' }).end(),
  silence: (response) => response.writeHead(200, EVENTS).end(),
  'ends-early': (response) => response.writeHead(200, EVENTS).end(STARTED + DELTA),
  'not-json': (response) =>
    response.writeHead(200, EVENTS).end(`${STARTED + DELTA}id: 2\nevent: output.delta\ndata: {"delta\n\n`),
  'not-events': (response) => response.writeHead(200, EVENTS).end('<html>\nThis is no event stream.\n\n'),
  fails: (response) =>
    response
      .writeHead(200, EVENTS)
      .end(STARTED + DELTA + event(2, { type: 'error', error: JSON.parse(problem(502, 'upstream_error')) })),
};

/** Behaves as the path says: `http://…/html/api/v1/…`. */
export function startOdd(): Promise<Listener> {
  return Listener.start((request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    const behave = BEHAVIOURS[request.url?.split('/')[1] ?? ''];
    // One that has no name here has never heard of other sites.
    for (const [name, value] of Object.entries(behave ? CORS : {})) response.setHeader(name, value);
    if (!behave || request.method === 'OPTIONS') response.writeHead(204).end();
    else behave(response);
  });
}
