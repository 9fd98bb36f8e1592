import { setTimeout as sleep } from 'node:timers/promises';

/** What a Temporal server has counted so far, by operation. */
export interface ServerCounts {
  /** Calls to its frontend, as they came over the wire. */
  calls: Record<string, number>;
  /** Requests to its database. */
  writes: Record<string, number>;
}

const LINE = /^(service_requests|persistence_requests)\{(.*)\} (\d+(?:\.\d+)?(?:e\+\d+)?)$/;
/** What changes a workflow's state or adds to its history. */
const WRITES = new Set(['CreateWorkflowExecution', 'UpdateWorkflowExecution', 'AppendHistoryNodes']);

/** The server brings its counters up to date once a second. */
const UP_TO_DATE_MS = 2500;

/** Reads the counters of a server that was started with `--metrics-port`, when they hold all that has happened. */
export async function readServerCounts(metricsPort: number): Promise<ServerCounts> {
  await sleep(UP_TO_DATE_MS);
  const response = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
  const counts: ServerCounts = { calls: {}, writes: {} };
  for (const line of (await response.text()).split('\n')) {
    const [, metric, labels = '', value] = LINE.exec(line) ?? [];
    if (!metric || !labels.includes('namespace="default"')) continue;
    const operation = /operation="([^"]+)"/.exec(labels)?.[1] ?? '';
    const isCall = metric === 'service_requests';
    if (isCall && (!labels.includes('service_name="frontend"') || BY_THE_CLOCK.test(operation))) continue;
    if (!isCall && !WRITES.has(operation)) continue;
    const of = isCall ? counts.calls : counts.writes;
    of[operation] = (of[operation] ?? 0) + Number(value);
  }
  return counts;
}

/** Long polls of workers and what runtimes report by the clock: they come whether or not there are tasks. */
const BY_THE_CLOCK = /^(Poll|RecordWorkerHeartbeat|GetSystemInfo|GetClusterInfo|DescribeNamespace|ShutdownWorker)/;

/** What was added to counters between two readings; what did not change is left out. */
export function added(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const differences = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(differences.filter(([, count]) => count > 0));
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
