import path from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Runtime, Worker } from '@temporalio/worker';
import { findTestServer } from '../../src/embedded/find-temporal';
import { ALERT_SIGNALS, ALERTS_ID, ALERTS_TYPE, type AlertsMemo, type SinkName } from '../../src/protocol/alert';
import { MONITOR_QUEUE } from '../../src/protocol/task';
import '../support/runtime';
import { BUNDLE } from '../support/bundle';
import { until } from '../support/until';

/** A server that lets the hour pass in a moment. */
let environment: TestWorkflowEnvironment;

beforeAll(async () => {
  const toolsFolder = path.join(__dirname, '..', '..', '.holdfast', 'tools');
  const executable = { type: 'existing-path', path: await findTestServer({ toolsFolder, log: () => {} }) } as const;
  environment = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
});
afterAll(async () => {
  await environment.teardown();
  await Runtime.instance().shutdown();
});

it('a sink that is dead for an hour misses the notice, and that is written down', async () => {
  const tried: Record<string, number> = {};
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: MONITOR_QUEUE,
    workflowBundle: { codePath: BUNDLE },
    activities: {
      deliverAlert: async (sink: SinkName) => {
        tried[sink] = (tried[sink] ?? 0) + 1;
        if (sink === 'webhook') throw new Error('dead');
        return sink === 'log';
      },
    },
  });
  await worker.runUntil(async () => {
    const report = { key: 'test:one', severity: 'WARNING', title: 'One', message: 'It is one.', holds: true };
    const handle = await environment.client.workflow.signalWithStart(ALERTS_TYPE, {
      workflowId: ALERTS_ID,
      taskQueue: MONITOR_QUEUE,
      signal: ALERT_SIGNALS.condition,
      signalArgs: [report],
    });
    const notice = await until('it is given up', async () => {
      await environment.sleep('10 minutes');
      const { memo } = await handle.describe();
      return (memo as Partial<AlertsMemo> | undefined)?.notices?.find(({ pending }) => pending.length === 0);
    });
    expect(notice).toMatchObject({ delivered: ['log'], undelivered: ['webhook'] });
    expect(tried).toMatchObject({ log: 1, email: 1 });
    expect(tried.webhook).toBeGreaterThan(5);
  });
});
