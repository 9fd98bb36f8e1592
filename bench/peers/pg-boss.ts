import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import PgBoss from 'pg-boss';
import type { Peer } from './peer';
import { doWork } from './work';

/** Its jobs have UUIDs: the key is made one. */
function uuidOf(key: string): string {
  const hex = createHash('sha256').update(key).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

async function start(connectionString: string): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue('work').catch(() => undefined);
  return boss;
}

export const pgBoss: Peer = {
  name: 'pg-boss',
  server: 'postgres',
  afterDeath: 'a job expires after 15 min',
  work: async ({ postgres }) => {
    const boss = await start(postgres);
    await boss.work('work', { batchSize: 20 }, async (jobs) => {
      await Promise.all(jobs.map(({ data }) => doWork(data as never)));
    });
  },
  open: async ({ postgres }) => {
    const boss = await start(postgres);
    return {
      submit: async (work, key) => {
        const id = uuidOf(key);
        await boss.send('work', work, { id });
        return id;
      },
      // It offers no way to wait.
      result: async (id) => {
        while ((await boss.getJobById('work', id as string))?.state !== 'completed') await sleep(10);
      },
      close: () => boss.stop({ graceful: false }),
    };
  },
};
