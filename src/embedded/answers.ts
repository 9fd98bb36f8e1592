const PATIENCE = 2;

/** Whether an address answers with success now. @param patience Seconds to wait. Defaults to 2. */
export function answers(url: string, patience = PATIENCE): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(patience * 1000) }).then(
    async (response) => {
      // An unread answer would keep its connection.
      await response.body?.cancel();
      return response.ok;
    },
    () => false,
  );
}
