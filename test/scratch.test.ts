import { Harness } from './support/harness';
import { setTimeout as sleep } from 'node:timers/promises';
let harness: Harness;
beforeAll(async () => { harness = await Harness.start(); });
afterAll(() => harness.close());
it('looks', async () => {
  const { task } = await harness.tasks.submit({ type: 'test.probe', input: {}, policy: { queue: 'later', maxQueueTime: 600 } });
  await harness.tasks.act(task.id, 'pause');
  await harness.startWorkers({ queues: ['later'] });
  await sleep(4000);
  console.log(JSON.stringify(await harness.tasks.read(task.id), null, 1));
  const h = await harness.temporal.workflow.getHandle(task.id).fetchHistory();
  console.log(h.events?.map((e) => { const [k] = Object.keys(e).filter((k) => k.endsWith('Attributes')); return k + ' ' + JSON.stringify((e as any)[k!].failure?.message ?? ''); }).join('\n'));
}, 60000);
