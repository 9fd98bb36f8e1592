import path from 'node:path';
import type { Harness } from '../harness';
import { RunningProcess } from './running-process';

const FIXTURE = path.join(__dirname, '..', '..', 'fixtures', 'probe-worker.ts');
const HOOK = path.join(__dirname, '..', 'typescript-hook.js');

/** Starts a worker of the probes in a process of its own. */
export function startWorkerProcess(
  { server, env, artifacts }: Harness,
  { grace = 5, queue = 'default', concurrency = 5 } = {},
): Promise<RunningProcess> {
  const options = [server.address, artifacts.folder, String(grace), queue, String(concurrency)];
  const args = ['--require', HOOK, FIXTURE, ...options];
  return RunningProcess.start(args, { ...process.env, ...env }, 'worker started');
}
