/** Countdowns: how long until something is allowed, in words. */

const DAY = 86_400;

/** `0:42`, `59:03`, `2:00:05`, and from a day on `3 days` in the visitor's language. */
export function timeText(seconds: number, language: string): string {
  if (seconds >= DAY) {
    const unit = { style: 'unit', unit: 'day', unitDisplay: 'long' } as const;
    return new Intl.NumberFormat(language, unit).format(Math.ceil(seconds / DAY));
  }
  const clock = new Date(seconds * 1000).toISOString();
  return clock.slice(seconds < 3600 ? 14 : 11, 19).replace(/^0/, '');
}
