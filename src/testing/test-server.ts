import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { temporal } from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection } from '@temporalio/worker';
import { SEARCH_ATTRIBUTE_TYPES } from '../client/temporal/search-attributes';
import { setUpNamespace } from '../client/temporal/setup';
import { devServerArguments } from '../embedded/dev-server';
import { findTemporalCli, findTestServer } from '../embedded/find-temporal';
import type { CategoryOverrides } from '../tasks/policy-override';
import { closeConnection } from '../worker/connect';

type ReverseRequest = temporal.api.workflowservice.v1.IGetWorkflowExecutionHistoryReverseRequest;

/** How long the server may take to start, in milliseconds. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 100;
const RETENTION_DAYS = 30;
/** Numbers of Temporal's `IndexedValueType`. */
const INDEXED_VALUE_TYPE = { Keyword: 2, KeywordList: 7 };

/** A Temporal server that belongs to one test app; its namespace `default` is set up. */
export interface TestServer {
  connection: NativeConnection;
  /** Lets seconds pass in a moment. Only a server that skips time can. */
  skip?(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** The development server, as `holdfast dev` has it, in memory. */
export async function startDevServer(toolsFolder: string, categories: CategoryOverrides): Promise<TestServer> {
  const port = await freePort();
  const command = await findTemporalCli({ toolsFolder, log: () => undefined });
  const server = spawn(command, devServerArguments({ port }), { stdio: 'ignore' });
  try {
    const connection = await connected(`127.0.0.1:${port}`, server);
    await setUpNamespace(connection, { namespace: 'default', retentionDays: RETENTION_DAYS, categories });
    return { connection, close: () => closeConnection(connection).then(() => end(server)) };
  } catch (error) {
    await end(server);
    throw error;
  }
}

/** Temporal's test server, which skips time; it knows neither schedules nor lists. */
export async function startSkippingServer(toolsFolder: string): Promise<TestServer> {
  const path = await findTestServer({ toolsFolder, log: () => undefined });
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  const searchAttributes = Object.fromEntries(
    Object.entries(SEARCH_ATTRIBUTE_TYPES).map(([name, type]) => [name, INDEXED_VALUE_TYPE[type]]),
  );
  await environment.connection.operatorService.addSearchAttributes({ namespace: 'default', searchAttributes });
  readsHistoriesBackwards(environment.nativeConnection);
  return {
    connection: environment.nativeConnection,
    skip: (seconds) => environment.sleep(seconds * 1000),
    close: () => environment.teardown(),
  };
}

/** The test server gives histories forwards only; those of tests are short. */
function readsHistoriesBackwards({ workflowService }: NativeConnection): void {
  const getWorkflowExecutionHistoryReverse = async ({ namespace, execution }: ReverseRequest) => {
    const { history } = await workflowService.getWorkflowExecutionHistory({
      ...(namespace && { namespace }),
      ...(execution && { execution }),
    });
    return { history: { events: [...(history?.events ?? [])].reverse() } };
  };
  Object.assign(workflowService, { getWorkflowExecutionHistoryReverse });
}

async function connected(address: string, server: ChildProcess): Promise<NativeConnection> {
  for (const until = Date.now() + PATIENCE_MS; ; await sleep(LOOK_MS)) {
    try {
      return await NativeConnection.connect({ address });
    } catch (error) {
      if (server.exitCode !== null || Date.now() > until) throw error;
    }
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill();
  await gone;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
