import { setTimeout as sleep } from 'node:timers/promises';
import { TaskClient } from '../src/client/task-client';
import type { TaskView } from '../src/client/view';
import { emailSend } from '../src/tasks/email-send';
import { letter } from './support/emails';
import { Harness } from './support/harness';
import { MailServer } from './support/mail-server';
import { startRole } from './support/role-process';
import type { RunningProcess } from './support/running-process';
import { until } from './support/until';

/** Attempts that shall die with their worker, and mails of each kind that are handed in for every killed worker. */
const LOST = 50;
const MAILS = 6;
const MOST_KILLS = 30;

type Delivery = 'at-least-once' | 'at-most-once';

let harness: Harness;
let server: MailServer;
let tasks: TaskClient;
let workers: RunningProcess[] = [];

beforeAll(async () => {
  [harness, server] = await Promise.all([Harness.start(), MailServer.start()]);
  const { artifacts, temporal: client } = harness;
  tasks = new TaskClient({ client, contracts: [emailSend], artifacts, deadline: 10 });
  // Every step takes its time, so that workers die in each of them.
  const slowly = () => sleep(Math.random() * 200).then(() => undefined);
  server.manners = { connect: slowly, recipient: slowly, answer: slowly };
  workers = await Promise.all([startWorker(), startWorker()]);
});
afterAll(async () => {
  for (const worker of workers) await worker.stop('SIGKILL');
  await server.close();
  await harness.close();
});

/** The built worker, as `npm run worker` runs it. */
function startWorker(): Promise<RunningProcess> {
  return startRole('worker', {
    TEMPORAL_ADDRESS: harness.server.address,
    HOLDFAST_HOME: harness.folder,
    HOLDFAST_ARTIFACTS: harness.artifacts.folder,
    HOLDFAST_SMTP_URL: server.url,
    HOLDFAST_QUEUES: 'email',
    HOLDFAST_CONCURRENCY: '6',
  });
}

async function submit(delivery: Delivery, count: number): Promise<string[]> {
  const submissions = Array.from({ length: count }, () => ({
    type: 'email.send',
    input: letter({ delivery }),
    policy: { heartbeatTimeout: 2, lostAttempts: 100 },
  }));
  return (await tasks.submitAll(submissions)).map((result) => {
    if ('error' in result) throw result.error;
    return result.task.id;
  });
}

/** Message-IDs of the copies of one task's mail, by the mail server's own log; the effect key tells whose they are. */
function copiesOf(id: string): string[] {
  return server.received.filter(({ effectKey }) => effectKey.startsWith(`${id}/`)).map(({ messageId }) => messageId);
}

const settled = (id: string): Promise<TaskView> =>
  until(
    `${id} has settled`,
    async () => {
      const task = await tasks.read(id);
      return task.state === 'completed' || task.state === 'dead-lettered' || task.state === 'failed' ? task : undefined;
    },
    120,
  );

it(`workers killed at random moments with ${LOST} mails in hand: none is lost, none that must not is sent twice`, async () => {
  const ids: Record<Delivery, string[]> = { 'at-least-once': [], 'at-most-once': [] };
  let kills = 0;
  for (let inHand = 0; inHand < LOST * 1.2 && kills < MOST_KILLS; kills++) {
    for (const delivery of ['at-least-once', 'at-most-once'] as const)
      ids[delivery].push(...(await submit(delivery, MAILS)));
    await until('mails are on their way', () => server.connections > 2);
    await sleep(Math.random() * 400);
    const [victim, other] = workers as [RunningProcess, RunningProcess];
    inHand += server.connections / 2;
    const [next] = await Promise.all([startWorker(), victim.stop('SIGKILL')]);
    workers = [other, next];
  }
  const often = await Promise.all(ids['at-least-once'].map(settled));
  const once = await Promise.all(ids['at-most-once'].map(settled));

  const lost = often.reduce((sum, { failures }) => sum + (failures ?? []).filter(({ lost }) => lost).length, 0);
  const unknown = once.filter(({ state }) => state === 'dead-lettered');
  const copies = often.map(({ id }) => copiesOf(id).length);
  console.info(
    `${kills} workers killed, ${lost + unknown.length} attempts lost. At least once: ${often.length} mails, ` +
      `${copies.filter((count) => count > 1).length} of them arrived more than once. At most once: ${once.length} mails, ` +
      `${once.length - unknown.length} completed, ${unknown.length} unknown, of which ${unknown.filter(({ id }) => copiesOf(id).length > 0).length} had arrived.`,
  );
  expect(lost + unknown.length).toBeGreaterThanOrEqual(LOST);

  expect(often.filter(({ state }) => state !== 'completed')).toEqual([]);
  for (const { id, result } of often) {
    expect(copiesOf(id).length).toBeGreaterThan(0);
    expect(new Set(copiesOf(id))).toEqual(new Set([(result as { messageId: string }).messageId]));
  }
  for (const { id, state, failure } of once) {
    expect([state, failure?.code]).toEqual(
      state === 'completed' ? ['completed', undefined] : ['dead-lettered', 'OUTCOME_UNKNOWN'],
    );
    expect(copiesOf(id).length).toBeLessThanOrEqual(1);
    if (state === 'completed') expect(copiesOf(id).length).toBe(1);
  }
});
