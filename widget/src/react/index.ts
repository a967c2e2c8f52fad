'use client';
/** `<NodaiQuery>` for React: renders the tag on the server, and brings in the element only in the browser. */

import { createElement, forwardRef, type HTMLAttributes, useEffect, useImperativeHandle, useRef } from 'react';
import type { Transport } from '../api.js';
import type { NodaiQuery as NodaiQueryElement } from '../element.js';
import type { AnswerDetail, AskDetail, ErrorDetail, FeedbackDetail } from '../events.js';
import type { GetToken } from '../session.js';

export type { NodaiQueryElement };

export interface NodaiQueryProps extends Omit<HTMLAttributes<HTMLElement>, 'children' | 'onError'> {
  workflow: string;
  apiKey?: string | undefined;
  /** Answers a client session from your backend. */
  getToken?: GetToken | undefined;
  apiUrl?: string | undefined;
  mode?: 'inline' | 'floating' | undefined;
  theme?: 'auto' | 'light' | 'dark' | undefined;
  /** Whether a floating widget shows its panel; the visitor may change it, too. */
  open?: boolean | undefined;
  noStore?: boolean | undefined;
  contactUrl?: string | undefined;
  /** Hosts whose images an answer may show. */
  imageHosts?: readonly string[] | undefined;
  heading?: string | undefined;
  /** Other words, by attribute: `{'text-send': 'Go'}`. */
  texts?: Record<`text-${string}`, string> | undefined;
  transport?: Transport | undefined;
  onAsk?: ((event: CustomEvent<AskDetail>) => void) | undefined;
  onAnswer?: ((event: CustomEvent<AnswerDetail>) => void) | undefined;
  onError?: ((event: CustomEvent<ErrorDetail>) => void) | undefined;
  onFeedback?: ((event: CustomEvent<FeedbackDetail>) => void) | undefined;
  onOpen?: ((event: CustomEvent<null>) => void) | undefined;
  onClose?: ((event: CustomEvent<null>) => void) | undefined;
}

const EVENTS = ['Ask', 'Answer', 'Error', 'Feedback', 'Open', 'Close'] as const;

/** The ref gives the element, with its `ask()`, `stop()`, `open()`, `close()` and `reset()`. */
export const NodaiQuery = forwardRef<NodaiQueryElement | null, NodaiQueryProps>(function NodaiQuery(props, ref) {
  const { apiKey, getToken, apiUrl, open, noStore, contactUrl, imageHosts, texts, transport, className, ...rest } =
    props;
  const { onAsk, onAnswer, onError, onFeedback, onOpen, onClose, ...attributes } = rest;
  const own = useRef<NodaiQueryElement | null>(null);
  const latest = useRef(props);
  // One function for all renders: written inline it is another each time, and another means another session.
  const token = useRef<GetToken>((current) => (latest.current.getToken as GetToken)(current));
  useImperativeHandle(ref, () => own.current as NodaiQueryElement, []);
  // After every render, so that a listener or a property always is the last one that was given.
  useEffect(() => {
    latest.current = props;
    const element = own.current;
    if (!element) return;
    const wanted = getToken ? token.current : null;
    if ((element.getToken ?? null) !== wanted) element.getToken = wanted;
    if ((element.transport ?? undefined) !== transport) element.transport = transport ?? null;
  });
  useEffect(() => {
    if (open !== undefined) own.current?.toggleAttribute('open', open);
  }, [open]);
  useEffect(() => {
    const element = own.current;
    const hear = (event: Event): void => {
      const name = EVENTS.find((known) => event.type === `nodai-${known.toLowerCase()}`);
      if (name) latest.current[`on${name}`]?.(event as never);
    };
    for (const name of EVENTS) element?.addEventListener(`nodai-${name.toLowerCase()}`, hear);
    void import('../define.js');
    return () => {
      for (const name of EVENTS) element?.removeEventListener(`nodai-${name.toLowerCase()}`, hear);
    };
  }, []);
  return createElement('nodai-query', {
    ...attributes,
    ...texts,
    class: className,
    'api-key': apiKey,
    'api-url': apiUrl,
    'contact-url': contactUrl,
    'image-hosts': imageHosts?.join(' '),
    'no-store': noStore ? '' : undefined,
    ref: own,
  });
});
