import { setTimeout as sleep } from 'node:timers/promises';
import { runVerifier } from '../../src/activities/attempt/run-verifier';
import { emailSend } from '../../src/catalogue/email-send/contract';
import { verifyEmailSend } from '../../src/catalogue/email-send/recorded';
import type { TaskView } from '../../src/client/read/view';
import { TaskClient } from '../../src/client/task-client';
import { Harness } from '../support/harness';
import { letter } from '../support/inputs/emails';
import { startRole } from '../support/processes/role-process';
import type { RunningProcess } from '../support/processes/running-process';
import { MailServer } from '../support/servers/mail-server';
import { until } from '../support/until';

/** Real processes and servers: on a machine that does much else, each step takes a multiple of its time. */
jest.setTimeout(360_000);

/** Attempts that shall die with their worker, and mails of each kind that are handed in for every killed worker. */
const LOST = 50;
const MAILS = 8;
const MOST_KILLS = 30;

type Delivery = 'at-least-once' | 'at-most-once';

let harness: Harness;
let server: MailServer;
let tasks: TaskClient;
let workers: RunningProcess[] = [];
const seen = new Map<string, TaskView>();

beforeAll(async () => {
  [harness, server] = await Promise.all([Harness.start(), MailServer.start()]);
  const { artifacts, temporal: client } = harness;
  tasks = new TaskClient({ client, contracts: [emailSend], artifacts, deadline: 10 });
  // Every step takes its time, so that workers die in each of them.
  const slowly = (most: number) => () => sleep(Math.random() * most).then(() => undefined);
  server.manners = { connect: slowly(100), recipient: slowly(100), answer: slowly(500) };
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
    ...harness.env,
    HOLDFAST_HOME: harness.folder,
    HOLDFAST_ARTIFACTS: harness.artifacts.folder,
    HOLDFAST_SMTP_URL: server.url,
    HOLDFAST_QUEUES: 'email',
    HOLDFAST_CONCURRENCY: '10',
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

const isSettled = (task?: TaskView) => task !== undefined && /^(completed|failed|dead-lettered)$/.test(task.state);

/** Reads the mails that have not settled yet once more. */
async function look(ids: readonly string[]): Promise<TaskView[]> {
  const open = ids.filter((id) => !isSettled(seen.get(id)));
  await Promise.all(open.map(async (id) => seen.set(id, await tasks.read(id))));
  return ids.flatMap((id) => seen.get(id) ?? []);
}

function settled(ids: readonly string[]): Promise<TaskView[]> {
  const all = async () => {
    const views = await look(ids);
    return views.every(isSettled) ? views : undefined;
  };
  return until('every mail has settled', all, 120);
}

/** Attempts that died with their worker, as far as that is noticed. */
function lostIn(views: readonly TaskView[]): number {
  const retried = views.flatMap(({ failures }) => failures ?? []).filter((failure) => failure.lost);
  return retried.length + views.filter(({ state }) => state === 'dead-lettered').length;
}

/** What the records of the attempts say of a mail. */
async function verdictOn({ id, generation = '' }: TaskView, delivery: Delivery): Promise<string> {
  const request = { taskId: id, generation, input: letter({ delivery }) };
  return (await runVerifier(emailSend, verifyEmailSend, request, { artifacts: harness.artifacts })).effect;
}

/** Kills one of two workers again and again, until enough attempts have died with them. */
async function submitAndKill(): Promise<{ kills: number; ids: Record<Delivery, string[]> }> {
  const ids: Record<Delivery, string[]> = { 'at-least-once': [], 'at-most-once': [] };
  let kills = 0;
  for (; lostIn(await look(Object.values(ids).flat())) < LOST && kills < MOST_KILLS; kills++) {
    ids['at-least-once'].push(...(await submit('at-least-once', MAILS)));
    ids['at-most-once'].push(...(await submit('at-most-once', MAILS)));
    await until('mails are on their way', () => server.connections > 2);
    await sleep(Math.random() * 400);
    const [victim, other] = workers as [RunningProcess, RunningProcess];
    const [next] = await Promise.all([startWorker(), victim.stop('SIGKILL')]);
    workers = [other, next];
  }
  return { kills, ids };
}

it(`workers killed at random moments with ${LOST} mails in hand: none is lost, none that must not is sent twice`, async () => {
  const { kills, ids } = await submitAndKill();
  const often = await settled(ids['at-least-once']);
  const once = await settled(ids['at-most-once']);

  const lost = lostIn([...often, ...once]);
  const twice = often.filter(({ id }) => copiesOf(id).length > 1).length;
  const unknown = once.filter(({ state }) => state === 'dead-lettered');
  const arrived = unknown.filter(({ id }) => copiesOf(id).length > 0).length;
  console.info(
    `${kills} workers killed, ${lost} attempts lost. At least once: ${often.length} mails, ${twice} of them came twice or more. ` +
      `At most once: ${once.length} mails, ${once.length - unknown.length} completed, ${unknown.length} unknown (${arrived} had arrived).`,
  );
  expect(lost).toBeGreaterThanOrEqual(LOST);

  for (const { id, state, result } of often) {
    const copies = copiesOf(id);
    expect([id, state, copies.length > 0]).toEqual([id, 'completed', true]);
    expect(new Set(copies)).toEqual(new Set([(result as { messageId: string }).messageId]));
  }
  for (const task of once) {
    const { id, state, failure } = task;
    const copies = copiesOf(id).length;
    expect([id, copies <= 1]).toEqual([id, true]);
    if (state === 'completed') expect([id, copies]).toEqual([id, 1]);
    else expect([id, state, failure?.code]).toEqual([id, 'dead-lettered', 'OUTCOME_UNKNOWN']);
    const verdict = await verdictOn(task, 'at-most-once');
    if (verdict !== 'unknown') expect([id, verdict]).toEqual([id, copies > 0 ? 'done' : 'absent']);
  }
});
