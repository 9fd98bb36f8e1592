import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until a condition holds; its value is returned.
 * @param seconds Generous: machines are slow and noisy, and a passing test never waits it out.
 */
export async function until<T>(what: string, condition: () => Promise<T> | T, seconds = 60): Promise<NonNullable<T>> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`Waited ${seconds} s in vain until ${what}`);
    await sleep(50);
  }
}
