/** `@nodai/widget`: the class and its types. Importing it has no effect; `define` registers the element. */

export type { AnswerEvent, Question, Transport } from './api.js';
export { NodaiQuery } from './element.js';
export type { AnswerDetail, AskDetail, ErrorDetail, FeedbackDetail, NodaiQueryEvents } from './events.js';
export type { Messages } from './messages.js';
export { defineQuery as define } from './register.js';
export type { GetToken, Token } from './session.js';
export type { Rating, Source } from './state.js';
export type { Trouble, TroubleKind } from './trouble.js';
