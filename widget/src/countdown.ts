/** Countdowns: how long until something is allowed, in words, and a tick for each second of it. */

/** Where the time comes from; tests hand over another. */
export interface Clock {
  now(): number;
  /** Calls back after so many milliseconds; answers how to call it off. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

const HOUR = 3600;
const DAY = 86_400;

/** Whole seconds left, rounded up; 0 when the time has come. */
export function secondsLeft(until: number, now: number): number {
  return Math.max(0, Math.ceil((until - now) / 1000));
}

/** `0:42`, `59:03`, `2:00:05`, and from a day on `3 days` in the visitor's language. */
export function timeText(seconds: number, language: string): string {
  if (seconds >= DAY) {
    const unit = { style: 'unit', unit: 'day', unitDisplay: 'long' } as const;
    return new Intl.NumberFormat(language, unit).format(Math.ceil(seconds / DAY));
  }
  const two = (number: number): string => String(Math.floor(number) % 60).padStart(2, '0');
  const minutes = seconds >= HOUR ? `${Math.floor(seconds / HOUR)}:${two(seconds / 60)}` : Math.floor(seconds / 60);
  return `${minutes}:${two(seconds)}`;
}

/** Tells every second how many are left, and 0 once at the end. */
export class Countdown {
  #clock: Clock;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(until: number, tick: (seconds: number) => void): void {
    this.stop();
    const left = until - this.#clock.now();
    const seconds = secondsLeft(until, this.#clock.now());
    // To the next whole second, so that a late timer does not make the next one late.
    if (seconds) this.#cancel = this.#clock.after(left % 1000 || 1000, () => this.start(until, tick));
    tick(seconds);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
