import { randomUUID } from 'node:crypto';
import { facilityContracts } from '../../examples/facility/src/contracts';
import type { RunOutput } from '../../examples/facility/src/contracts/run';
import type { DatabaseLocation, FacilityDatabase } from '../../examples/facility/src/database/open';
import { type Facility, openFacility } from '../../examples/facility/src/facility';
import type { Handler } from '../../src/activities/attempt/handler';
import { emailSend } from '../../src/catalogue/email-send/contract';
import { createEmailSend } from '../../src/catalogue/email-send/handler';
import type { TaskView } from '../../src/client/read/view';
import type { TaskClient } from '../../src/client/task-client';
import type { Contract } from '../../src/tasks/contract';
import { Harness } from '../support/harness';
import { settingsFor } from '../support/inputs/emails';
import { MailServer, type Received } from '../support/servers/mail-server';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';
import { emptyTables, separateIds } from './rows';

/** One for all: five more would only make each test file start later. */
const QUEUE = 'default';
/** Attempts follow each other quickly; what parks stays parked. */
const QUICK = { queue: QUEUE, attempts: 2, firstDelay: 0.2, cap: 0.5, heartbeatTimeout: 3 };

export const quickContracts: readonly Contract[] = [...facilityContracts, emailSend].map((contract: Contract) => ({
  ...contract,
  policy: { ...contract.policy, ...QUICK },
}));

/** Opens a database for a test: see `DATABASES`. */
type Open = () => Promise<{ location: DatabaseLocation; close(): Promise<void> }>;

let harness: Promise<Harness> | undefined;

/** The one harness of a test file, for the benches of all its databases. */
function sharedHarness(): Promise<Harness> {
  harness ??= Harness.start();
  return harness;
}

// After those of every `describe`, which close their benches.
afterAll(async () => {
  await (await harness)?.close();
});

/**
 * For a `describe`: a bench on a database of its own, with its workers, emptied before each test.
 * @param take Is handed the bench.
 */
export function useBench(open: Open, take: (bench: FacilityBench) => void): void {
  let bench: FacilityBench;
  const closers: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const { location, close } = await open();
    closers.push(close);
    bench = await FacilityBench.start(await sharedHarness(), location);
    closers.push(() => bench.close(), await bench.startWorkers());
    take(bench);
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });
  beforeEach(() => bench.empty());
}

/** The facility pack at work on a database: a Temporal server, a mail server, and workers in this process. */
export class FacilityBench {
  private constructor(
    readonly harness: Harness,
    readonly mail: MailServer,
    readonly tasks: TaskClient,
    readonly facility: Facility,
    readonly database: FacilityDatabase,
  ) {}

  /** @param harness Shared by the benches of a file; the caller closes it. */
  static async start(harness: Harness, location: DatabaseLocation): Promise<FacilityBench> {
    const mail = await MailServer.start();
    const facility = await openFacility(location, { seed: false });
    await separateIds(await facility.database());
    const tasks = tasksOf(harness, quickContracts);
    return new FacilityBench(harness, mail, tasks, facility, await facility.database());
  }

  /** Starts workers of the pack and of `email.send`; the returned function shuts them down. */
  async startWorkers(): Promise<() => Promise<void>> {
    const handlers = { ...this.facility.handlers, [emailSend.type]: createEmailSend(settingsFor(this.mail)) };
    return this.harness.startWorkers({
      contracts: quickContracts,
      handlers: handlers as unknown as Record<string, Handler>,
      queues: [QUEUE],
    });
  }

  /** Submits a task and waits for its end. */
  async run(type: string, input: object = {}, key: string = randomUUID()): Promise<TaskView> {
    const { task } = await this.tasks.submit({ type, input, key });
    return this.tasks.wait(task.id, 60);
  }

  /** The result of a task that completes. */
  async complete<Output = Required<RunOutput>>(type: string, input: object = {}): Promise<Output> {
    const task = await this.run(type, input);
    expect(task).toMatchObject({ state: 'completed' });
    return task.result as Output;
  }

  /** Mails to people of a tenant that have arrived so far. */
  mailsOf({ tenant }: { tenant: string }): Received[] {
    return this.mail.received.filter(({ to }) => to.some((address) => address.includes(`@${tenant}.`)));
  }

  /** Waits for so many mails to people of a tenant; address and subject of each, sorted. */
  async mailed(site: { tenant: string }, count: number): Promise<string[]> {
    await until(`${count} mails to ${site.tenant} are there`, () => this.mailsOf(site).length >= count);
    return this.mailsOf(site)
      .map(({ to, raw }) => `${to.join()} ${subjectOf(raw)}`)
      .sort();
  }

  /** What waits as a dead letter. The list of dead letters takes its time to count them; this one does not. */
  async parked(): Promise<TaskView[]> {
    return (await this.tasks.list({ filter: { state: ['dead-lettered'] } })).tasks;
  }

  /** Empties the tables and the mail server, and gives up what the test before has left parked. */
  async empty(): Promise<void> {
    this.mail.reset();
    await emptyTables(this.database);
    for (const { id } of await this.parked()) {
      await this.tasks.act(id, 'abandon', { reason: 'its test is over' });
      await this.tasks.wait(id, 30);
    }
  }

  /** Closes what this bench opened; to be called after the workers have ended. */
  async close(): Promise<void> {
    await this.facility.close();
    await this.mail.close();
  }
}

function subjectOf(raw: string): string {
  return /^Subject: (.*(?:\r?\n[ \t].*)*)/m.exec(raw)?.[1]?.replace(/\r?\n[ \t]/g, ' ') ?? '';
}
