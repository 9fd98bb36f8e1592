import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { claimFolder } from 'holdfast';
import type { PostgresPool, PostgresPoolClient } from 'kysely';

/** Unused for so long, in milliseconds, the database is closed: it takes a hundred megabytes and more. */
const REST_AFTER_MS = 10_000;

/** What the thread is asked: a statement, or to close the database. */
type Question = { id: number; text: string; parameters: unknown[] } | { id: number; close: true };

/** Errors cross as their fields: a copy made by the runtime would lose the SQLSTATE. */
type Answer =
  | { id: number; rows: unknown[]; affected: number }
  | { id: number; error: Record<string, unknown> & { message: string } };

/**
 * Opens the embedded database as a pool of one connection: PGlite is PostgreSQL for one process, and knows one session.
 * It runs in a thread of its own, which ends while nobody uses the database and takes all of its memory along.
 * @throws StartError while another process holds the folder.
 */
export async function openEmbedded(folder: string): Promise<PostgresPool> {
  const { release } = await claimFolder(
    folder,
    (holder) =>
      `The embedded database in ${folder} is in use by process ${holder}, and serves one process at a time: end that one, or set FACILITY_DATABASE to the URL of a PostgreSQL server.`,
  );
  return new PoolOfOne(folder, release);
}

class PoolOfOne implements PostgresPool {
  private free: Promise<void> = Promise.resolve();
  private session: Session | undefined;
  private resting: NodeJS.Timeout | undefined;

  constructor(
    private readonly folder: string,
    private readonly giveBack: () => Promise<void>,
  ) {}

  async connect(): Promise<PostgresPoolClient> {
    const leave = await this.turn();
    clearTimeout(this.resting);
    if (!this.session?.alive) this.session = new Session(this.folder);
    const { session } = this;
    const release = () => {
      clearTimeout(this.resting);
      this.resting = setTimeout(() => void this.rest(), REST_AFTER_MS).unref();
      leave();
    };
    return { query: (...query: [string, unknown[]]) => session.query(...query), release } as PostgresPoolClient;
  }

  async end(): Promise<void> {
    await this.rest();
    await this.giveBack();
  }

  /** One user after the other. @returns What ends the turn. */
  private async turn(): Promise<() => void> {
    const before = this.free;
    let leave = () => {};
    this.free = new Promise((resolve) => {
      leave = resolve;
    });
    await before;
    return leave;
  }

  private async rest(): Promise<void> {
    const leave = await this.turn();
    clearTimeout(this.resting);
    await this.session?.close();
    this.session = undefined;
    leave();
  }
}

interface Asked {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** The database while it is open. */
class Session {
  alive = true;
  private readonly thread: Worker;
  private readonly asked = new Map<number, Asked>();
  private last = 0;

  constructor(folder: string) {
    this.thread = new Worker(path.join(__dirname, 'pglite-thread.js'), { workerData: folder });
    // What the process waits for is a statement, never the thread.
    this.thread.unref();
    this.thread.on('message', (answer: Answer) => {
      this.asked.get(answer.id)?.resolve(answer);
      this.asked.delete(answer.id);
      if (this.asked.size === 0) this.thread.unref();
    });
    this.thread.on('error', (error) => this.end(error));
    this.thread.on('exit', () => this.end(new Error('The embedded database has ended.')));
  }

  async query(text: string, parameters: unknown[]) {
    const { rows, affected } = await this.ask({ text, parameters: [...parameters] });
    return { command: text.trimStart().split(/\s/, 1)[0]?.toUpperCase(), rowCount: affected, rows };
  }

  async close(): Promise<void> {
    if (this.alive) await this.ask({ close: true }).catch(() => undefined);
    await this.thread.terminate();
  }

  private async ask(question: { text: string; parameters: unknown[] } | { close: true }) {
    const id = ++this.last;
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.asked.set(id, { resolve, reject });
      this.thread.ref();
      this.thread.postMessage({ id, ...question } satisfies Question);
    });
    if ('error' in answer) throw Object.assign(new Error(answer.error.message), answer.error);
    return answer;
  }

  private end(error: Error): void {
    this.alive = false;
    for (const { reject } of this.asked.values()) reject(error);
    this.asked.clear();
  }
}
