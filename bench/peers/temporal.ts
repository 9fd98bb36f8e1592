import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Caller, Peer, Places } from './peer';
import { doWork, type Work } from './work';

const TIME_OUT = '1 minute';

async function serve({ temporal }: Places, taskQueue: string): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await NativeConnection.connect({ address: temporal });
  const workflowsPath = require.resolve('./temporal-workflow');
  const worker = await Worker.create({ connection, taskQueue, workflowsPath, activities: { doWork } });
  void worker.run();
}

interface Ends {
  result(): Promise<unknown>;
}

async function open(
  { temporal }: Places,
  start: (client: Client, work: Work, key: string) => Promise<Ends>,
): Promise<Caller> {
  const connection = await Connection.connect({ address: temporal });
  const client = new Client({ connection });
  return {
    submit: (work, key) => start(client, work, key),
    result: async (handle) => void (await (handle as Ends).result()),
    close: () => connection.close(),
  };
}

export const temporalBare: Peer = {
  name: 'Temporal, a bare workflow',
  server: 'temporal',
  afterDeath: 'no heartbeat: its start-to-close time-out, 60 s here',
  work: (places) => serve(places, 'bare'),
  open: (places) =>
    open(places, (client, work, key) =>
      client.workflow.start('bare', {
        workflowId: key,
        taskQueue: 'bare',
        args: [work],
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    ),
};

export const temporalStandalone: Peer = {
  name: 'Temporal, a standalone activity',
  server: 'temporal',
  afterDeath: 'no heartbeat: its start-to-close time-out, 60 s here',
  work: (places) => serve(places, 'standalone'),
  open: (places) =>
    open(places, (client, work, key) =>
      client.activity.start('doWork', {
        id: key,
        taskQueue: 'standalone',
        args: [work],
        startToCloseTimeout: TIME_OUT,
        idConflictPolicy: 'USE_EXISTING',
      } as never),
    ),
};
