import { Client, Connection } from '@temporalio/client';
import { LocalArtifactStore } from '../../src/artifacts/local-store';
import { retryInTime } from '../../src/client/grpc-retry';
import { TaskClient } from '../../src/client/task-client';
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
  const counts = side === 'check' ? await check(client, folder) : await pageThrough(client);
  const seconds = (performance.now() - begin) / 1000;
  const measured: Measured = { seconds, requests, peakMiB: peak(), loadedMiB, counts };
  console.log(JSON.stringify(measured));
  await connection.close();
}

async function check(client: Client, folder: string): Promise<Record<string, number>> {
  const artifacts = new LocalArtifactStore(folder);
  const tasks = new TaskClient({ client, contracts: stuckContracts, artifacts });
  const { types } = await tasks.diagnose({ hours: 0 });
  return Object.fromEntries(types.map(({ type, count }) => [type, count]));
}

/** The floor: the bare list of the same tasks, page by page, with nothing made of the rows but counts. */
async function pageThrough(client: Client): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let nextPageToken: Uint8Array = new Uint8Array();
  do {
    const page = await client.workflowService.listWorkflowExecutions({
      namespace: 'default',
      query: "TaskCategory IS NOT NULL AND ExecutionStatus = 'Running'",
      pageSize: PAGE,
      nextPageToken,
    });
    for (const { type } of page.executions ?? []) counts[type?.name ?? ''] = (counts[type?.name ?? ''] ?? 0) + 1;
    nextPageToken = page.nextPageToken ?? new Uint8Array();
  } while (nextPageToken.length > 0);
  return counts;
}

/** Peak resident memory of this process so far, in MiB. */
function peak(): number {
  return process.resourceUsage().maxRSS / 1024;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
