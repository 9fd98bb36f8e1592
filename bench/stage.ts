import { type ChildProcess, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@temporalio/client';
import { LocalArtifactStore } from '../src/artifacts/local/local-store';
import { TaskClient } from '../src/client/task-client';
import { end, freePort, spawnScript, startServer } from './server';
import { benchContracts } from './tasks';

/** One server, and beside each other on it: bare Temporal and Holdfast, each in a process of its own. */
export interface Stage {
  client: Client;
  /** Of the server. */
  address: string;
  /** Holdfast as a library, in this process, without a worker. */
  tasks: TaskClient;
  /** Base URL of Holdfast's API. */
  api: string;
  /** Folder of the artifact store. */
  artifacts: string;
  /** Where the server serves its metrics. */
  metricsPort: number;
  /** Resident memory of the process with API and worker, in MiB. */
  memory(): number;
  /** Processor time that the server, the API with its worker, and the caller have used so far, in milliseconds. */
  processorTime(): number;
  close(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-bench-'));
  const apiPort = await freePort();
  const { process: server, address, metricsPort, connection } = await startServer(folder);
  const children = [server];
  const script = async (name: string, ...args: string[]) => {
    const child = await startScript(name, args);
    children.push(child);
    return child;
  };
  await script('bare-worker.ts', address);
  const artifacts = path.join(folder, 'artifacts');
  const app = await script('holdfast-app.ts', address, String(apiPort), artifacts);
  const client = new Client({ connection });
  return {
    client,
    address,
    metricsPort,
    artifacts,
    tasks: new TaskClient({ client, contracts: benchContracts, artifacts: new LocalArtifactStore(artifacts) }),
    api: `http://127.0.0.1:${apiPort}`,
    memory: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(app.pid)], { encoding: 'utf8' })) / 1024,
    processorTime: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000 + processorTimeOf(server) + processorTimeOf(app);
    },
    close: async () => {
      await connection.close();
      for (const child of children.reverse()) await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Ticks of a hundredth of a second, as Linux counts them: the 14th and 15th field, after a name that may hold spaces. */
function processorTimeOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function startScript(name: string, args: string[]): Promise<ChildProcess> {
  const child = spawnScript(name, args);
  for await (const data of child.stdout ?? []) if (String(data).includes('ready')) return child;
  throw new Error(`${name} ended before it was ready.`);
}
