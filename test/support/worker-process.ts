import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Harness } from './harness';
import { until } from './until';

const FIXTURE = path.join(__dirname, '..', 'fixtures', 'probe-worker.ts');
const HOOK = path.join(__dirname, 'typescript-hook.js');

/** A worker in a process of its own, so that it can be killed. */
export class WorkerProcess {
  private log = '';

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (data) => {
      this.log += data;
    });
    child.stderr?.on('data', (data) => {
      this.log += data;
    });
  }

  static async start(harness: Harness, { grace = 5, queue = 'default' } = {}): Promise<WorkerProcess> {
    const args = ['--require', HOOK, FIXTURE, harness.server.address, harness.artifacts.folder, String(grace), queue];
    const worker = new WorkerProcess(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
    await until('the worker process has started', () => worker.log.includes('worker started') || worker.ended);
    if (worker.ended) throw new Error(`The worker process ended: ${worker.log}`);
    return worker;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** What the process has logged: one JSON object a line. */
  get lines(): Record<string, unknown>[] {
    return this.log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Sends a signal and waits for the end; returns the exit code. */
  async stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    if (this.ended) return this.child.exitCode;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    await gone;
    return this.child.exitCode;
  }
}
