import { type ChildProcess, spawn } from 'node:child_process';
import { until } from '../until';
import { end, hasEnded } from './family';

/** A Node process of a test, so that it can be killed. */
export class RunningProcess {
  /** Everything that it has written. */
  log = '';

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data) => {
        this.log += data;
      });
    }
  }

  /** @param ready Appears in the log once the process takes work. It fails when the process ends before that. */
  static async start(args: string[], env: NodeJS.ProcessEnv, ready: string): Promise<RunningProcess> {
    const running = new RunningProcess(spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
    await until(`the process says "${ready}"`, () => running.log.includes(ready) || running.ended);
    // One that was ready and died at once, as some are meant to, is seen only now.
    if (!running.log.includes(ready)) throw new Error(`The process ended: ${running.log}`);
    return running;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get ended(): boolean {
    return hasEnded(this.child);
  }

  /** The JSON lines of the log. */
  get lines(): Record<string, unknown>[] {
    const lines = this.log.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Sends a signal and waits for the end; returns the exit code. */
  async stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    await end(this.child, signal);
    return this.child.exitCode;
  }
}
