import type { Calls } from './calls';
import { type Figure, longest, median, percentile, takeTurns, timeInLanes } from './figures';
import { work } from './tasks';

/** What the aim allows on top of a direct call. */
const AIM_PERCENT = 7;
/** A common number of tests at once. */
const LANES = 10;
/** The inline form is for work under five seconds. */
const LONGEST_INLINE_MS = 1000;

/** Handlers that wait so long, and how often each is measured: by turns with a direct call, and in lanes. */
const HANDLERS = [
  { ms: 0, name: 'a handler that does nothing', rounds: 60, inLanes: 300 },
  { ms: 100, name: 'a 100 ms handler', rounds: 40, inLanes: 300 },
  { ms: 1000, name: 'a 1 s handler', rounds: 15, inLanes: 80 },
  { ms: 10_000, name: 'a 10 s handler', rounds: 3, inLanes: 20 },
];

/** A handler called as a function, against the same handler run as a task: POST to result. */
export async function measureOverhead(calls: Calls): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { ms, name, rounds, inLanes } of HANDLERS) {
    for (const form of ms <= LONGEST_INLINE_MS ? ['ordinary', 'inline'] : ['ordinary']) {
      const run = () => calls.holdfast(`bench.${form}`, { ms });
      const { direct, alone } = await takeTurns(rounds, { direct: () => work({ ms }), alone: run });
      const together = await timeInLanes(inLanes, LANES, run);
      figures.push(...compare(`${name}, ${form}, one at a time`, ms, direct, alone));
      figures.push(...compare(`${name}, ${form}, ${LANES} at once`, ms, direct, together));
    }
  }
  return figures;
}

/** The overhead is about the same however long a handler takes, so that of one tells for which it is small enough. */
function compare(what: string, ms: number, direct: readonly number[], task: readonly number[]): Figure[] {
  const [against, holdfast] = [median(direct), median(task)];
  const overhead = holdfast - against;
  const figures: Figure[] = [
    { what: `${what}: overhead p50`, unit: 'ms', holdfast: overhead },
    { what: `${what}: overhead p95`, unit: 'ms', holdfast: percentile(task, 0.95) - against },
    { what: `${what}: longest overhead`, unit: 'ms', holdfast: longest(task) - against },
  ];
  if (ms === 0) return figures;
  const aim = { atMost: 1 + AIM_PERCENT / 100 };
  figures.push({
    what: `${what}: p50 against a direct call (the original's aim: < 7 %)`,
    unit: 'ms',
    against,
    holdfast,
    aim,
  });
  if (ms === 1000) {
    const seconds = overhead / 1000 / (AIM_PERCENT / 100);
    figures.push({ what: `${what}: the same overhead is below 7 % from`, unit: 's', holdfast: seconds });
  }
  return figures;
}
