import { facilitySchedules } from '../../examples/facility/src/schedules';
import { Harness } from '../support/harness';
import { until } from '../support/until';
import { openPglite } from './databases';
import { ended } from './day/run-day';
import { FacilityBench } from './facility-bench';

/**
 * A day of 96 seconds: half an hour is two of them, which is the shortest interval of a schedule. The server that skips
 * time has no schedules (CreateSchedule is unimplemented there), so the clock of a real one fires a shorter day here. A day
 * of 24 hours with the pack's own expressions is made up for in facility-day; hours of a task's own timers pass in redrive-times.
 */
const DAY = 96;
const HOUR = DAY / 24;

/** How often each runs a day, and how long its window is, in hours. Intervals below two seconds have a slower day. */
const TYPES = [
  { type: 'jobs.autoclose', every: HOUR / 2, window: 4 * HOUR, runs: 48 },
  { type: 'tickets.escalate', every: HOUR / 2, window: 4 * HOUR, runs: 48 },
  { type: 'ppm.create', every: 12 * HOUR, window: 4 * HOUR, runs: 2 },
  { type: 'reminders.send', every: 8 * HOUR, window: 2 * HOUR, runs: 3 },
  // Half a day of every 15 minutes, with a window of more than all of it.
  { type: 'reports.create', every: 2, window: 2 * DAY, runs: 48 },
  // Every 27 minutes, with a window of some four of them.
  { type: 'reports.mail', every: 2, window: 9, runs: 48 },
] as const;

let harness: Harness;
let bench: FacilityBench;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  harness = await Harness.start();
  const { location, close } = await openPglite();
  bench = await FacilityBench.start(harness, location);
  closers.push(
    () => harness.close(),
    close,
    () => bench.close(),
    await bench.startWorkers(),
  );
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

/** Every run that the clock has made of a type, by the time at which it was due. */
async function runsOf(type: string): Promise<{ id: string; at: string }[]> {
  const runs = [];
  for await (const { workflowId } of harness.temporal.workflow.list({ query: `TaskTags = 'schedule:${nameOf(type)}'` }))
    runs.push({ id: workflowId, at: workflowId.slice(-'2030-01-31T08:00:00Z'.length) });
  return runs.sort((a, b) => a.at.localeCompare(b.at));
}

const nameOf = (type: string) => `clock-${type}`;

it("the server's clock fires all of an accelerated day, each time once, under windows of hours", async () => {
  const begin = (Math.ceil(Date.now() / 1000 / 2) + 3) * 2000;
  const [from, last] = [new Date(begin).toISOString(), new Date(begin + DAY * 1000 - 500).toISOString()];
  for (const { type, every, window } of TYPES) {
    const { policy } = facilitySchedules.find((order) => order.type === type) ?? {};
    const order = { id: nameOf(type), type, every, input: {}, from, until: last, policy: { ...policy, window } };
    // A machine that is slow for a while shall cost no time of the day.
    await bench.tasks.schedules.create({ ...order, overlap: 'buffer-all', catchUpWindow: 600 });
  }
  for (const { type, every, runs } of TYPES) {
    const fired = await until(
      `${type} has run ${runs} times`,
      async () => {
        const found = await runsOf(type);
        return found.length >= runs ? found : undefined;
      },
      3 * DAY,
    );
    const times = Array.from({ length: (DAY / every) | 0 }, (_, index) => {
      const first = Math.ceil(begin / 1000 / every) * every;
      return `${new Date((first + index * every) * 1000).toISOString().slice(0, 19)}Z`;
    });
    expect({ type, times: fired.map(({ at }) => at) }).toEqual({ type, times });
    const ids = fired.map(({ id }) => id);
    const states = (await ended(bench.tasks, ids)).map(({ state }) => state);
    expect({ type, states: [...new Set(states)] }).toEqual({ type, states: ['completed'] });
  }
}, 300_000);
