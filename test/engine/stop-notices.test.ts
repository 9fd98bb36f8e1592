import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { Harness, readLedger } from '../support/harness';
import { until } from '../support/until';

/** A store that gives a file only when it may. */
class SlowStore extends LocalArtifactStore {
  private opened: Promise<void> = Promise.resolve();
  release: () => void = () => {};

  close(): void {
    this.opened = new Promise((open) => {
      this.release = open;
    });
  }

  override async read(hash: string, limit?: number): Promise<Buffer> {
    await this.opened;
    return super.read(hash, limit);
  }
}

let harness: Harness;
let store: SlowStore;

beforeAll(async () => {
  harness = await Harness.start();
  store = new SlowStore(harness.artifacts.folder);
  await harness.startWorkers({ artifacts: store });
});
afterAll(() => harness.close());

const activityOf = async (id: string) => {
  const { raw } = await harness.temporal.workflow.getHandle(id).describe();
  return raw.pendingActivities?.[0];
};

/** Waits for life signs: with the server's answer to one, an attempt learns what is asked of it. */
async function lifeSigns(id: string, count: number): Promise<void> {
  for (let seen = 0; seen < count; seen++) {
    const sign = async () => JSON.stringify((await activityOf(id))?.lastHeartbeatTime ?? null);
    const before = await sign();
    await until(`${id} gives a life sign`, async () => (await sign()) !== before);
  }
}

/** A task whose attempt has been notified of a pause of its activity, as by `temporal activity pause`. */
async function notified(): Promise<string> {
  const [ledger, waitFor] = [harness.file(), harness.file()];
  const { task } = await harness.tasks.submit({ type: 'test.probe', input: { ledger, waitFor } });
  await until('its attempt runs', () => readLedger(ledger).begun.length === 1);
  const { workflowService: service } = harness.temporal;
  const call = { namespace: harness.namespace, execution: { workflowId: task.id }, id: 'handler-1' };
  await service.pauseActivity({ ...call, reason: 'held by hand' });
  await lifeSigns(task.id, 2);
  await service.unpauseActivity(call);
  return task.id;
}

const REPORT = { attempts: 1, failures: [] };
const ENDS = {
  cancel: { message: {}, end: { state: 'cancelled' } },
  fail: { message: { reason: 'wrong' }, end: { state: 'failed', failure: { code: 'FAILED_BY_OPERATOR' }, ...REPORT } },
  resolve: { message: { result: { value: 1, attempt: 0 } }, end: { state: 'completed', ...REPORT } },
} as const;

it.each(Object.entries(ENDS))(
  '%s ends a task whose attempt had its notice for a pause',
  async (action, { message, end }) => {
    const id = await notified();
    await harness.tasks.act(id, action as keyof typeof ENDS, message);
    expect(await harness.tasks.wait(id, 60)).toMatchObject(end);
  },
);

it('a handler is not called for a task that was cancelled while its input was read', async () => {
  store.close();
  const ledger = harness.file();
  const { task } = await harness.tasks.submit({ type: 'test.probe', input: { ledger, value: 'x'.repeat(200_000) } });
  await harness.reaches(task.id, 'running');
  await harness.tasks.act(task.id, 'cancel');
  await until('the attempt is asked to stop', async () => (await activityOf(task.id))?.state === 3);
  await lifeSigns(task.id, 2);
  store.release();
  await harness.reaches(task.id, 'cancelled');
  expect(readLedger(ledger).begun).toEqual([]);
});
