import { type ForecastFacts, forecast } from '../../src/tasks/forecast';
import { Harness } from '../support/harness';
import { cli } from '../support/processes/cli';
import { until } from '../support/until';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const in_ = (seconds: number) => new Date(NOW.getTime() + seconds * 1000).toISOString();

describe('the arithmetic of a forecast', () => {
  const facts: ForecastFacts = {
    type: 'test.probe',
    queue: 'default',
    tasksAhead: 0,
    inLine: false,
    run: { p50: 4, sample: 20 },
  };
  const ended = { count: 30, seconds: 60 };

  it.each<[string, Partial<ForecastFacts>, number, number]>([
    ['nobody is ahead and a place is free: now', {}, 0, 4],
    ['it waits for the place of one that runs', { inLine: true, ended }, 2, 6],
    ['nine are ahead of it: ten must end', { inLine: true, tasksAhead: 9, ended }, 20, 24],
    ['its time comes later than its turn', { dueAt: in_(100), tasksAhead: 9, ended }, 100, 104],
    ['its turn comes later than its time', { dueAt: in_(10), tasksAhead: 50, ended }, 100, 104],
    ['its time has passed', { dueAt: in_(-10), inLine: true, ended }, 2, 6],
  ])('when %s', (_when, more, start, eta) => {
    expect(forecast({ ...facts, ...more }, NOW)).toMatchObject({
      known: true,
      exact: false,
      startsAt: in_(start),
      endsAt: in_(eta),
      etaSeconds: eta,
    });
  });

  it('without an ended task of its type knows no end, and says so', () => {
    const { run: _none, ...unknown } = facts;
    const told = forecast({ ...unknown, inLine: true, ended }, NOW);
    expect(told).toMatchObject({ known: true, startsAt: in_(2) });
    expect(told).not.toHaveProperty('endsAt');
    expect(told).not.toHaveProperty('etaSeconds');
    expect(told).toMatchObject({ restsOn: expect.arrayContaining([expect.stringContaining('is not known')]) });
  });

  it('without an ended task of its queue forecasts nothing, and says why', () => {
    const none = { count: 0, seconds: 3600 };
    expect(forecast({ ...facts, inLine: true, ended: none }, NOW)).toEqual({
      known: false,
      because: 'no task of queue default has ended in the last 60 min, so that nobody knows how fast it goes',
    });
  });

  it('says what it rests on', () => {
    expect(forecast({ ...facts, inLine: true, tasksAhead: 9, ended }, NOW)).toMatchObject({
      tasksAhead: 9,
      restsOn: [
        "about 9 task(s) ahead of it in queue default, by the server's own statistics",
        '30 task(s) of that queue ended in the last 60 s',
        'half of the last 20 task(s) of type test.probe ran for at most 4 s',
      ],
    });
  });
});

describe('the forecast of a task', () => {
  let harness: Harness;

  beforeAll(async () => {
    harness = await Harness.start();
    await harness.startWorkers({ queues: ['narrow'], concurrency: 1 });
  });
  afterAll(() => harness.close());

  const submit = async (input: object, more: object = {}) =>
    (await harness.tasks.submit({ type: 'test.probe', input, policy: { queue: 'narrow' }, ...more })).task.id;

  it('counts those that start before it only, and is as sure as what it rests on', async () => {
    const first = await submit({});
    await harness.tasks.wait(first, 60);
    const waitFor = harness.file();
    const busy = await submit({ waitFor });
    await harness.reaches(busy, 'running');
    for (let count = 0; count < 4; count++) await submit({});
    const asked = await submit({ progress: [50] });
    for (let count = 0; count < 3; count++) await submit({});
    for (let count = 0; count < 2; count++) await submit({}, { priority: 1 });
    for (let count = 0; count < 2; count++) await submit({}, { priority: 5 });
    await until('all wait', async () => {
      const { backlog } = await harness.tasks.queue('narrow');
      const { forecast: told } = await harness.tasks.why(asked);
      return backlog === 12 && told?.known && told.tasksAhead === 6;
    });

    const { stdout } = await cli(harness, ['why', asked, '--json']);
    const { forecast: told } = JSON.parse(stdout) as Awaited<ReturnType<Harness['tasks']['why']>>;
    if (!told?.known) throw new Error(stdout);
    // Four before it, two of a better priority; not those that came later, nor those of a lower one.
    expect(told.tasksAhead).toBe(6);
    expect(Date.parse(told.startsAt)).toBeGreaterThan(Date.now());
    expect(Date.parse(told.endsAt ?? '')).toBeGreaterThan(Date.parse(told.startsAt));
    expect(told.restsOn.join('\n')).toMatch(/1 task\(s\) of that queue ended in the last .+\nhalf of the last 1 task/);

    await harness.tasks.act(asked, 'pause');
    await harness.reaches(asked, 'paused');
    expect((await harness.tasks.why(asked)).forecast).toEqual({
      known: false,
      because: 'it is paused, and nobody knows until when',
    });
    await harness.touch(waitFor);
    await harness.tasks.wait(busy, 60);
  });

  it('of a scheduled task is its time, and ends when such tasks have run', async () => {
    const runAt = new Date(Date.now() + 3_600_000);
    const id = await submit({}, { runAt });
    const told = await until('the queue is empty', async () => {
      const { forecast: now } = await harness.tasks.why(id);
      return now?.known && now.tasksAhead === 0 ? now : undefined;
    });
    expect(told.startsAt).toBe(runAt.toISOString());
    expect(told.etaSeconds).toBeGreaterThan(3500);
  });
});
