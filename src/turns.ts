import { setTimeout as sleep } from 'node:timers/promises';

/** In milliseconds: how long work may hold the event loop, and how long the others have it then. */
const LONGEST_STRETCH = 4;
const PAUSE = 2;

/**
 * For long work on the event loop: call the answer between its steps, and everybody else gets a turn every few
 * milliseconds. A pause, unlike one turn of the loop, lets a request of others get all the way.
 */
export function takingTurns(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < LONGEST_STRETCH) return;
    await sleep(PAUSE);
    began = performance.now();
  };
}
