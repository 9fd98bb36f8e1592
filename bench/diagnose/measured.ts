import { Client, Connection } from '@temporalio/client';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { TaskClient } from '../../src/client/task-client';
import { retryInTime } from '../../src/client/temporal/grpc-retry';
import { stuckContracts } from './types';

/** What one process used and found. */
export interface Measured {
  seconds: number;
  /** Calls to the server, repeated ones included. */
  requests: number;
  /** Peak resident memory, in MiB; of this, loading the code alone takes `loadedMiB`. */
  peakMiB: number;
  loadedMiB: number;
  /** Tasks by type. */
  counts: Record<string, number>;
  /** When the oldest task of each type was submitted, ISO. */
  oldest: Record<string, string>;
}

const PAGE = 1000;

/** One side of the comparison, in a process of its own: `measured <check|floor> <address> <artifacts>`. */
async function main([side = '', address = '', folder = '']: string[]): Promise<void> {
  let requests = 0;
  const count: typeof retryInTime = (options, nextCall) => {
    requests++;
    return nextCall(options) as ReturnType<typeof retryInTime>;
  };
  const connection = await Connection.connect({ address, interceptors: [retryInTime, count] });
  const client = new Client({ connection });
  const loadedMiB = peak();
  requests = 0;
  const begin = performance.now();
  const { counts, oldest } = side === 'check' ? await check(client, folder) : await pageThrough(client);
  const seconds = (performance.now() - begin) / 1000;
  const measured: Measured = { seconds, requests, peakMiB: peak(), loadedMiB, counts, oldest };
  console.log(JSON.stringify(measured));
  await connection.close();
}

type Found = Pick<Measured, 'counts' | 'oldest'>;

async function check(client: Client, folder: string): Promise<Found> {
  const artifacts = new LocalArtifactStore(folder);
  const tasks = new TaskClient({ client, contracts: stuckContracts, artifacts });
  const { types } = await tasks.diagnose({ hours: 0 });
  return {
    counts: Object.fromEntries(types.map(({ type, count }) => [type, count])),
    oldest: Object.fromEntries(types.map(({ type, oldest }) => [type, oldest])),
  };
}

/** The floor: the bare list of the same tasks, page by page, with nothing made of the rows but counts and the oldest time. */
async function pageThrough(client: Client): Promise<Found> {
  const counts: Record<string, number> = {};
  const oldest: Record<string, string> = {};
  let nextPageToken: Uint8Array = new Uint8Array();
  do {
    const page = await client.workflowService.listWorkflowExecutions({
      namespace: 'default',
      query: "TaskCategory IS NOT NULL AND ExecutionStatus = 'Running'",
      pageSize: PAGE,
      nextPageToken,
    });
    for (const { type, startTime } of page.executions ?? []) {
      const name = type?.name ?? '';
      counts[name] = (counts[name] ?? 0) + 1;
      const time = new Date(Number(startTime?.seconds ?? 0) * 1000 + (startTime?.nanos ?? 0) / 1e6).toISOString();
      if (oldest[name] === undefined || time < oldest[name]) oldest[name] = time;
    }
    nextPageToken = page.nextPageToken ?? new Uint8Array();
  } while (nextPageToken.length > 0);
  return { counts, oldest };
}

/** Peak resident memory of this process so far, in MiB. */
function peak(): number {
  return process.resourceUsage().maxRSS / 1024;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
