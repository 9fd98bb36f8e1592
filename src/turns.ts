import { setTimeout as sleep } from 'node:timers/promises';

/** In milliseconds: how long work may hold the event loop, and how long others have it then. */
const LONGEST_STRETCH = 4;
const PAUSE = 2;

/**
 * For long work on the event loop: await the returned function between its steps, and other requests get a turn every
 * few milliseconds. It pauses for longer than one turn of the loop, since a request needs several to be answered.
 */
export function takingTurns(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < LONGEST_STRETCH) return;
    await sleep(PAUSE);
    began = performance.now();
  };
}
