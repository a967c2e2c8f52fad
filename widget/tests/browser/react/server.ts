/** The server's side: reads the settings, prints the page's HTML. It runs in Node, where there is no document. */

import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { App } from './app.js';

const settings = JSON.parse(process.argv[2] ?? '');
process.stdout.write(renderToString(createElement(App, { settings })));
