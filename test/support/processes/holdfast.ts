import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../temporal-server';
import { until } from '../until';
import { familyOf, hasEnded } from './family';
import { PYTHON } from './python';

const ROOT = path.join(__dirname, '..', '..', '..');

/** Command lines of the processes behind `npm start`; each has a guard beside it, which is a shell. */
const PARTS = {
  supervisor: /^\S*node scripts\/run\.js/,
  temporal: /^\S*temporal server start-dev/,
  app: /^\S*node .*embedded\/all-roles\.js/,
};

/** `npm start` in a home of its own, as a person runs it; several runs of one home may follow each other. */
export class Holdfast {
  output = '';
  private process: ChildProcess | undefined;

  private constructor(
    readonly home: string,
    readonly env: NodeJS.ProcessEnv,
    private readonly folder: string,
  ) {}

  /** @param folder The checkout to run. Defaults to this one. */
  static async create(env: NodeJS.ProcessEnv = {}, folder = ROOT): Promise<Holdfast> {
    const home = await mkdtemp(path.join(tmpdir(), 'holdfast-home-'));
    const [api, temporal, ui] = [await freePort(), await freePort(), await freePort()].map(String);
    const ports = { HOLDFAST_PORT: api, HOLDFAST_TEMPORAL_PORT: temporal, HOLDFAST_UI_PORT: ui };
    const own = { ...ports, HOLDFAST_HOME: home, HOLDFAST_PYTHON: PYTHON };
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^HOLDFAST_/.test(name)));
    return new Holdfast(home, { ...clean, ...own, ...env }, folder);
  }

  get url(): string {
    return `http://127.0.0.1:${this.env.HOLDFAST_PORT}`;
  }

  /** Types the command, in a process group of its own as a shell would. */
  run(script = 'start', env: NodeJS.ProcessEnv = {}, args: readonly string[] = []): void {
    this.output = '';
    const child = spawn('npm', ['run', '--silent', script, '--', ...args], {
      cwd: this.folder,
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        this.output += data;
      });
    }
  }

  /** @param seconds How long at most. Defaults to a minute. */
  async untilSays(what: string | RegExp, seconds?: number): Promise<RegExpExecArray> {
    const pattern = typeof what === 'string' ? new RegExp(what.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : what;
    const condition = () => {
      if (!this.isRunning && !pattern.test(this.output)) throw new Error(`It ended and said only:\n${this.output}`);
      return pattern.exec(this.output);
    };
    return until(`it says ${pattern}`, condition, seconds).catch((error: Error) => {
      throw new Error(`${error.message}; it said:\n${this.output}`, { cause: error });
    });
  }

  get isRunning(): boolean {
    return this.process !== undefined && !hasEnded(this.process);
  }

  /** Ctrl-C: the terminal signals every process of the foreground group. Resolves when all has ended. */
  async controlC(): Promise<void> {
    if (this.isRunning && this.process?.pid) process.kill(-this.process.pid, 'SIGINT');
    await this.ended();
  }

  /** Waits for the end of the command and returns its exit code. */
  async ended(): Promise<number | null> {
    if (this.isRunning && this.process) await once(this.process, 'close');
    return this.process?.exitCode ?? null;
  }

  /** Every process that the command has started, directly or not. */
  family(): { pid: number; command: string }[] {
    return this.process?.pid ? familyOf(this.process.pid) : [];
  }

  pidOf(part: keyof typeof PARTS): number | undefined {
    return this.family().find(({ command }) => PARTS[part].test(command))?.pid;
  }

  async remove(): Promise<void> {
    await this.controlC();
    await rm(this.home, { recursive: true, force: true });
  }
}
