/** The demo: the same box inline, themed, dark, from right to left, in React, and floating by the loader. */

import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { NodaiQuery } from '../src/react/index.js';
import { readConfig } from './page.js';

const { api_url, workflow, publishable_key } = await readConfig();

for (const element of document.querySelectorAll('nodai-query')) {
  element.setAttribute('api-url', api_url);
  element.setAttribute('api-key', publishable_key);
  element.setAttribute('workflow', workflow);
}

const place = document.getElementById('demo-react');
const props = { workflow, apiKey: publishable_key, apiUrl: api_url, id: 'demo-in-react', heading: 'In React' };
if (place) createRoot(place).render(createElement(NodaiQuery, props));

const floating = document.createElement('nodai-query');
const attributes = { workflow, mode: 'floating', 'api-key': publishable_key, 'api-url': api_url };
for (const [name, value] of Object.entries(attributes)) floating.setAttribute(name, value);
document.body.append(floating);
await import('../src/define.js');
