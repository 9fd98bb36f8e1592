import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { StepBack } from '../../src/activities/attempt/step-back';
import { WorkerBreakers } from '../../src/activities/breaker/worker-breakers';
import { createLogger } from '../../src/logging';
import { BREAKER_SIGNALS, BREAKER_TYPE, type BreakerState, breakerId } from '../../src/protocol/breaker';
import { CONTROL_QUEUE } from '../../src/protocol/task';
import { TaskFailure } from '../../src/tasks/failures';
import { closeConnection } from '../../src/worker/connect';
import type { Harness } from '../../test/support/harness';
import { until } from '../../test/support/until';
import type { Path, Paths, Run } from './path';

const DOWN = () => Promise.reject(new TaskFailure('EXTERNAL_API_DOWN', 'answered 503'));
const FINE = () => Promise.resolve('fine');
const OUR_MISTAKE = () => Promise.reject(new TypeError('a mistake of the handler'));

/** The calls of a worker's handlers to one dependency, and what becomes of its breaker. */
class Dependency {
  private constructor(
    private readonly harness: Harness,
    private readonly name: string,
    private readonly breakers: WorkerBreakers,
  ) {}

  static path(name: string, lead: (dependency: Dependency) => Promise<void>): Path {
    return async (harness) => {
      // As workers do it: this connection may be closed while the breaker is followed.
      const connection = await NativeConnection.connect({ address: harness.server.address });
      const breakers = new WorkerBreakers({
        client: new Client({ connection, namespace: harness.namespace }),
        worker: 'worker-1@host',
        logger: createLogger('silent', 'record'),
      });
      const dependency = new Dependency(harness, name, breakers);
      await lead(dependency);
      await breakers.close();
      await closeConnection(connection);
      return [await dependency.run()];
    };
  }

  get handle() {
    return this.harness.temporal.workflow.getHandle(breakerId(this.name));
  }

  /** Calls until a call is made and ends; an open breaker lets none through for a second. */
  async call(work: () => Promise<unknown>): Promise<void> {
    const caller = { taskId: 'test.guarded:1', signal: new AbortController().signal };
    for (;;) {
      const thrown = await this.breakers.call(this.name, work, caller, { failures: 2, openSeconds: 1 }).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!(thrown instanceof StepBack)) return;
      await sleep(200);
    }
  }

  async trip(): Promise<void> {
    await this.call(DOWN);
    await this.call(DOWN);
    await this.reaches('open');
  }

  async act(action: 'open' | 'close' | 'reset', seconds?: number): Promise<void> {
    const order = { by: 'ann', reason: 'maintenance', ...(seconds !== undefined && { seconds }) };
    await this.harness.tasks.breaker(this.name, action, order);
    await this.reaches(action === 'open' ? 'open' : 'closed', action);
  }

  async reaches(state: BreakerState, action?: string): Promise<void> {
    await until(`${this.name} is ${state}`, async () => {
      const breaker = await this.harness.tasks.breaker(this.name).catch(() => undefined);
      return breaker?.state === state && (action === undefined || breaker.operator?.action === action);
    });
  }

  async run(): Promise<Run> {
    const { workflowId, runId } = await this.handle.describe();
    return { id: workflowId, runId };
  }
}

/** Any of these for a signal means nothing. */
const GARBAGE = [null, 5, [1, 2], 'text', { seconds: 'many' }, { seconds: -1, failure: 5 }, { token: {}, by: 7 }];

/** Every workflow task adds three events to those of its signals: enough to make a history of more than 200. */
const MANY_SIGNALS = 200;

/** What becomes of circuit breakers. They stay open workflows. */
export const breakerPaths: Paths = {
  'breaker-tripped-and-closed': Dependency.path('http:api.example.com', async (dependency) => {
    await dependency.trip();
    await dependency.call(FINE);
    await dependency.reaches('closed');
  }),
  'breaker-probe-failed': Dependency.path('database:orders', async (dependency) => {
    await dependency.trip();
    await dependency.call(DOWN);
    await dependency.reaches('open');
    await dependency.call(OUR_MISTAKE);
    await dependency.call(FINE);
    await dependency.reaches('closed');
  }),
  'breaker-operated': Dependency.path('smtp:mail.example.com:25', async (dependency) => {
    await dependency.act('open');
    await dependency.act('close');
    await dependency.act('open', 600);
    await dependency.act('reset');
  }),
  'breaker-garbage': Dependency.path('program:convert', async (dependency) => {
    await dependency.call(FINE);
    for (const name of [...BREAKER_SIGNALS.filter((signal) => signal !== 'open'), 'no-such-signal']) {
      for (const argument of GARBAGE) await dependency.handle.signal(name, argument);
    }
    await dependency.act('open', 600);
  }),
  'breaker-continued': async (harness) => {
    const id = breakerId('http:busy.example.com');
    await harness.tasks.breaker('http:busy.example.com', 'open', { by: 'ann', seconds: 600 });
    const handle = harness.temporal.workflow.getHandle(id);
    const { runId: first } = await handle.describe();
    await Promise.all(Array.from({ length: MANY_SIGNALS }, () => handle.signal('probe')));
    const second = await until('there is a new run', async () => {
      const { runId } = await handle.describe();
      return runId === first ? undefined : runId;
    });
    await harness.tasks.breaker('http:busy.example.com', 'close', { by: 'ann' });
    await until('it is closed', async () => (await harness.tasks.breaker('http:busy.example.com')).state === 'closed');
    return [
      { id, runId: first },
      { id, runId: second },
    ];
  },
  'breaker-of-no-name': async (harness) => {
    const options = { workflowId: 'a-breaker', taskQueue: CONTROL_QUEUE };
    const handle = await harness.temporal.workflow.start(BREAKER_TYPE, options);
    await handle.result().catch(() => undefined);
    return [{ id: handle.workflowId, runId: handle.firstExecutionRunId }];
  },
};
