const PATIENCE_MS = 2000;

/** Whether an address answers with success now. */
export function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) }).then(
    async (response) => {
      // An unread answer would keep its connection.
      await response.body?.cancel();
      return response.ok;
    },
    () => false,
  );
}
