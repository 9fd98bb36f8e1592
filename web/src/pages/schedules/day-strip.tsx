import { useMemo } from 'react';
import type { Schemas } from '../../api/client';
import { texts } from '../../texts';
import { timesBetween } from './times';

const BINS = 96;
const DAY_MS = 86_400_000;
const BIN_MS = DAY_MS / BINS;
const HOUR_MS = 3_600_000;
const MOST = 1440;

/** The next day in quarters of an hour: when much is due at once, it stands out. */
export function DayStrip({ schedules }: { schedules: readonly Schemas['Schedule'][] }) {
  // Recounted with the list, not with the clock: it does not move while it is read.
  const { bins, from, most, hot } = useMemo(() => binsOf(schedules), [schedules]);
  const top = bins.indexOf(most);
  const said = texts.schedules.dayStrip(clock(from + (top / BINS) * DAY_MS), most);
  return (
    <figure className="day-strip">
      <svg viewBox={`0 0 ${BINS * 10} 44`} preserveAspectRatio="none" role="img" aria-label={said}>
        {bins.map((runs, index) => {
          const tall = runs === 0 ? 1 : Math.max(4, (runs / Math.max(most, 1)) * 44);
          return (
            <rect
              key={index}
              x={index * 10 + 1}
              y={44 - tall}
              width="8"
              height={tall}
              className={runs >= hot ? 'hot' : runs > 0 ? 'some' : 'none'}
            >
              <title>{texts.schedules.runsAt(clock(from + (index / BINS) * DAY_MS), runs)}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption className="faint">
        {quarterDays(from).map((at) => (
          <span key={at} style={{ left: `${((at - from) / DAY_MS) * 100}%` }}>
            {clock(at)}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

/** Midnight, six, noon and six, by the reader's clock. */
function quarterDays(from: number): number[] {
  const first = new Date(from);
  first.setHours(Math.ceil((first.getHours() + 0.01) / 6) * 6, 0, 0, 0);
  return [0, 6, 12, 18].map((hours) => first.getTime() + hours * HOUR_MS).filter((at) => at - from < DAY_MS);
}

function binsOf(schedules: readonly Schemas['Schedule'][]): {
  bins: number[];
  from: number;
  most: number;
  /** From so many runs on a quarter stands out from the day. */
  hot: number;
} {
  // From the quarter of an hour that is going on.
  const from = Math.floor(Date.now() / BIN_MS) * BIN_MS;
  const bins = Array.from({ length: BINS }, () => 0);
  for (const schedule of schedules) {
    if (schedule.paused) continue;
    for (const at of timesBetween(schedule, new Date(from), new Date(from + DAY_MS - 1), MOST) ?? []) {
      const bin = Math.floor(((at.getTime() - from) / DAY_MS) * BINS);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
  }
  const usual = [...bins].sort((one, other) => one - other)[BINS / 2] ?? 0;
  return { bins, from, most: Math.max(...bins), hot: Math.max(3, usual * 2) };
}

const clockFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

function clock(at: number): string {
  return clockFormat.format(at);
}
