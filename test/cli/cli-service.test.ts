import type { DeadLetter } from '../../src/client/dead-letters/dead-letter';
import { readSchedules } from '../../src/client/schedules/schedule-list';
import { specWords } from '../../src/client/schedules/schedule-words';
import { Gateway } from '../../src/client/temporal/gateway';
import { parkedTask, plantDeadLetter } from '../support/dead-letters';
import { Harness } from '../support/harness';
import { runMonitor, untilReport } from '../support/monitor';
import { cli } from '../support/processes/cli';
import { until } from '../support/until';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
});
afterAll(() => harness.close());

async function json(...args: string[]) {
  const { code, stdout, stderr } = await cli(harness, [...args, '--json'], { shipped: true });
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}
const text = (...args: string[]) => cli(harness, args, { shipped: true });

describe('dead-letters', () => {
  it('says so when there are none', async () => {
    const none = { code: 0, stdout: 'No dead letters found matching the criteria\n', stderr: '' };
    expect(await text('dead-letters')).toEqual(none);
    expect(await text('dead-letters', '--counts')).toEqual(none);
  });

  describe('with some', () => {
    let redriven: string;
    let waiting: string;
    let abandoned: string;
    beforeAll(async () => {
      redriven = (await parkedTask(harness)).id;
      waiting = await plantDeadLetter(harness, 'planted', { message: 'a\u001b[31m\nb', code: 'OUTCOME_UNKNOWN' });
      const { task } = await harness.tasks.submit({
        type: 'test.probe',
        input: { failures: 9, code: 'PERMANENT_LOGIC' },
      });
      await harness.reaches(task.id, 'failed');
      abandoned = task.id;
      await until('all are listed', async () => {
        const { deadLetters } = harness.tasks;
        const parked = await deadLetters.list();
        const failed = await deadLetters.list({ filter: { abandoned: true } });
        return parked.deadLetters.length === 2 && failed.deadLetters.length === 1;
      });
    });

    it('groups them by their trouble', async () => {
      const { stdout } = await text('dead-letters', 'groups');
      expect(stdout).toContain('OUTCOME_UNKNOWN');
      expect(stdout).not.toContain('\u001b');
      const { groups, total } = JSON.parse((await text('dead-letters', 'groups', '--json')).stdout);
      expect({ total, counts: groups.map(({ count }: { count: number }) => count) }).toEqual({
        total: 2,
        counts: [1, 1],
      });
    });

    it('lists them with what an operator needs', async () => {
      const { stdout } = await text('dead-letters', '--utc');
      expect(stdout).toMatch(/^Task ID +Type +Code +Class +Age Next Redrive +Attempts$/m);
      expect(stdout).toMatch(
        new RegExp(
          `^${redriven} +test\\.parked +TRANSIENT_NETWORK +transient +(\\d+ min )?\\d+ s \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d +1$`,
          'm',
        ),
      );
      expect(stdout).toMatch(new RegExp(`^${waiting} .* waits for somebody +1$`, 'm'));
    });

    it('no message can steer the terminal', async () => {
      const { stdout } = await text('dead-letters', '--output', 'wide');
      expect(stdout).toMatch(/ a\\x1b\[31m b$/m);
    });

    it.each<[string, string[], () => string[]]>([
      ['by code', ['--filter', 'code=TRANSIENT_NETWORK'], () => [redriven]],
      ['by tag and class', ['--filter', 'tag=planted', '--filter', 'class=transient'], () => [waiting]],
      ['by age', ['--filter', 'created-before=2020-01-01'], () => []],
      ['that were given up', ['--abandoned'], () => [abandoned]],
    ])('finds them %s', async (_, args, expected) => {
      const { deadLetters, partial } = (await json('dead-letters', ...args)) as {
        deadLetters: DeadLetter[];
        partial: boolean;
      };
      expect([deadLetters.map(({ id }) => id), partial]).toEqual([expected(), false]);
    });

    it('says when there are more than it shows', async () => {
      const { code, stdout, stderr } = await text('dead-letters', '--limit', '1', '--json');
      expect([code, stderr]).toEqual([0, 'There are more than 1: --limit shows more, --counts counts them.\n']);
      expect(JSON.parse(stdout)).toMatchObject({ deadLetters: [expect.anything()], partial: true });
    });

    it('counts them by their trouble', async () => {
      expect(await json('dead-letters', '--counts')).toMatchObject({
        total: 2,
        byClass: { transient: 2 },
        exact: true,
      });
      const { stdout } = await text('dead-letters', '--counts', '--filter', 'code=OUTCOME_UNKNOWN');
      expect(stdout).toMatch(
        new RegExp(`^ +1 +test\\.parked +OUTCOME_UNKNOWN +transient +0123456789abcdef +${waiting} `, 'm'),
      );
      expect(stdout).toMatch(/^1 in all; the oldest has waited for /m);
    });

    it('exports them as the API does', async () => {
      const { code, stdout } = await text('dead-letters', '--csv');
      const [head, ...rows] = stdout.trimEnd().split('\r\n');
      expect([code, head]).toEqual([0, expect.stringMatching(/^Task Name,Status,Failure Type,/)]);
      expect(rows).toHaveLength(2);
      expect(stdout).toContain(redriven);
    });

    it.each([
      [['--filter', 'status=failed'], 'no other status'],
      [['--filter', 'colour=red'], 'names are'],
      [['--csv', '--json'], 'cannot be used with'],
    ])('refuses %j with exit code 2', async (args, words) => {
      const { code, stderr } = await text('dead-letters', ...args);
      expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
    });
  });
});

describe('breakers', () => {
  const NAME = 'smtp:mail.example.com';
  const state = async () => (await harness.tasks.breaker(NAME)).state;

  it('are none at first', async () => {
    expect((await text('breakers')).stdout).toBe('There are no circuit breakers: no worker has used one yet.\n');
    const { code, stderr } = await text('breakers', 'close', NAME);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`There is no circuit breaker ${NAME}`)]);
  });

  it('open, and are listed with who did it', async () => {
    const args = ['open', NAME, '--seconds', '600', '--reason', 'moving house', '--by', 'ann'];
    expect((await text('breakers', ...args)).stdout).toContain(`Sent open to ${NAME}.`);
    await until('it is open', async () => (await state()) === 'open');
    await until('it is listed', async () => (await harness.tasks.breakers()).length > 0);
    const { breakers } = await json('breakers');
    expect(breakers).toMatchObject([
      { name: NAME, state: 'open', openUntil: expect.anything(), operator: { by: 'ann', reason: 'moving house' } },
    ]);
    const { stdout } = await text('breakers', 'list', '--output', 'wide');
    expect(stdout).toMatch(new RegExp(`^${NAME} +open +\\S+ \\S+ +\\S+ \\S+ +0 +1 +ann: moving house$`, 'm'));
  });

  it.each(['close', 'reset'])('%s', async (action) => {
    await harness.tasks.breaker(NAME, 'open');
    await until('it is open', async () => (await state()) === 'open');
    const { breaker } = await json('breakers', action, NAME);
    expect(breaker.name).toBe(NAME);
    await until('it is closed', async () => (await state()) === 'closed');
  });

  it.each([
    [['open', 'nonsense'], 'names no dependency'],
    [['shut', NAME], "unknown command 'shut' after breakers"],
  ])('refuse %j with exit code 2', async (args, words) => {
    const { code, stderr } = await text('breakers', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });
});

describe('schedules', () => {
  it('lists every schedule of the namespace: when, last and next, paused or not', async () => {
    expect((await text('schedules')).stdout).toContain('There are no schedules.');
    const stopMonitor = await runMonitor(harness, { interval: 900 });
    await untilReport(harness, 'anything');
    const { schedule } = harness.temporal;
    const handle = await schedule.create({
      scheduleId: 'nightly',
      spec: {
        calendars: [{ hour: 3, minute: 30, dayOfWeek: { start: 'MONDAY', end: 'FRIDAY' } }],
        timezone: 'Europe/Berlin',
      },
      action: { type: 'startWorkflow', workflowType: 'test.probe', workflowId: 'nightly', taskQueue: 'default' },
    });
    await handle.pause('until the move is over');
    const gateway = new Gateway(harness.temporal, 10);
    await until('both are listed', async () => (await readSchedules(gateway)).length === 2);
    const { schedules } = await json('schedules');
    expect(schedules).toMatchObject([
      {
        id: 'holdfast-monitor',
        spec: 'every 15 min',
        starts: 'monitor',
        paused: false,
        runs: 1,
        nextRunAt: expect.anything(),
      },
      {
        id: 'nightly',
        spec: '30 3 * * MONDAY-FRIDAY (Europe/Berlin)',
        paused: true,
        note: 'until the move is over',
        runs: 0,
      },
    ]);
    const { stdout } = await text('schedules', '--utc');
    expect(stdout).toMatch(/^holdfast-monitor +every 15 min +active( +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d){2}$/m);
    expect(stdout).toMatch(/^nightly +30 3 \S+ \S+ MONDAY-FRIDAY \(Europe\/Berlin\) paused N\/A +N\/A$/m);
    await stopMonitor();
  });

  it('creates, shows, pauses, triggers, makes up for, checks and deletes one', async () => {
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await cli(harness, ['schedules', ...args]);
      return { code, told: stdout + stderr };
    };
    const create = (cron: string) => run('create', 'hourly', 'test.probe', '--cron', cron, '--paused');
    expect(await create('5 * * * *')).toEqual({ code: 0, told: 'Schedule hourly is created. It is paused.\n' });
    expect(await create('6 * * * *')).toEqual({ code: 1, told: expect.stringContaining('with another cron') });
    expect(await create('66 * * * *')).toEqual({ code: 2, told: expect.stringContaining('"66" is no minute') });
    expect((await run('pause', 'hourly', '--note', 'deploy')).told).toBe('Schedule hourly is paused.\n');
    const task = (await run('trigger', 'hourly')).told.trim();
    await harness.reaches(task, 'completed');
    const range = [6, 1].map((hours) => new Date(Date.now() - hours * 3_600_000).toISOString());
    const backfill = () => run('backfill', 'hourly', '--from', range[0] ?? '', '--to', range[1] ?? '');
    expect((await backfill()).told).toContain('5 fire times: 0 had their task, 5 get one now.');
    expect((await backfill()).told).toBe('5 fire times: 5 had their task, 0 get one now.\n');
    const { told } = await run('show', 'hourly', '--utc');
    expect(told).toContain('When: 5 * * * * (UTC)');
    expect(told).toMatch(/State: paused \(deploy, by \S+\)/);
    await until('it is listed', async () => (await run('check')).told.includes('hourly is paused: deploy'));
    expect((await run('delete', 'hourly', '--yes')).told).toContain('is deleted. Its runs go on.');
    expect(await run('show', 'hourly')).toEqual({ code: 1, told: expect.stringContaining('no schedule hourly') });
  });

  it.each([
    [{ intervals: [{ every: 90_000, offset: 5000 }] }, 'every 1 min 30 s, 5 s later'],
    [{ intervals: [{ every: 172_800_000, offset: 0 }] }, 'every 2 d'],
    [{}, 'never'],
  ])('%j is said as: %s', (spec, words) => {
    expect(specWords(spec)).toBe(words);
  });
});

it('every command says within its deadline that Temporal is away, with exit code 3', async () => {
  const env = { TEMPORAL_ADDRESS: '127.0.0.1:1', HOLDFAST_TEMPORAL_DEADLINE: '1' };
  const commands = ['schedules', 'breakers', 'dead-letters', 'setup', 'replay-check'];
  const ended = await Promise.all(commands.map((command) => cli(harness, [command], { env, shipped: true })));
  for (const { code, stderr } of ended) {
    expect([code, stderr]).toEqual([3, expect.stringContaining('Temporal cannot be reached right now; try again.')]);
  }
});
