import { defineTask, Transient } from 'holdfast';
import { z } from 'zod';

/** Hands an invoice to the accounting service, which recognises a repeat by its Idempotency-Key. */
export const invoiceSend = defineTask({
  type: 'invoice.send',
  summary: 'Sends a rendered invoice to the accounting service.',
  input: z.object({ number: z.string(), url: z.url() }),
  output: z.object({ status: z.int() }),
  example: { number: 'AB-1', url: 'http://127.0.0.1:9/invoices' },
  retry: { attempts: 5, firstDelay: '2s', longestDelay: '1m' },
  async run({ number, url }, context) {
    const response = await context.guard(`http:${new URL(url).host}`, () =>
      fetch(url, {
        method: 'POST',
        headers: { 'Idempotency-Key': context.effectKey(), 'Content-Type': 'application/json' },
        body: JSON.stringify({ number }),
        signal: context.signal,
      }),
    );
    if (response.status === 429) {
      throw new Transient('The service asks to wait.', { retryAfter: Number(response.headers.get('Retry-After')) || 5 });
    }
    if (!response.ok) throw new Transient(`The service answered ${response.status}.`);
    return { status: response.status };
  },
});
