import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until a condition holds; its value is returned.
 * @param seconds Generous: machines are slow and noisy, and a passing test never waits it out.
 */
export async function until<T>(what: string, condition: () => Promise<T> | T, seconds = 120): Promise<NonNullable<T>> {
  const began = Date.now();
  for (;;) {
    const value = await condition();
    if (value) return value;
    const waited = Date.now() - began;
    if (waited > seconds * 1000) throw new Error(`Waited ${seconds} s in vain until ${what}`);
    // Most conditions ask a server: what takes long is asked for less often.
    await sleep(waited < 1000 ? 50 : 200);
  }
}
