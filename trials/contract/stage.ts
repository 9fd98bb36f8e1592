import { Keys, type MadeKey } from '../../src/access/keys';
import { App } from '../../src/app/app';
import { stockApp } from '../../src/app/stock';
import { TaskClient } from '../../src/client/task-client';
import { readConfig } from '../../src/config';
import { HoldfastError } from '../../src/errors';
import { TestApi } from '../../test/support/api';
import { Harness } from '../../test/support/harness';
import { probeContracts } from '../../test/support/probe-tasks';
import { until } from '../../test/support/until';

/** The tenants are not to see each other's things; the operator is asked for what is about the whole installation. */
const PEOPLE = { acme: { tenant: 'acme' }, operator: {}, globex: { tenant: 'globex' } } as const;
/** The program that the examples of command.run name. */
const COMMANDS = { hello: { program: '/bin/echo' } };
/** The types that workers serve here: one that is done at once, one that parks. */
const OWN_TYPES = ['test.probe', 'test.parked'];
export const PEERS = ['acme', 'globex'];

/** An API with every shipped task type, with workers of the test's own types, and a key for each of the people. */
export interface Stage {
  api: TestApi;
  secrets: Record<string, string>;
  close(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const harness = await Harness.start();
  const keys = new LastingKeys(harness.artifacts.entries);
  const secrets: Record<string, string> = {};
  for (const [name, whose] of Object.entries(PEOPLE)) {
    const made = await keys.create({ name, scopes: ['admin'], ...whose }, 'contract');
    keys.keep(made);
    secrets[name] = made.secret;
  }
  await harness.startWorkers();
  const api = await startApi(harness, keys);
  const stage = { api, secrets, close: () => api.close().finally(() => harness.close()) };
  await makeThings(stage);
  return stage;
}

async function startApi(harness: Harness, keys: Keys): Promise<TestApi> {
  const { temporal: client, artifacts, folder } = harness;
  const app = new App(stockApp, readConfig({ HOLDFAST_HOME: folder, HOLDFAST_COMMANDS: JSON.stringify(COMMANDS) }));
  // Coverage goes through each type's document: two of the test's own are enough.
  const own = probeContracts.filter(({ type }) => OWN_TYPES.includes(type));
  const contracts = [...app.contracts, ...own];
  return TestApi.start(harness, {
    tasks: new TaskClient({ client, contracts, artifacts, categories: app.categories, deadline: 10 }),
    contracts,
    keys,
    hookSources: { learnpack: { secrets: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`] } },
    // A stream is read to its end, and there are many.
    limits: { keyRate: 10_000, strangerRate: 100_000, streamSeconds: 0.2 },
  });
}

/** What generated requests cannot make, or only by chance: tasks in every state that lasts. */
async function makeThings({ api, secrets }: Stage): Promise<void> {
  for (const who of PEERS) {
    const headers = { Authorization: `Bearer ${secrets[who]}` };
    const later = await api.submit('test.probe', {}, { delay: 86_400 }, headers);
    await api.post(`${api.task(later.id)}/pause`, { reason: 'contract' }, headers);
    await api.submit('test.probe', {}, { delay: 86_400 }, headers);
    const parked = await api.submit('test.parked', { failures: 1000 }, { policy: { attempts: 1 } }, headers);
    const done = await api.submit('test.probe', { lines: ['a line'], value: 1 }, {}, headers);
    await until('tasks have got to their states', async () => {
      const states = await Promise.all(
        [parked, done].map(async ({ id }) => (await api.get(api.task(id), headers)).body.state),
      );
      return states.join() === 'dead-lettered,completed';
    });
  }
}

/** Generated requests revoke whatever key they find; their own must last. */
class LastingKeys extends Keys {
  private readonly kept = new Set<string>();

  keep({ key: { id } }: MadeKey): void {
    this.kept.add(id);
  }

  override rotate(id: string, overlapSeconds: number, by: string): Promise<MadeKey> {
    this.refuseKept(id);
    return super.rotate(id, overlapSeconds, by);
  }

  override async revoke(id: string, ...rest: [string, string?]) {
    this.refuseKept(id);
    return super.revoke(id, ...rest);
  }

  private refuseKept(id: string): void {
    if (this.kept.has(id)) throw new HoldfastError('not-found', `There is no key ${id}.`);
  }
}
