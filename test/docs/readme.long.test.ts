import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Handler } from '../../src/activities/attempt/handler';
import { imageConvert } from '../../src/catalogue/image-convert/contract';
import { createImageConvert } from '../../src/catalogue/image-convert/handler';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { tasksOf } from '../support/tasks-of';

const README = readFileSync(path.join(__dirname, '..', '..', 'README.md'), 'utf8');

const { handler, close } = createImageConvert({ maxPixels: 1_000_000 });

let harness: Harness;
let api: TestApi;
beforeAll(async () => {
  harness = await Harness.start();
  const contracts = [imageConvert];
  await harness.startWorkers({
    contracts,
    handlers: { [imageConvert.type]: handler as unknown as Handler },
  });
  const tasks = tasksOf(harness, contracts);
  api = await TestApi.start(harness, { tasks, contracts });
});
afterAll(async () => {
  await api.close();
  await harness.close();
  await close();
});

/** What differs from run to run. */
const OF_A_RUN = /\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b01[0-9a-z]{24}\b/g;

it("shows the first task's answer as it comes", async () => {
  const [, order = ''] = /-d '(\{"type":"image\.convert".*\})'\n/.exec(README) ?? [];
  const [shown = ''] = /^\{"id":"image\.convert:.*\}$/m.exec(README) ?? [];
  const { status, body } = await api.call('POST', '/v1/tasks', {
    raw: order,
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'my-first', Prefer: 'wait=60' },
  });
  expect(status).toBe(200);
  expect(JSON.stringify(body).replace(OF_A_RUN, '…')).toBe(shown.replace(OF_A_RUN, '…'));
});
