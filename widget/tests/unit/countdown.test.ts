/** Countdowns, on a clock that only moves when it is told to. */

import { describe, expect, test } from 'vitest';
import { type Clock, countDown, secondsLeft, timeText } from '../../src/countdown.js';

class HandClock implements Clock {
  time = 0;
  waiting: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const entry = { at: this.time + milliseconds, callback };
    this.waiting.push(entry);
    return () => {
      this.waiting = this.waiting.filter((other) => other !== entry);
    };
  }

  /** Moves on, as a page in the background does: what was due is called late. */
  move(milliseconds: number): void {
    this.time += milliseconds;
    for (const entry of this.waiting.filter(({ at }) => at <= this.time)) {
      this.waiting = this.waiting.filter((other) => other !== entry);
      entry.callback();
    }
  }
}

function watch(until: number): { clock: HandClock; stop: () => void; seen: number[] } {
  const clock = new HandClock();
  const seen: number[] = [];
  const stop = countDown(clock, until, (seconds) => seen.push(seconds));
  return { clock, stop, seen };
}

describe('a countdown', () => {
  test('tells every second once, and 0 at the end', () => {
    const { clock, seen } = watch(2500);
    for (let moves = 0; moves < 40; moves += 1) clock.move(100);
    expect(seen).toEqual([3, 2, 1, 0]);
    expect(clock.waiting).toEqual([]);
  });

  test('that slept ends at once', () => {
    const { clock, seen } = watch(3_600_000);
    clock.move(3_600_000);
    expect(seen).toEqual([3600, 0]);
  });

  test('that is stopped tells nothing more', () => {
    const { clock, stop, seen } = watch(5000);
    stop();
    clock.move(9000);
    expect(seen).toEqual([5]);
  });

  test('whose time has come tells 0 only', () => {
    expect(watch(-5).seen).toEqual([0]);
  });
});

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

test('a part of a second counts as a whole one', () => {
  expect(secondsLeft(1001, 0)).toBe(2);
  expect(secondsLeft(1000, 2000)).toBe(0);
});
