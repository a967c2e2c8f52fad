/** A React app with the widget in it, as a site would write it: rendered on the server, hydrated in the browser. */

import { NodaiQuery, type NodaiQueryElement } from '@nodai/widget/react';
import { createElement as h, type ReactElement, StrictMode, useRef, useState } from 'react';

export interface Settings {
  apiUrl: string;
  workflow: string;
  /** What the app's backend answers a visitor who needs a client session. */
  session: { secret: string; expires_at: string };
}

export function App({ settings }: { settings: Settings }): ReactElement {
  const { apiUrl, workflow, session } = settings;
  const [heard, setHeard] = useState<string[]>([]);
  const [round, setRound] = useState(1);
  const [shown, setShown] = useState(true);
  const widget = useRef<NodaiQueryElement>(null);
  const hear = (what: string): void => setHeard((before) => [...before, `${what} in round ${round}`]);
  const query = h(NodaiQuery, {
    ref: widget,
    id: 'query',
    className: 'query',
    workflow,
    apiUrl,
    getToken: async (current) => {
      hear(`token for ${current ? 'another' : 'none'}`);
      return session;
    },
    mode: 'floating',
    heading: `Round ${round}`,
    texts: { 'text-send': 'Go' },
    noStore: true,
    onOpen: () => hear('open'),
    onClose: () => hear('close'),
    onAsk: (event) => hear(`ask ${event.detail.question}`),
    onAnswer: (event) => hear(`answer ${event.detail.answer.slice(0, 13)}`),
    onFeedback: (event) => hear(`rated ${event.detail.rating}`),
    onError: (event) => hear(`error ${event.detail.code}`),
  });
  const button = (text: string, onClick: () => void): ReactElement => h('button', { type: 'button', onClick }, text);
  return h(
    StrictMode,
    null,
    h(
      'main',
      null,
      h('h1', null, 'App'),
      h('ol', { id: 'heard' }, ...heard.map((what, at) => h('li', { key: at }, what))),
      button('Next round', () => setRound(round + 1)),
      button('Hide or show', () => setShown(!shown)),
      button('Ask by ref', () => widget.current?.ask('password, by ref')),
      shown ? query : null,
    ),
  );
}
