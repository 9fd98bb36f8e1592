import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { imageConvert } from '../../../src/catalogue/image-convert/contract';
import { editedBundle } from '../faults/edited-bundle';
import { fixture } from '../processes/fixture';
import { RunningProcess } from '../processes/running-process';
import { until } from '../until';
import { type Incident, IncidentStage } from './stage';

const startWorkers = (stage: IncidentStage) => stage.startWorkers();

/** Eight by eight pixels, in the artifact store. */
async function uploaded(stage: IncidentStage): Promise<object> {
  const { image, ...operations } = imageConvert.example;
  const { hash } = await stage.harness.artifacts.put(Buffer.from('base64' in image ? image.base64 : '', 'base64'));
  return { image: { artifact: hash }, ...operations };
}

async function picture(stage: IncidentStage, key: string, more: object = {}): Promise<string> {
  const submission = { type: imageConvert.type, input: await uploaded(stage), key, ...more };
  return (await stage.tasks.submit(submission)).task.id;
}

/** An argument as the allow-list's patterns have it. */
function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Everything open is in the lists, which lag by a moment. */
async function listed(stage: IncidentStage, count: number): Promise<void> {
  await until('all are listed', async () => (await stage.tasks.list()).tasks.length === count);
}

const workerDown: Incident = {
  heading: '1. Nothing moves: the worker is down',
  begin: async () => {
    const stage = await IncidentStage.open();
    for (const key of ['order-4711', 'order-4712', 'order-4713']) await picture(stage, key);
    await listed(stage, 3);
    return stage;
  },
  actions: { 'npm run worker': startWorkers },
};

/** The partner's program hangs while a file is not there; its own limit ends it. */
const UP = 'partner-is-up';
const CALL = `require('fs').existsSync(process.argv[1]) ? console.log('synchronised') : setInterval(Date, 1000)`;

const dependencyDown: Incident = {
  heading: '2. Everything of one kind waits: a dependency is down',
  begin: async () => {
    const sync = { program: process.execPath, args: ['-e', escaped(CALL), '.*'], timeout: 1, idempotent: true };
    const stage = await IncidentStage.open({ sync });
    const args = ['-e', CALL, path.join(stage.harness.folder, UP)];
    // Attempts follow each other quickly here, so that the page need not wait for them.
    const policy = { attempts: 9, firstDelay: 0.5, cap: 0.5 };
    const ids: string[] = [];
    for (const customer of ['ann', 'bob', 'cid', 'dan', 'eve', 'fay']) {
      const submission = { type: 'command.run', input: { command: 'sync', args }, key: `sync-${customer}`, policy };
      ids.push((await stage.tasks.submit(submission)).task.id);
    }
    await stage.startWorkers();
    await until('all wait for the breaker', async () => {
      const tasks = await Promise.all(ids.map((id) => stage.tasks.read(id)));
      return tasks.every(({ why }) => why?.cause === 'breaker-open');
    });
    return stage;
  },
  actions: { 'ssh partner systemctl start api': (stage) => stage.harness.touch(path.join(stage.harness.folder, UP)) },
};

const poison: Incident = {
  heading: '3. One task fails whatever is done: poison input',
  begin: async () => {
    const stage = await IncidentStage.open();
    await stage.startWorkers();
    const id = await picture(stage, 'order-4714', { input: { image: { base64: 'bm90IGFuIGltYWdl' } } });
    await stage.harness.reaches(id, 'failed');
    await writeFile(path.join(stage.harness.folder, 'corrected.json'), JSON.stringify(await uploaded(stage)));
    await until('it is listed as failed', async () => {
      return (await stage.tasks.list({ filter: { state: ['failed'] } })).tasks.length === 1;
    });
    return stage;
  },
  actions: {},
};

/** A program that goes on until a file is there. */
const COUNT = `setInterval(() => require('fs').existsSync(process.argv[1]) && process.exit(console.log('4711 pieces')), 100)`;

/** What the new build does otherwise. */
const BROKEN = ["HANDLER_ACTIVITY = 'handler'", "HANDLER_ACTIVITY = 'work'"] as const;

const badDeploy: Incident = {
  heading: '4. Since the deploy nothing ends: replay is broken',
  begin: async () => {
    const count = { program: process.execPath, args: ['-e', escaped(COUNT), '.*'], idempotent: true };
    const stage = await IncidentStage.open({ count });
    const counted = path.join(stage.harness.folder, 'all-is-counted');
    await mkdir(path.join(stage.harness.folder, 'next'));
    const bundle = path.join(stage.harness.folder, 'next', 'workflow-bundle.js');
    await writeFile(bundle, editedBundle(...BROKEN));
    await stage.startWorkers();
    const input = { command: 'count', args: ['-e', COUNT, counted] };
    const { task } = await stage.tasks.submit({ type: 'command.run', input, key: 'stocktaking' });
    await stage.harness.reaches(task.id, 'running');
    await listed(stage, 1);
    await stage.stopWorkers();
    await stage.startWorkers(bundle);
    await stage.harness.touch(counted);
    await until('its workflow task fails', async () => {
      return (await stage.tasks.read(task.id)).why?.cause === 'workflow-task-failing';
    });
    return stage;
  },
  actions: {
    'npm run worker   # of the release before': async (stage) => {
      await stage.stopWorkers();
      await stage.startWorkers();
    },
  },
};

const lostResult: Incident = {
  heading: '5. Done, and nobody knows: a lost result',
  begin: async () => {
    const stage = await IncidentStage.open();
    const { server, env, artifacts } = stage.harness;
    const id = await picture(stage, 'order-4715', { policy: { heartbeatTimeout: 2, firstDelay: 60 } });
    const args = [server.address, artifacts.folder, 'default', '{}', 'after-record'];
    const worker = await RunningProcess.start(
      fixture('effect-worker', ...args),
      { ...process.env, ...env },
      'worker started',
    );
    await until('the worker has died with its work done', () => worker.ended);
    await until('its silence is noticed', async () => (await stage.tasks.read(id)).state === 'retrying');
    await listed(stage, 1);
    return stage;
  },
  actions: { 'npm run worker': startWorkers },
};

export const INCIDENTS: readonly Incident[] = [workerDown, dependencyDown, poison, badDeploy, lostResult];
