/** What does not compile. Each line below a remark is an error: without one, the type check fails. */
import { defineTask } from 'holdfast';
import { named, type TasksClient } from 'holdfast/client';
import { z } from 'zod';
import { invoiceRender } from '../src/invoice-render.ts';

const input = z.object({ number: z.string() });
const output = z.object({ pages: z.int() });

export async function mistakes(client: TasksClient): Promise<void> {
  // @ts-expect-error: there is no such task type
  await client.submit('invoice.rendr', {});
  // @ts-expect-error: nor this one
  named<typeof invoiceRender>('invoice.rendr');
  // @ts-expect-error: the input has no lines
  await client.submit(invoiceRender, { number: 'AB-1', customer: 'Ada' });
  const run = await client.submit(invoiceRender, { number: 'AB-1', customer: 'Ada', lines: [] });
  // @ts-expect-error: the output has no total
  (await run.result()).total;
  // @ts-expect-error: the output has no text
  defineTask({ type: 'invoice.count', input, output, run: async () => ({ pages: 'three' }) });
  // @ts-expect-error: there is no such category
  defineTask({ type: 'invoice.count', category: 'urgent', input, output, run: async () => ({ pages: 3 }) });
  // @ts-expect-error: this is no time
  defineTask({ type: 'invoice.count', window: 'a day', input, output, run: async () => ({ pages: 3 }) });
}
