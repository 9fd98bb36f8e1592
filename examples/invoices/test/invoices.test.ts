import { TaskFailed } from 'holdfast/client';
import { runHandler, type TestApp, testApp } from 'holdfast/testing';
import app from '../holdfast.config.ts';
import { invoiceRender } from '../src/invoice-render.ts';

const invoice = { number: 'AB-7', customer: 'Ada', lines: [{ what: 'Tea', cents: 350, count: 2 }] };

describe('invoice.render, without a server', () => {
  it('adds the lines up', async () => {
    const { output, progress } = await runHandler(invoiceRender, invoice);
    expect(output.totalCents).toBe(700);
    expect(progress).toEqual([{ percent: 50, stage: 'adding up' }]);
  });

  it('refuses an invoice without lines for good', async () => {
    await expect(runHandler(invoiceRender, { ...invoice, lines: [] })).rejects.toMatchObject({
      code: 'PERMANENT_VALIDATION',
    });
  });
});

describe('the app, on a real Temporal server', () => {
  let running: TestApp;
  beforeAll(async () => {
    running = await testApp(app);
  });
  afterAll(() => running.close());

  it('renders each number once', async () => {
    const first = await running.client.submit(invoiceRender, invoice);
    expect((await first.result()).totalCents).toBe(700);
    const again = await running.client.submit(invoiceRender, invoice);
    expect([again.id, again.duplicate]).toEqual([first.id, true]);
  });

  it('reports a failure as one', async () => {
    const run = await running.client.submit(invoiceRender, { ...invoice, number: 'AB-8', lines: [] });
    await expect(run.result()).rejects.toBeInstanceOf(TaskFailed);
  });
});

describe('the app, on a server that skips time', () => {
  let running: TestApp;
  beforeAll(async () => {
    running = await testApp(app, { clock: 'skipping' });
  });
  afterAll(() => running.close());

  it('renders an invoice a day later', async () => {
    const run = await running.client.submit(invoiceRender, { ...invoice, number: 'AB-9' }, { delay: '1d' });
    await running.skip('1d');
    expect((await run.result({ within: '30s' })).totalCents).toBe(700);
  });
});
