import fc from 'fast-check';
import type { Handler } from '../../src/activities/attempt/handler';
import type { TaskClient } from '../../src/client/task-client';
import { Harness } from '../support/harness';
import { tasksOf } from '../support/tasks-of';
import { agree, type Real, Says, stories } from './model/commands';
import { Model } from './model/model';
import { played, Stage } from './model/stage';

/**
 * `STORIES=200 npm run test:long -- model` tells more of them; `SEED`, as printed, tells the same ones again, and `STORY`,
 * the path of one that failed, that one alone.
 */
const STORIES = Number(process.env.STORIES ?? 16);
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const ONE = process.env.STORY;

let harness: Harness;
let tasks: TaskClient;
const stage = new Stage();
let stopWorker: () => Promise<void>;

async function startWorker(): Promise<void> {
  const handlers = { [played.type]: stage.handler as unknown as Handler };
  stopWorker = await harness.startWorkers({ contracts: [played], handlers, shutdownGrace: 0 });
}

beforeAll(async () => {
  harness = await Harness.start();
  tasks = tasksOf(harness, [played]);
  await startWorker();
});
afterAll(() => harness.close());

it(
  'whatever happens to a task, its state, its attempts and its end are those of the model, and none is lost',
  async () => {
    const accepted: { real: Real; model: Model }[] = [];

    async function submitted(): Promise<{ model: Model; real: Real }> {
      const key = `story-${accepted.length}`;
      const { task } = await tasks.submit({ type: played.type, input: {}, key });
      const model = new Model();
      const restartWorker = () => stopWorker().then(startWorker);
      const real = { harness, tasks, stage, taskId: task.id, key, restartWorker };
      accepted.push({ real, model });
      await agree(model, real);
      return { model, real };
    }

    console.info(`seed ${SEED}, ${STORIES} stories`);
    const property = fc.asyncProperty(stories(), async (commands) => {
      await fc.asyncModelRun(submitted, commands);
      // The restarts of the next stories are no part of this one.
      const { model, real } = accepted.at(-1) as (typeof accepted)[number];
      if (model.takes('cancel')) await new Says('cancel').run(model, real);
    });
    await fc.assert(property, {
      seed: SEED,
      numRuns: ONE ? 1 : STORIES,
      ...(ONE && { path: ONE }),
      endOnFailure: true,
      verbose: 1,
    });

    for (const { real, model } of accepted) {
      expect([real.taskId, (await tasks.read(real.taskId)).state]).toEqual([real.taskId, model.state]);
    }
  },
  300_000 + STORIES * 10_000,
);
