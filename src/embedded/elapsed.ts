const EVERY_MS = 5000;

/** Runs a step that may take long, with reports: when it begins, every five seconds, and how long it took. */
export async function withElapsed<T>(
  step: string,
  log: ((line: string) => void) | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const began = Date.now();
  const elapsed = () => `${Math.round((Date.now() - began) / 1000)} s`;
  log?.(`${step}…`);
  const ticking = setInterval(() => log?.(`${step}… ${elapsed()}`), EVERY_MS);
  try {
    const result = await work();
    log?.(`${step}: done in ${elapsed()}.`);
    return result;
  } finally {
    clearInterval(ticking);
  }
}
