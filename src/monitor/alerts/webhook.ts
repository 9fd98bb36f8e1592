import { type AlertSink, headline, noticeId } from './notice';

const PATIENCE_MS = 10_000;

/**
 * Posts each notice as JSON. `text` is what chat services show of it. The address may hold a secret, so no
 * error names it.
 */
export function createWebhookSink(address: string | undefined): AlertSink | undefined {
  if (!address) return undefined;
  return async (notice) => {
    const body = JSON.stringify({
      service: 'holdfast',
      id: noticeId(notice),
      text: `${headline(notice)}\n${notice.message}`,
      ...notice,
    });
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': noticeId(notice) };
    // Redirects are not followed: a POST would become a GET, or go to where nobody sent it.
    const request = {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    } as const;
    const response = await fetch(address, request).catch((error: unknown) => {
      throw new Error(`The alert webhook did not take it: ${reasonOf(error)}`);
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`The alert webhook answered ${response.status}`);
  };
}

/** The code of what went wrong beneath, where there is one: `ECONNREFUSED`. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: unknown } };
  if (name === 'TimeoutError') return `no answer within ${PATIENCE_MS / 1000} s`;
  return typeof cause?.code === 'string' ? cause.code : 'no connection';
}
