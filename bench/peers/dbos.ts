import { DBOS, DBOSClient, type WorkflowHandle } from '@dbos-inc/dbos-sdk';
import type { Peer } from './peer';
import { doWork, type Work } from './work';

const APP = 'peers';
const VERSION = 'one';

export const dbos: Peer = {
  name: 'DBOS',
  server: 'postgres',
  afterDeath: 'recovered when a process of the same executor ID starts',
  work: async ({ postgres }, identity) => {
    process.env.DBOS__VMID = identity;
    DBOS.setConfig({
      name: APP,
      systemDatabaseUrl: postgres,
      applicationVersion: VERSION,
      logLevel: 'error',
      runAdminServer: false,
    } as never);
    DBOS.registerWorkflow(async (work: Work) => DBOS.runStep(() => doWork(work), { name: 'work' }), { name: 'work' });
    await DBOS.launch();
    await DBOS.registerQueue('work');
  },
  open: async ({ postgres }) => {
    const client = await DBOSClient.create({ systemDatabaseUrl: postgres, applicationName: APP });
    return {
      submit: (work, key) =>
        client.enqueue({ queueName: 'work', workflowName: 'work', workflowID: key, appVersion: VERSION }, work),
      result: async (handle) => void (await (handle as WorkflowHandle<unknown>).getResult()),
      close: () => client.destroy(),
    };
  },
};
