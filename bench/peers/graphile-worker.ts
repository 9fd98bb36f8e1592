import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { Client } from 'pg';
import type { Peer } from './peer';
import { doWork, type Work } from './work';

const logger = new Logger(() => () => {});

export const graphileWorker: Peer = {
  name: 'graphile-worker',
  server: 'postgres',
  afterDeath: 'a job is unlocked after 4 h',
  work: async ({ postgres }) => {
    const work = async (payload: unknown, { query }: { query(text: string, values: unknown[]): Promise<unknown> }) => {
      await doWork(payload as Work);
      await query('select pg_notify($1, $2)', ['work_done', (payload as Work).id]);
    };
    await run({
      connectionString: postgres,
      concurrency: 20,
      taskList: { work: work as never },
      noHandleSignals: true,
      logger,
    });
  },
  open: async ({ postgres }) => {
    const utils = await makeWorkerUtils({ connectionString: postgres, logger });
    await utils.migrate();
    // It keeps no results: the handler itself says that it is done.
    const listener = new Client(postgres);
    await listener.connect();
    const [done, waiting] = [new Set<string>(), new Map<string, () => void>()];
    listener.on('notification', ({ payload = '' }) => {
      done.add(payload);
      waiting.get(payload)?.();
    });
    await listener.query('listen work_done');
    return {
      submit: async (work, key) => {
        await utils.addJob('work', work, { jobKey: key });
        return work.id;
      },
      result: (id) =>
        new Promise<void>((resolve) => {
          if (done.has(id as string)) resolve();
          else waiting.set(id as string, resolve);
        }),
      close: async () => {
        await listener.end();
        await utils.release();
      },
    };
  },
};
