/** Asking: one question's events from beginning to end, with a fresh client session when the old one is not taken. */

import type { AnswerEvent, Question, Transport } from './api.js';
import { isStale } from './trouble.js';

/** An error of the widget's own, told like those of the SDK. */
export class AskingError extends Error {
  constructor(
    readonly code: string,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'AskingError';
  }
}

/** Ends after `completed`, else throws; has the session renewed once, and only before anything has arrived. */
export async function answer(
  transport: () => Transport,
  renew: (() => void) | null,
  question: Question,
  tell: (event: AnswerEvent) => void,
): Promise<void> {
  let begun = false;
  let completed = false;
  for (let renewed = false; ; renewed = true) {
    try {
      for await (const event of transport().ask(question)) {
        // Who stopped hears nothing more, and leaving the loop ends the request.
        if (question.signal.aborted) return;
        begun = true;
        completed ||= event.type === 'completed';
        tell(event);
      }
      if (completed) return;
      throw new AskingError('stream_incomplete', 'The stream ended before the answer was complete.');
    } catch (thrown) {
      // The SDK takes whatever getToken throws for a connection that failed.
      const cause = (thrown as { cause?: unknown } | null)?.cause;
      const error = cause instanceof AskingError ? cause : thrown;
      // The answer is whole, whatever becomes of the connection.
      if (completed || question.signal.aborted) return;
      if (begun || !renew || !isStale(error)) throw error;
      if (renewed) throw new AskingError('session_expired', 'A new client session was refused, too.', error);
      renew();
    }
  }
}

/** What a run answered, as markdown: text as it is, anything else as JSON. */
export function asMarkdown(output: unknown): string {
  if (typeof output === 'string') return output;
  if (output === null || output === undefined) return '';
  // A longer fence than any run of backticks in it.
  return `\`\`\`\`\`\`json\n${JSON.stringify(output, null, 2).replaceAll('``````', '`````\\u0060')}\n\`\`\`\`\`\`\n`;
}
