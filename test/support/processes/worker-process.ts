import type { Harness } from '../harness';
import { fixture } from './fixture';
import { RunningProcess } from './running-process';

/** Starts a worker of the probes in a process of its own. */
export function startWorkerProcess(
  { server, env, artifacts }: Harness,
  { grace = 5, queue = 'default', concurrency = 5 } = {},
): Promise<RunningProcess> {
  const options = [server.address, artifacts.folder, String(grace), queue, String(concurrency)];
  return RunningProcess.start(fixture('probe-worker', ...options), { ...process.env, ...env }, 'worker started');
}
