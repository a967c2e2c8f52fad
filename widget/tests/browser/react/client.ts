/** The browser's side: takes over what the server has rendered. */

import { createElement } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { App } from './app.js';

const settings = JSON.parse(document.getElementById('settings')?.textContent ?? '');
const place = document.getElementById('app');
const report = (error: unknown): void => console.error('React', String(error));
if (place)
  hydrateRoot(place, createElement(App, { settings }), {
    onRecoverableError: report,
    onCaughtError: report,
    onUncaughtError: report,
  });
