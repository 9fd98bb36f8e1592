/** A handler that ignores its stop signal is left behind after this long, so that its slot comes free. */
const SETTLE_MS = 10_000;

/**
 * Waits for a handler's work; for one that goes on after its signal, ten seconds more at most.
 * @param onLeftBehind Called when it is not waited for any longer; then the signal's reason is thrown.
 */
export async function untilStopped<T>(work: Promise<T>, signal: AbortSignal, onLeftBehind: () => void): Promise<T> {
  let abandon: NodeJS.Timeout | undefined;
  const leftBehind = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      abandon = setTimeout(() => {
        onLeftBehind();
        reject(signal.reason);
      }, SETTLE_MS);
    });
  });
  return Promise.race([work, leftBehind]).finally(() => clearTimeout(abandon));
}
