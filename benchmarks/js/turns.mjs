/** Measures a contender and the same by hand in turns, in CPU time of the process, which other load does not spoil. */

/** Microseconds of user and system time that `times` calls took. */
async function spent(call, times) {
  // Nobody pays for the other's garbage. A full collection would throw optimised code away with the last instance.
  globalThis.gc?.({ type: 'minor' });
  const before = process.cpuUsage();
  for (let done = 0; done < times; done++) await call();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Calls until `milliseconds` of CPU are used; answers microseconds a call, of the second half. */
async function warmed(call, milliseconds) {
  let times = 1;
  for (let used = 0; ; times *= 2) {
    const last = await spent(call, times);
    used += last;
    if (used >= milliseconds * 1000) return last / times;
  }
}

/**
 * Rounds of [by hand, theirs], in microseconds a call. A batch is as many calls as take `batch` milliseconds by hand;
 * every other round begins with the other one. What is slow gets fewer rounds, but two at least.
 */
export async function inTurns(byHand, theirs, { rounds, batch, warm, seconds }) {
  const one = await warmed(byHand, warm);
  await warmed(theirs, warm);
  const times = Math.max(1, Math.ceil((batch * 1000) / one));
  const ends = performance.now() + seconds * 1000;
  const found = [];
  for (let round = 0; round < rounds && (round < 2 || performance.now() < ends); round++) {
    const first = await spent(round % 2 ? theirs : byHand, times);
    const second = await spent(round % 2 ? byHand : theirs, times);
    found.push((round % 2 ? [second, first] : [first, second]).map((used) => used / times));
  }
  return found;
}
