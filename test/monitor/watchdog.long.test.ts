import { Gateway } from '../../src/client/temporal/gateway';
import { createLogger } from '../../src/logging';
import { lookAtWorkers } from '../../src/monitor/watchdog/looks';
import { type Finding, type Look, Watchdog } from '../../src/monitor/watchdog/watchdog';
import type { AlertNotice } from '../../src/protocol/alert';
import { MONITOR_ID } from '../../src/protocol/monitor';
import { Harness } from '../support/harness';
import { startRole } from '../support/processes/role-process';
import type { RunningProcess } from '../support/processes/running-process';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

/** Real processes and servers: on a machine that does much else, each step takes a multiple of its time. */
jest.setTimeout(360_000);

/** Watchdogs of the built roles, and the bare one. */
let harness: Harness;
const settings: Record<string, string> = {};
const processes: RunningProcess[] = [];

beforeAll(async () => {
  harness = await Harness.start({ onDisk: true });
  Object.assign(settings, {
    ...harness.env,
    HOLDFAST_HOME: harness.folder,
    HOLDFAST_ARTIFACTS: harness.artifacts.folder,
    HOLDFAST_TEMPORAL_DEADLINE: '0.5',
    HOLDFAST_WATCHDOG_INTERVAL: '0.5',
    TASK_MONITOR_INTERVAL: '1',
  });
});
afterAll(async () => {
  for (const process of processes) await process.stop('SIGKILL');
  await harness.close();
});

async function start(role: 'api' | 'monitor', ready?: string): Promise<RunningProcess> {
  const started = await startRole(role, { ...settings, HOLDFAST_PORT: String(await freePort()) }, ready);
  processes.push(started);
  return started;
}

/** What a process has told of a condition, in order. */
function told({ lines }: RunningProcess, key: string): ('begins' | 'over')[] {
  const notices = lines.filter(({ alert }) => (alert as AlertNotice | undefined)?.key === key);
  return notices.map(({ cleared }) => (cleared ? 'over' : 'begins'));
}

const untilTold = (process: RunningProcess, key: string, ...what: ('begins' | 'over')[]) =>
  until(`${key} ${what.join(', ')}`, () => told(process, key).length >= what.length).then(() =>
    expect(told(process, key)).toEqual(what),
  );

describe('the watchdogs of the roles', () => {
  let api: RunningProcess;
  let monitor: RunningProcess;

  it('the one in the API reports that there is no monitor, and that there is one again', async () => {
    api = await start('api');
    await untilTold(api, 'monitor-gone', 'begins');
    monitor = await start('monitor');
    await untilTold(api, 'monitor-gone', 'begins', 'over');
  });

  it('the one in the monitor reports that its passes do not come, and that they do again', async () => {
    const schedule = harness.temporal.schedule.getHandle(MONITOR_ID);
    await schedule.pause();
    await untilTold(monitor, 'monitor-overdue', 'begins');
    await schedule.unpause();
    await untilTold(monitor, 'monitor-overdue', 'begins', 'over');
    expect(told(api, 'monitor-gone')).toEqual(['begins', 'over']);
  });

  it('both report, without Temporal, that Temporal is gone, and that it is back', async () => {
    await harness.server.stop('SIGKILL');
    for (const process of [api, monitor]) await untilTold(process, 'temporal-unreachable', 'begins');
    await harness.server.run();
    for (const process of [api, monitor]) await untilTold(process, 'temporal-unreachable', 'begins', 'over');
  });

  it('a monitor that starts while Temporal is away says so, and begins its work when it is back', async () => {
    await monitor.stop('SIGTERM');
    await harness.server.stop('SIGKILL');
    monitor = await start('monitor', 'ALERT CRITICAL: Temporal cannot be reached');
    await harness.server.run();
    await until('it has begun', () => monitor.log.includes('monitor started'));
  });
});

/** Runs a watchdog on what the function finds; notices are collected. */
async function watch(look: Look, notices: AlertNotice[]): Promise<Watchdog> {
  const deliver = async (notice: AlertNotice) => {
    notices.push(notice);
  };
  const watchdog = new Watchdog({ looks: [look], interval: 0.01, deliver, logger: createLogger('silent', 'test') });
  watchdog.start();
  return watchdog;
}

it('a watchdog reports that a queue with open tasks has no worker, and when it has one', async () => {
  const find = lookAtWorkers(new Gateway(harness.temporal, 10), ['default']);
  const notices: AlertNotice[] = [];
  const { task } = await harness.tasks.submit({ type: 'test.probe', input: {} });
  const watchdog = await watch({ find }, notices);
  await until('it is told', () => notices.length > 0);
  expect(notices).toEqual([
    expect.objectContaining({
      key: 'no-worker:default',
      severity: 'CRITICAL',
      value: 1,
      todo: expect.stringContaining('npm run worker'),
    }),
  ]);
  await harness.startWorkers();
  await until('it is over', () => notices.length > 1);
  expect(notices[1]).toMatchObject({ key: 'no-worker:default', cleared: true });
  await watchdog.close();
  expect(notices).toHaveLength(2);
  expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed' });
});

describe('a condition', () => {
  const bad: Finding = { key: 'bad', severity: 'WARNING', title: 'Bad', message: 'It is bad.' };

  /** Lets a watchdog find one after the other, and then the last for ever. */
  async function tell(...found: (Finding[] | 'cannot tell')[]): Promise<string[]> {
    const notices: AlertNotice[] = [];
    let looks = 0;
    const find = async () => {
      const now = found[Math.min(looks++, found.length - 1)];
      if (now === undefined || now === 'cannot tell') throw new Error('cannot tell');
      return now;
    };
    const watchdog = await watch({ find }, notices);
    await until('it has found everything', () => looks > found.length + 2);
    await watchdog.close();
    return notices.map(({ key, cleared }) => `${key} ${cleared ? 'over' : 'begins'}`);
  }

  it.each([
    ['that lasts is told once', [[bad]], ['bad begins']],
    ['that lasted is told when it is over', [[bad], [bad], []], ['bad begins', 'bad over']],
    ['of a moment is not told', [[bad], [], [bad], []], []],
    ['is not over because nobody can tell', [[bad], [bad], 'cannot tell'], ['bad begins']],
    ['that another one reports is left to it', [[{ ...bad, reportedElsewhere: true }]], []],
    ['that comes back is told again', [[bad], [bad], [], [bad]], ['bad begins', 'bad over', 'bad begins']],
  ] as [string, (Finding[] | 'cannot tell')[], string[]][])('%s', async (_what, found, notices) => {
    expect(await tell(...found)).toEqual(notices);
  });
});
