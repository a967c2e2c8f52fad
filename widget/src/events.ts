/** Events: what the element tells the page. They bubble and leave the shadow tree. */

import type { Rating } from './state.js';
import type { Trouble } from './trouble.js';

/** `nodai-ask`, before a question is sent; `preventDefault()` keeps it in the box. */
export interface AskDetail {
  question: string;
  conversationId: string;
}

/** `nodai-answer`, when an answer is complete. */
export interface AnswerDetail {
  question: string;
  /** Markdown. */
  answer: string;
  /** The run as the API answered it. */
  run: unknown;
}

/** `nodai-error`, when a question or a rating failed. */
export interface ErrorDetail extends Trouble {
  question: string;
  error: unknown;
}

/** `nodai-feedback`, when a rating has been saved. */
export interface FeedbackDetail {
  runId: string;
  rating: Rating;
}

export interface NodaiQueryEvents {
  'nodai-ask': CustomEvent<AskDetail>;
  'nodai-answer': CustomEvent<AnswerDetail>;
  'nodai-error': CustomEvent<ErrorDetail>;
  'nodai-feedback': CustomEvent<FeedbackDetail>;
  'nodai-open': CustomEvent<null>;
  'nodai-close': CustomEvent<null>;
}

declare global {
  interface HTMLElementEventMap extends NodaiQueryEvents {}
}
