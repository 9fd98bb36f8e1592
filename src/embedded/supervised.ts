import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../errors';
import { type ChildCommand, endChild, startChild } from './child';
import { lastWords, logSize, turnLog } from './last-words';
import { type LifeWatchOptions, watchLife } from './life-watch';

export interface SupervisedOptions extends ChildCommand {
  /** What it is, for people: "The Temporal server". */
  title: string;
  /** Seconds it gets to end when asked. */
  grace: number;
  isReady: () => Promise<boolean>;
  /** How it is known that it hangs. Defaults to its own signs of life, missing for thirty seconds. */
  life?: LifeWatchOptions;
  print: (line: string) => void;
}

/** A child that lives shorter than this dies "at once". */
const AT_ONCE_MS = 5000;
const SOON_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
const READY_WITHIN_MS = 60_000;
const POLL_MS = 100;
const SIGNS: LifeWatchOptions = { every: 2, misses: 15 };

/**
 * Keeps one child process running. One that dies is started again soon; one that keeps dying at once
 * waits longer each time, at most ten seconds, and its reason is reported.
 */
export class Supervised {
  private child: ChildProcess | undefined;
  private running: Promise<void> = Promise.resolve();
  private wasReady = false;
  private stopping = false;
  private restarting = false;
  private pause = new AbortController();

  constructor(private readonly options: SupervisedOptions) {}

  /**
   * Resolves when the child is ready for the first time.
   * @throws StartError in the child's own words when it ends by itself before: starting it again would not help.
   */
  async start(): Promise<void> {
    this.options.print(`${this.options.title} starts…`);
    await turnLog(this.options.logFile);
    this.running = this.keepRunning();
    await Promise.race([this.running, this.untilReady()]);
    this.wasReady = true;
  }

  /** Ends the child in order and starts another; resolves when that is ready. */
  async restart(): Promise<void> {
    this.restarting = true;
    this.pause.abort();
    if (this.child) await endChild(this.child, this.options.grace);
    await this.untilReady();
  }

  /** Ends the child in order, for good; resolves when it is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.pause.abort();
    if (this.child) await endChild(this.child, this.options.grace);
    await this.running.catch(() => {});
  }

  private async keepRunning(): Promise<void> {
    const { title, logFile, print } = this.options;
    let quickDeaths = 0;
    while (!this.stopping) {
      const began = Date.now();
      const logFrom = await logSize(logFile);
      const how = await this.runOnce();
      if (this.stopping) return;
      if (this.restarting) {
        this.restarting = false;
        continue;
      }
      if (!this.wasReady && how.startsWith('code')) {
        throw new StartError(`${title} ended with ${how}: ${await lastWords(logFile, logFrom, 1)}`);
      }
      quickDeaths = Date.now() - began < AT_ONCE_MS ? quickDeaths + 1 : 0;
      const pauseMs = quickDeaths < 2 ? SOON_MS : Math.min(1000 * 2 ** (quickDeaths - 2), LONGEST_PAUSE_MS);
      const reason = quickDeaths < 2 ? '' : `\n${await lastWords(logFile, logFrom)}`;
      print(`${title} ended with ${how}; starting it again in ${pauseMs / 1000} s.${reason}`);
      this.pause = new AbortController();
      await sleep(pauseMs, undefined, { signal: this.pause.signal }).catch(() => {});
      void this.printWhenBack();
    }
  }

  private async runOnce(): Promise<string> {
    const child = startChild(this.options);
    this.child = child;
    const { title, life = SIGNS, print } = this.options;
    const endWatch = watchLife(child, life, this.options.isReady, () => {
      if (this.stopping || this.restarting) return;
      print(`${title} does nothing any more; ending it.`);
      // It would not hear a request to end.
      child.kill('SIGKILL');
    });
    const [code, signal] = (await once(child, 'exit').finally(endWatch)) as [number | null, string | null];
    return signal ? `signal ${signal}` : `code ${code}`;
  }

  private async printWhenBack(): Promise<void> {
    await this.untilReady().then(
      () => this.stopping || this.options.print(`${this.options.title} is back.`),
      (error: Error) => this.options.print(error.message),
    );
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!this.stopping && !(await this.options.isReady())) {
      if (Date.now() > deadline) {
        throw new StartError(
          `${this.options.title} is not ready after ${READY_WITHIN_MS / 1000} s; see ${this.options.logFile}.`,
        );
      }
      await sleep(POLL_MS);
    }
  }
}
