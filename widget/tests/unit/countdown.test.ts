/** Countdowns: how long until something is allowed, in words. */

import { expect, test } from 'vitest';
import { timeText } from '../../src/countdown.js';

test.each([
  [0, '0:00'],
  [9, '0:09'],
  [61, '1:01'],
  [3599, '59:59'],
  [3600, '1:00:00'],
  [7265, '2:01:05'],
  [86_400, '1 day'],
  [180_000, '3 days'],
])('%i seconds read as %s', (seconds, text) => {
  expect(timeText(seconds, 'en')).toBe(text);
});

test('days are named in the language of the visitor', () => {
  expect(timeText(180_000, 'de')).toBe('3 Tage');
});
