import { imageConvert } from '../../src/catalogue/image-convert/contract';
import { HoldfastClient } from '../../src/http-client';
import { Harness } from '../support/harness';
import { startRole } from '../support/processes/role-process';
import type { RunningProcess } from '../support/processes/running-process';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

const COUNT = 200;
/** The API is killed when so many submissions have been answered. */
const KILLS = [60, 140];
const AT_ONCE = 10;

let harness: Harness;
let api: RunningProcess;
beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(async () => {
  await api?.stop('SIGKILL');
  await harness.close();
});

it('200 keyed submissions through an API that is killed twice are 200 tasks', async () => {
  const port = String(await freePort());
  const startApi = async () => {
    api = await startRole('api', { ...harness.env, HOLDFAST_HOME: harness.folder, HOLDFAST_PORT: port });
  };
  await startApi();
  // No worker runs: each task waits, so that all of them can be counted.
  const client = new HoldfastClient({ url: `http://127.0.0.1:${port}`, tries: 40 });
  const ids: string[] = [];
  const kills = [...KILLS];
  let restart = Promise.resolve();
  const submitSome = async (first: number) => {
    for (let index = first; index < COUNT; index += AT_ONCE) {
      const run = await client.submit(imageConvert, imageConvert.example, { key: `picture-${index}` });
      ids.push(run.id);
      if (ids.length < (kills[0] ?? Number.POSITIVE_INFINITY)) continue;
      kills.shift();
      // The others of the moment have sent theirs, and wait for an answer.
      restart = restart.then(() => api.stop('SIGKILL')).then(startApi);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, first) => submitSome(first)));
  await restart;
  expect(kills).toEqual([]);
  expect(new Set(ids).size).toBe(COUNT);

  const counted = async () => (await harness.temporal.workflow.count(`WorkflowType = '${imageConvert.type}'`)).count;
  await until('each of them can be found', async () => (await counted()) >= COUNT);
  expect(await counted()).toBe(COUNT);
  const listed: string[] = [];
  for await (const { id } of client.list({ type: imageConvert.type })) listed.push(id);
  expect(listed.sort()).toEqual(ids.sort());
});
