import path from 'node:path';
import type { Harness } from './harness';
import { RunningProcess } from './running-process';

const FIXTURE = path.join(__dirname, '..', 'fixtures', 'probe-worker.ts');
const HOOK = path.join(__dirname, 'typescript-hook.js');

/** Starts a worker of the probes in a process of its own. */
export function startWorkerProcess(harness: Harness, { grace = 5, queue = 'default' } = {}): Promise<RunningProcess> {
  const args = ['--require', HOOK, FIXTURE, harness.server.address, harness.artifacts.folder, String(grace), queue];
  return RunningProcess.start(args, process.env, 'worker started');
}
