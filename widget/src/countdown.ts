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
  const clock = new Date(seconds * 1000).toISOString();
  return clock.slice(seconds < 3600 ? 14 : 11, 19).replace(/^0/, '');
}

/** Tells every second how many are left, and 0 once at the end; answers how to stop it. */
export function countDown(clock: Clock, until: number, tick: (seconds: number) => void): () => void {
  let cancel = (): void => {};
  const next = (): void => {
    const left = until - clock.now();
    // To the next whole second, so that a late timer does not make the next one late.
    if (left > 0) cancel = clock.after(left % 1000 || 1000, next);
    tick(secondsLeft(until, clock.now()));
  };
  next();
  return () => cancel();
}
