import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { until } from './until';

const DIST = path.join(__dirname, '..', '..', 'dist');

/** A role of the built product in a process of its own, as `npm run worker` or `npm run api` runs it. */
export class RoleProcess {
  log = '';

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data) => {
        this.log += data;
      });
    }
  }

  /** @param ready Appears in the log once the role takes work. */
  static async start(role: 'worker' | 'api' | 'app', env: Record<string, string>, ready: string): Promise<RoleProcess> {
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [path.join(DIST, role, 'main.js')], {
      env: { PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const running = new RoleProcess(child);
    await until(`the ${role} is ready`, () => running.log.includes(ready) || running.ended);
    if (running.ended) throw new Error(`The ${role} ended: ${running.log}`);
    return running;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
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
