import { defineTask, Permanent } from 'holdfast';
import { z } from 'zod';

const line = z.object({ what: z.string().min(1), cents: z.int().min(0), count: z.int().min(1).default(1) });

/** Renders an invoice as a text file in the artifact store. The same number is the same task for a day. */
export const invoiceRender = defineTask({
  type: 'invoice.render',
  summary: 'Renders an invoice.',
  input: z.object({ number: z.string().regex(/^[A-Z]{2}-\d+$/), customer: z.string().min(1), lines: z.array(line) }),
  output: z.object({ file: z.string(), totalCents: z.int() }),
  example: { number: 'AB-1', customer: 'Ada', lines: [{ what: 'Tea', cents: 350 }] },
  key: ({ number }) => number,
  window: '1d',
  retry: { attempts: 4, firstDelay: '1s' },
  async run({ number, customer, lines }, context) {
    if (lines.length === 0) throw new Permanent(`Invoice ${number} has no lines.`);
    context.progress(50, 'adding up');
    const totalCents = lines.reduce((sum, { cents, count }) => sum + cents * count, 0);
    const text = [`Invoice ${number}`, customer, ...lines.map(({ what, cents, count }) => `${count} x ${what} ${cents}`)];
    const { hash } = await context.artifacts.put(Buffer.from(`${text.join('\n')}\nTotal ${totalCents}\n`));
    return { file: hash, totalCents };
  },
});
