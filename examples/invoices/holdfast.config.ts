import { defineApp } from 'holdfast';
import { invoiceRender } from './src/invoice-render.ts';
import { invoiceSend } from './src/invoice-send.ts';

/** What every role loads: `holdfast dev`, `worker`, `api`, `monitor` and the command line. */
export default defineApp({
  name: 'invoices',
  tasks: [invoiceRender, invoiceSend],
});
