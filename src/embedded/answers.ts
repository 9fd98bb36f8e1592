import { get } from 'node:https';

const PATIENCE = 2;

/** Whether an address answers with success now. @param patience Seconds to wait. Defaults to 2. */
export function answers(url: string, patience = PATIENCE): Promise<boolean> {
  const signal = AbortSignal.timeout(patience * 1000);
  if (url.startsWith('https:')) return answersTls(url, signal);
  return fetch(url, { signal }).then(
    async (response) => {
      // An unread answer would keep its connection.
      await response.body?.cancel();
      return response.ok;
    },
    () => false,
  );
}

/** Of a child on this host, which may have a certificate for other names: nothing is sent, and nothing believed but that it runs. */
function answersTls(url: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { signal, rejectUnauthorized: false, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).once('error', () => resolve(false));
  });
}
