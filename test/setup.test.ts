import { Client, Connection } from '@temporalio/client';
import { setUpNamespace } from '../src/client/setup';
import { TemporalServer } from './support/temporal-server';
import { until } from './support/until';

/** `INDEXED_VALUE_TYPE_DOUBLE` of the Temporal API. */
const DOUBLE = 4;

let server: TemporalServer;
let connection: Connection;

beforeAll(async () => {
  server = await TemporalServer.start();
  connection = await Connection.connect({ address: server.address });
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

const options = { namespace: 'fresh', retentionDays: 30, categories: {} };

async function retentionDays(namespace: string): Promise<number> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds) / 86_400;
}

describe('set-up of a namespace', () => {
  it('makes it with retention and search attributes, and does no harm when repeated or raced', async () => {
    await Promise.all([setUpNamespace(connection, options), setUpNamespace(connection, options)]);
    await setUpNamespace(connection, options);
    expect(await retentionDays('fresh')).toBe(30);
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'fresh' });
    expect(
      Object.keys(customAttributes ?? {})
        .filter((name) => /^(Task|Failure)/.test(name))
        .toSorted(),
    ).toEqual([
      'FailureClass',
      'FailureCode',
      'FailureFingerprint',
      'TaskCategory',
      'TaskState',
      'TaskTags',
      'TaskTenant',
    ]);
  });

  it('raises a retention that is too short, and never shortens one', async () => {
    await setUpNamespace(connection, { ...options, namespace: 'grown', retentionDays: 2 });
    await setUpNamespace(connection, { ...options, namespace: 'grown', retentionDays: 10 });
    expect(await retentionDays('grown')).toBe(10);
    await setUpNamespace(connection, { ...options, namespace: 'grown', retentionDays: 3 });
    expect(await retentionDays('grown')).toBe(10);
  });

  it('refuses a category whose window is longer than retention', async () => {
    const categories = { reports: { window: 40 * 86_400 } };
    await expect(setUpNamespace(connection, { ...options, categories })).rejects.toThrow(/Category reports.*30 days/);
  });

  it('refuses a search attribute of another type', async () => {
    const namespace = 'taken';
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    await until('the namespace takes search attributes', () =>
      connection.operatorService.addSearchAttributes({ namespace, searchAttributes: { TaskTenant: DOUBLE } }).then(
        () => true,
        () => false,
      ),
    );
    await expect(setUpNamespace(connection, { ...options, namespace })).rejects.toThrow(/TaskTenant.*another type/);
  });
});

describe('the SDK', () => {
  it('still takes a request ID under its internal symbol: equal IDs make one run, also of a closed one', async () => {
    const { InternalWorkflowStartOptionsSymbol } = await import('@temporalio/client/lib/internal');
    const client = new Client({ connection });
    const start = () =>
      client.workflow.start('any', {
        workflowId: 'by-request-id',
        taskQueue: 'nobody',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        [InternalWorkflowStartOptionsSymbol]: { requestId: 'the-same' },
      } as never);
    const first = await start();
    await client.workflow.getHandle('by-request-id').terminate();
    const second = await start();
    expect(second.firstExecutionRunId).toBe(first.firstExecutionRunId);
  });
});
