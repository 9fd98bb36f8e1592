import { timesOf } from '../../examples/facility/src/plan/times';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { cli } from '../support/processes/cli';

let harness: Harness;
let api: TestApi;
beforeAll(async () => {
  harness = await Harness.start();
  api = await TestApi.start(harness);
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

let number = 0;
async function create(cron: string, timeZone: string, more: object = {}) {
  number += 1;
  const body = { id: `night-${number}`, type: 'test.probe', input: {}, cron, timeZone, ...more };
  return (await api.post('/v1/schedules', body)).body;
}

/** What the server itself will do, to the minute. */
async function serverTimes(id: string, from: string, to: string): Promise<string[]> {
  const times = await harness.tasks.schedules.timesOf(id, new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`));
  return times.map(minuteOf);
}

/** What the facility pack plans for a job with the same times. */
function plannedTimes(cron: string, timeZone: string, from: string, to: string): string[] {
  const validUntil = new Date(`${to}T00:00:00Z`);
  const validFrom = new Date(`${from}T00:00:00Z`);
  const job = { id: 1, name: 'a job', siteId: 1, generatedUntil: null, cron, timeZone, validFrom, validUntil };
  return timesOf(job, new Date(0), 5000).times.map(({ at }) => minuteOf(at));
}

function clockFindings({ findings }: { findings: { kind: string }[] }) {
  return findings.filter(({ kind }) => kind === 'clock-change');
}

const minuteOf = (time: Date) => time.toISOString().slice(0, 16);

describe('nights on which clocks change', () => {
  it.each([
    ['30 2 * * *', 'America/New_York', '2027-03-13', '2027-03-16', ['03-13T07:30', '03-14T07:00', '03-15T06:30']],
    ['30 1 * * *', 'America/New_York', '2027-11-06', '2027-11-09', ['11-06T05:30', '11-07T05:30', '11-08T06:30']],
    ['0 0 * * *', 'Asia/Beirut', '2027-03-26', '2027-03-29', ['03-26T22:00', '03-27T22:00', '03-28T21:00']],
    // The server would run it twice, as it lies before the repeated hour of a zone in the east.
    ['10 1 * * *', 'Europe/Berlin', '2027-10-30', '2027-11-02', ['10-30T23:10', '11-01T00:10'], 'none'],
    ['45 1 * * *', 'Australia/Lord_Howe', '2027-04-02', '2027-04-05', ['04-02T14:45', '04-03T14:45', '04-04T15:15']],
  ])('runs %s in %s once each night', async (cron, timeZone, from, to, times, none = '') => {
    const { id, clockChanges } = await create(cron, timeZone);
    expect(await serverTimes(id, from, to)).toEqual(times.map((time) => `2027-${time}`));
    if (none) return;
    const night = clockChanges.find(({ at }: { at: string }) => at > from && at < to);
    expect(night.runsAt).toHaveLength(1);
    expect(times).toContain(minuteOf(new Date(night.runsAt[0])).slice(5));
  });

  it('leaves every other time of the year as it is, and means the same in the facility pack', async () => {
    for (const [cron, timeZone] of [
      ['30 2 * * *', 'America/New_York'],
      ['0,30 1,4 * * *', 'America/New_York'],
      ['15 0-3 1-31 MAR-APR,9-11 *', 'Europe/Berlin'],
      ['@daily', 'America/Havana'],
      ['20 1,2 * * SUN', 'Australia/Lord_Howe'],
      ['10,50 */8 * * *', 'Europe/Madrid'],
      ['30 */2 * * *', 'Europe/Helsinki'],
      ['45 0,1 * * *', 'Atlantic/Azores'],
      ['30 1 13 * FRI', 'America/New_York'],
      ['0 2 7,14 3,11 7', 'America/New_York'],
      ['10 */8 * * *', 'Europe/Lisbon'],
      ['5 12 * 2 *', 'UTC'],
    ] as const) {
      const { id } = await create(cron, timeZone, { jitter: cron === '30 2 * * *' ? 30 : undefined });
      for (const [from, to] of [
        ['2027-02-15', '2027-05-01'],
        ['2027-09-15', '2027-11-30'],
      ] as const) {
        const server = await serverTimes(id, from, to);
        expect([cron, timeZone, server]).toEqual([cron, timeZone, plannedTimes(cron, timeZone, from, to)]);
      }
    }
  });

  it('goes by the clock where minutes or hours have * or a step', async () => {
    const { id, clockChanges } = await create('*/30 1-2 * * *', 'America/New_York');
    expect(clockChanges).toBeUndefined();
    const autumn = await serverTimes(id, '2027-11-07', '2027-11-08');
    expect(autumn.map((time) => time.slice(11))).toEqual(['05:00', '05:30', '06:00', '06:30', '07:00', '07:30']);
    expect(await serverTimes(id, '2027-03-14', '2027-03-15')).toEqual(['2027-03-14T06:00', '2027-03-14T06:30']);
  });

  it('keeps its expression, is created once, and is changed as a whole', async () => {
    const order = { id: 'kept', type: 'test.probe', input: {}, cron: '30 1 * * *', timeZone: 'Europe/London' };
    expect((await api.post('/v1/schedules', order)).body).toMatchObject({ cron: '30 1 * * *', catchUpWindow: 3600 });
    expect((await api.post('/v1/schedules', order)).status).toBe(200);
    const { body } = await api.call('PATCH', '/v1/schedules/kept', { json: { timeZone: 'UTC' } });
    expect(body).not.toHaveProperty('clockChanges');
    expect((await serverTimes('kept', '2027-10-30', '2027-11-01')).map((time) => time.slice(8))).toEqual([
      '30T01:30',
      '31T01:30',
    ]);
  });

  it('says what it will do before it does: on the schedule, and in the check', async () => {
    await create('30 2 * * *', 'America/Chicago', { id: 'told' });
    const shown = await cli(harness, ['schedules', 'show', 'told', '--utc']);
    const line = 'the clock skips 2027-03-14 02:30: it runs once, at the end of the skipped time, 2027-03-14 08:00:00';
    expect(shown.stdout).toContain(`Clock change: ${line}`);
    const checked = await cli(harness, ['schedules', 'check', '--utc']);
    expect(checked.stdout).toContain(`told: ${line}.`);
    const { body } = await api.get('/v1/schedules/check');
    expect(body.clockChanges).toContainEqual({
      schedule: 'told',
      at: '2027-03-14T08:00:00.000Z',
      kind: 'skipped',
      times: ['2027-03-14 02:30'],
      runsAt: ['2027-03-14T08:00:00.000Z'],
    });
    expect(clockFindings(body)).toEqual([]);
  });

  it('finds schedules of earlier releases, which would run never or twice', async () => {
    await create('30 1 * * *', 'America/Denver', { id: 'old' });
    await harness.temporal.schedule.getHandle('old').update(({ spec: { calendars = [], ...spec }, ...rest }) => ({
      ...rest,
      spec: { ...spec, calendars: [{ minute: 30, hour: 1, comment: calendars[0]?.comment ?? '' }], intervals: [] },
    }));
    const finding = { kind: 'clock-change', schedules: ['old'], message: expect.stringContaining('it runs twice') };
    const findings = async () => clockFindings((await api.get('/v1/schedules/check')).body);
    expect(await findings()).toMatchObject([finding]);
    await api.call('PATCH', '/v1/schedules/old', { json: { cron: '30 1 * * *' } });
    expect(await findings()).toEqual([]);
  });
});

describe('times that are none', () => {
  it.each([
    [{ timeZone: 'europe/berlin' }, '/timeZone', 'capitals count, write Europe/Berlin'],
    [{ timeZone: 'utc' }, '/timeZone', 'write UTC'],
    [{ timeZone: 'asia/kolkata' }, '/timeZone', 'use an IANA name'],
    [{ timeZone: '+02:00' }, '/timeZone', 'not as an offset'],
    [{ timeZone: 'UTC+2' }, '/timeZone', 'not as an offset'],
    [{ timeZone: '' }, '/timeZone', 'use an IANA name'],
    [{ timeZone: ' Europe/Berlin' }, '/timeZone', 'use an IANA name'],
    // Known here, but not to the server.
    [{ timeZone: 'PST' }, '/timeZone', 'unknown time zone PST'],
    [{ cron: '0 12 ? * MON' }, '/cron', '"?" is no day: ? is of Quartz, write * instead'],
    [{ cron: '0 12 L * *' }, '/cron', 'L, W and # are of Quartz'],
    [{ cron: '0 12 15W * *' }, '/cron', 'L, W and # are of Quartz'],
    [{ cron: '0 12 * * MON#2' }, '/cron', 'L, W and # are of Quartz'],
    [{ cron: '0 12 * * 5L' }, '/cron', 'L, W and # are of Quartz'],
    [{ cron: '0 0 12 * * MON' }, '/cron', 'has 6 fields, but needs five'],
    [{ cron: '0 0 12 * * MON 2027' }, '/cron', 'has 7 fields, but needs five'],
    [{ cron: '' }, '/cron', 'is empty'],
    [{ cron: '   ' }, '/cron', 'is empty'],
    [{ cron: '@reboot' }, '/cron', 'is no macro: there are @hourly'],
    [{ cron: '0 0 30 2 *' }, '/cron', 'never fires: "30 2" as day and month is in no calendar'],
    [{ cron: '0 0 30,31 FEB 1' }, '/cron', 'never fires'],
    [{ cron: '*/5 * 31 4,6,9,11 *' }, '/cron', 'never fires'],
    [{ cron: '0 0 31 2-4/2 *' }, '/cron', 'never fires'],
    [{ cron: '0 22-6 * * *' }, '/cron', 'a range goes upwards; write "22-23,0-6"'],
    [{ cron: '0 9 * * FRI-MON' }, '/cron', 'a range goes upwards; write "FRI-7,0-MON"'],
    [{ cron: '0 9 * JANUARY *' }, '/cron', 'names (JAN-DEC)'],
    [{ cron: '0 9 * * 8' }, '/cron', 'numbers from 0 to 7'],
    [{ cron: '0 9 0 * *' }, '/cron', 'numbers from 1 to 31'],
    [{ cron: '*/0 9 * * *' }, '/cron', 'steps (*/n)'],
    [{ cron: '1,,2 9 * * *' }, '/cron', 'lists (a,b)'],
    [{ cron: '0 9 * * *\u0000' }, '/cron', 'is no weekday'],
    [{ cron: '９ 9 * * *' }, '/cron', 'is no minute'],
  ])('refuses %j alike when creating and when changing', async (times, pointer, reason) => {
    const order = { type: 'test.probe', input: {}, cron: '5 4 * * *', ...times };
    const created = await api.post('/v1/schedules', { id: 'refused', ...order });
    expect(created).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    expect(created.body.errors[0].message ?? created.body.errors[0].detail).toContain(reason);
    await api.post('/v1/schedules', { id: 'sound', type: 'test.probe', input: {}, cron: '5 4 * * *' });
    const changed = await api.call('PATCH', '/v1/schedules/sound', { json: times });
    expect({ status: changed.status, errors: changed.body.errors }).toEqual({
      status: 422,
      errors: created.body.errors,
    });
  });

  it('takes a date that most years lack', async () => {
    const order = { id: 'leap', type: 'test.probe', input: {}, cron: '0 0 29,30 2 *' };
    expect((await api.post('/v1/schedules', order)).status).toBe(201);
  });

  it('says the same on the command line', async () => {
    for (const [cron, timeZone] of [
      ['5 4 * * *', 'europe/berlin'],
      ['0 12 ? * MON', 'UTC'],
      ['5 4 * * *', 'PST'],
    ] as const) {
      const order = { id: 'refused', type: 'test.probe', input: {}, cron, timeZone };
      const { body } = await api.post('/v1/schedules', order);
      const typed = ['schedules', 'create', 'refused', 'test.probe', '--cron', cron, '--time-zone', timeZone];
      const refused = await cli(harness, typed);
      expect([refused.code, refused.stderr]).toEqual([2, `Error creating the schedule: ${body.detail}\n`]);
    }
  });
});
