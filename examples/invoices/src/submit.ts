import { HoldfastClient, named, TaskFailed } from 'holdfast/client';
import type { invoiceRender } from './invoice-render.ts';

const hf = new HoldfastClient({ url: process.env['INVOICES_API'] ?? 'http://127.0.0.1:3000' });

/** Renders an invoice over HTTP: what the web application of the shop does. It loads no handler, only its types. */
export async function render(number: string, customer: string): Promise<string> {
  const lines = [{ what: 'Tea', cents: 350, count: 2 }];
  const task = named<typeof invoiceRender>('invoice.render');
  const run = await hf.submit(task, { number, customer, lines }, { key: number, tags: ['shop'] });
  try {
    const { file, totalCents } = await run.result({ within: '30s' });
    return `${file}: ${totalCents} cents`;
  } catch (error) {
    if (error instanceof TaskFailed) return `${error.code} (${error.class}): ${error.message}`;
    throw error;
  }
}
