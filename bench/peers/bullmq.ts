import { type Job, Queue, QueueEvents, Worker } from 'bullmq';
import type { Peer } from './peer';
import { doWork } from './work';

const connectionOf = (port: number) => ({ host: '127.0.0.1', port, maxRetriesPerRequest: null });

export const bullmq: Peer = {
  name: 'BullMQ',
  server: 'redis',
  afterDeath: 'a lock of 30 s, looked for every 30 s',
  work: async ({ redis }) => {
    const worker = new Worker('work', (job) => doWork(job.data), { connection: connectionOf(redis), concurrency: 20 });
    await worker.waitUntilReady();
  },
  open: async ({ redis }) => {
    const connection = connectionOf(redis);
    const [queue, events] = [new Queue('work', { connection }), new QueueEvents('work', { connection })];
    await events.waitUntilReady();
    return {
      submit: (work, key) => queue.add('work', work, { jobId: key }),
      result: async (job) => void (await (job as Job).waitUntilFinished(events)),
      close: async () => {
        await events.close();
        await queue.close();
      },
    };
  },
};
