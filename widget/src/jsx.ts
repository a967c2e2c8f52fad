/** Types for `<nodai-query>` in JSX: `import '@nodai/widget/jsx'`. */

import type * as React from 'react';
import type { NodaiQuery } from './element.js';

/** The attributes of the tag, as HTML has them. */
export interface NodaiQueryAttributes {
  workflow?: string | undefined;
  'api-key'?: string | undefined;
  'get-token'?: string | undefined;
  'api-url'?: string | undefined;
  mode?: 'inline' | 'floating' | undefined;
  theme?: 'auto' | 'light' | 'dark' | undefined;
  'no-store'?: '' | undefined;
  'contact-url'?: string | undefined;
  'image-hosts'?: string | undefined;
  heading?: string | undefined;
  placeholder?: string | undefined;
  class?: string | undefined;
}

type Words = { [Attribute in `text-${string}`]?: string | undefined };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'nodai-query': React.DetailedHTMLProps<React.HTMLAttributes<NodaiQuery>, NodaiQuery> &
        NodaiQueryAttributes &
        Words;
    }
  }
}
