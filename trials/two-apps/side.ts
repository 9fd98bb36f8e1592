import { Client } from '@temporalio/client';
import { App } from '../../src/app/app';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import type { TaskView } from '../../src/client/read/view';
import { TaskClient } from '../../src/client/task-client';
import { lazyConnection } from '../../src/client/temporal/connect';
import { limitVisibility } from '../../src/client/temporal/visibility-rate';
import { readConfig } from '../../src/config';
import { until } from '../../test/support/until';
import { appOf } from './app';

const BATCHES = 2;
/** Every so many calls to the outside fail at first, and open the circuit breaker that both apps share. */
const FAILING = 3;
const PATIENCE = 600;
const TRIES = 10;

/** One of the apps, as its own program sees it: submits, and counts what has become of it. */
export class Side {
  private readonly connection;
  private readonly client: Client;
  private readonly tasks: TaskClient;
  private readonly batches: string[] = [];
  private expected = 0;

  constructor(
    private readonly app: string,
    address: string,
    folder: string,
  ) {
    const { categories, config, contracts, controlQueue } = new App(appOf(app), readConfig({ HOLDFAST_HOME: folder }));
    if (config.artifacts.kind !== 'folder') throw new Error('The artifacts lie in a folder.');
    this.connection = lazyConnection({ address });
    limitVisibility(this.connection, 40);
    this.client = new Client({ connection: this.connection });
    const artifacts = new LocalArtifactStore(config.artifacts.folder);
    this.tasks = new TaskClient({ client: this.client, contracts, artifacts, categories, controlQueue, deadline: 20 });
  }

  /** Half of them one by one, half in batches. */
  async submit(count: number, upTo: (most: number) => number): Promise<void> {
    this.expected = count;
    const inBatch = Math.floor(count / 2 / BATCHES);
    for (let batch = 0; batch < BATCHES; batch++) {
      const tasks = Array.from({ length: inBatch }, (_, index) => this.submission(index, upTo));
      const request = { id: `${this.app}-${batch}`, tasks, limit: 20, lookSeconds: 5 };
      const { batch: started } = await surely(() => this.tasks.batches.start(request));
      this.batches.push(started.id);
    }
    for (let index = 0; index < count - BATCHES * inBatch; index++) {
      const submission = { ...this.submission(index, upTo), key: `${this.app}-${index}` };
      await surely(() => this.tasks.submit(submission));
    }
    for (const id of this.batches) {
      await until(`${id} has ended`, () => surely(async () => (await this.tasks.batches.read(id)).endedAt), PATIENCE);
    }
  }

  /** Tasks that have not ended. */
  async open(): Promise<number> {
    const query = `TaskTags = '${this.tag}' AND ExecutionStatus = 'Running'`;
    return surely(async () => (await this.client.workflow.count(query)).count);
  }

  /** @param ledger What the code of either app wrote. */
  async report(ledger: string): Promise<{ lines: string[]; wrong: number }> {
    const tasks = await this.all({ tag: this.tag });
    const runs = await this.all({ tag: `schedule:${this.app}-clock` });
    const own = new Set([...tasks, ...runs].map(({ id }) => id));
    const entries = ledger.split('\n').map((line) => line.split(' '));
    const byOthers = entries.filter(([app, id = '']) => app !== this.app && own.has(id)).length;
    const notCompleted = tasks.filter(({ state }) => state !== 'completed').length;
    const parked = [...tasks, ...runs].filter(({ state }) => state === 'dead-lettered' || state === 'failed').length;
    const batches = await Promise.all(this.batches.map((id) => this.tasks.batches.read(id)));
    const refused = batches.reduce((sum, batch) => sum + batch.refused, 0);
    const missing = this.expected - tasks.length;
    const attempts = entries.filter(([app]) => app === this.app).length;
    const lines = [
      `${this.app}: ${tasks.length} tasks, ${notCompleted} not completed; batches ${batches.map(({ state }) => state).join(', ')}, ${refused} refused`,
      `${this.app}: ${runs.length} runs of the schedule; ${attempts} attempts by its own code, ${byOthers} of its tasks run by the other`,
    ];
    return { lines, wrong: Math.abs(missing) + notCompleted + parked + refused + byOthers };
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private get tag(): string {
    return `counted-${this.app}`;
  }

  private submission(index: number, upTo: (most: number) => number) {
    const types = [`${this.app}.work`, 'shared.work', `${this.app}.call`];
    const input = { milliseconds: upTo(200), fail: index % FAILING === 0 };
    return { type: types[index % types.length] ?? '', input, tags: [this.tag] };
  }

  private async all(filter: Record<string, string>): Promise<TaskView[]> {
    const tasks: TaskView[] = [];
    let cursor: string | undefined;
    do {
      const page: { tasks: TaskView[]; cursor?: string } = await this.tasks.list({ filter, ...(cursor && { cursor }) });
      tasks.push(...page.tasks);
      cursor = page.cursor;
    } while (cursor);
    return tasks;
  }
}

/** A machine that does all of this at once may not answer in time. Keys make a second call harmless. */
async function surely<T>(call: () => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left--) {
    try {
      return await call();
    } catch (error) {
      if (left <= 1) throw error;
    }
  }
}
