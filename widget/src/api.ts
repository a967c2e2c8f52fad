/** The seam to the service: the only file that knows the SDK. A page may put a transport of its own in its place. */

import { NodAIBrowserCore } from '@nodai/sdk/browser';
import { runsFeedback } from '@nodai/sdk/funcs/runs-feedback';
import { workflowsStream } from '@nodai/sdk/funcs/workflows-stream';
import type { Rating, Source } from './state.js';

/** A question as it is sent. */
export interface Question {
  workflow: string;
  input: string;
  conversationId: string;
  signal: AbortSignal;
}

/** What happens while a question is answered; the last of them is `completed`. */
export type AnswerEvent =
  | { type: 'started'; runId: string }
  | { type: 'delta'; text: string }
  | { type: 'completed'; runId: string; output: unknown; sources: readonly Source[]; run: unknown };

/** How questions get to the service and answers back; errors may carry code, status, retryAfterSeconds and requestId. */
export interface Transport {
  ask(question: Question): AsyncIterable<AnswerEvent>;
  rate(runId: string, rating: Rating): Promise<unknown>;
}

/** The transport that asks NodAI itself, each time with the key that is the right one then. */
export function sdkTransport(baseUrl: string, key: () => Promise<string>): Transport {
  const client = async (): Promise<NodAIBrowserCore> =>
    // A visitor is told at once what to wait for, and may stop at any time.
    new NodAIBrowserCore({ baseUrl, publishableKey: await key(), maxRetries: 1 });
  return {
    async *ask({ workflow, input, conversationId, signal }) {
      const body = { input, conversation_id: conversationId };
      for await (const event of workflowsStream(await client(), workflow, body, { signal })) {
        if (event.type === 'run.started') yield { type: 'started', runId: event.run_id };
        else if (event.type === 'output.delta') yield { type: 'delta', text: event.delta };
        else if (event.type === 'run.completed') {
          const { run } = event;
          yield { type: 'completed', runId: run.id, output: run.output, sources: run.sources, run };
        }
      }
    },
    rate: async (runId, rating) => runsFeedback(await client(), runId, { rating }),
  };
}
