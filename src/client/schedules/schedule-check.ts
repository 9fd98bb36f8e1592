import type { ChangedNight } from '../../tasks/cron-nights';
import { type Overlap, SHORTEST_CATCH_UP } from '../../tasks/schedule-definition';
import type { ScheduledRun, ScheduleView } from './schedule-view';

/** A schedule, and the times at which it will fire. */
export interface SchedulePlan {
  schedule: ScheduleView;
  times: readonly Date[];
  /** Whether the server knows what is to become of the times that clocks skip or repeat. */
  nightsKnown: boolean;
}

type ScheduleFindingKind =
  | 'held-up'
  | 'runs-overlap'
  | 'hot-spot'
  | 'never-fires'
  | 'catch-up-too-long'
  | 'runs-missed'
  | 'clock-change'
  | 'paused';

interface ScheduleFinding {
  kind: ScheduleFindingKind;
  schedules: string[];
  message: string;
  /** What a person can do. */
  todo: string;
}

export interface ScheduleReport {
  checkedAt: string;
  /** End of the time that was looked at. */
  until: string;
  schedules: number;
  /** The most urgent kinds first. */
  findings: ScheduleFinding[];
  /** What becomes of the schedules' times when clocks change within 13 months, the soonest first. */
  clockChanges: (ChangedNight & { schedule: string })[];
}

/** This many schedules in the same minute are worth a warning. */
const CROWD = 3;
const MINUTE_MS = 60_000;
/** Policies under which a fire needs the end of the run before. */
const WAITING: readonly Overlap[] = ['skip', 'buffer-one', 'buffer-all'];

/** What is likely to go wrong, by what the schedules will do and what their last runs took. Pure. */
export function checkSchedules(plans: readonly SchedulePlan[], now: Date, until: Date): ScheduleReport {
  const active = plans.filter(({ schedule }) => !schedule.paused);
  return {
    checkedAt: now.toISOString(),
    until: until.toISOString(),
    schedules: plans.length,
    findings: [
      ...active.flatMap(heldUp),
      ...active.flatMap((plan) => overlap(plan, now)),
      ...hotSpots(active),
      ...active.flatMap(missed),
      ...active.flatMap((plan) => neverFires(plan)),
      ...plans.flatMap(nightsUnknown),
      ...active.flatMap(longCatchUp),
      ...plans.flatMap(paused),
    ],
    clockChanges: plans
      .flatMap(({ schedule: { id, clockChanges = [] } }) => clockChanges.map((night) => ({ schedule: id, ...night })))
      .sort((a, b) => a.at.localeCompare(b.at)),
  };
}

/** A schedule of an earlier release has what the server makes of such nights: no run, or two. */
function nightsUnknown({
  schedule: { id, cron, clockChanges: [night] = [] },
  nightsKnown,
}: SchedulePlan): ScheduleFinding[] {
  if (nightsKnown || !night) return [];
  const { kind, times } = night;
  const message = `${id} was made by an earlier release: ${kind === 'skipped' ? 'it makes no run' : 'it runs twice'} for ${times[0]}, which the clock ${kind === 'skipped' ? 'skips' : 'shows twice'}.`;
  return [
    {
      kind: 'clock-change',
      schedules: [id],
      message,
      todo: `Write its times again: PATCH /v1/schedules/${id} with {"cron":${JSON.stringify(cron)}}.`,
    },
  ];
}

/** A run that waits for an operator or its redrive is open, so a schedule that does not overlap waits with it. */
function heldUp({ schedule: { id, overlap: policy, lastRuns } }: SchedulePlan): ScheduleFinding[] {
  const run = lastRuns.find(({ state }) => state === 'dead-lettered' || state === 'paused');
  if (!run || !WAITING.includes(policy)) return [];
  const message = `${id} starts nothing: its run ${run.taskId} is ${run.state}, and its overlap policy is ${policy}.`;
  return [{ kind: 'held-up', schedules: [id], message, todo: `Look at it: holdfast info ${run.taskId}` }];
}

function overlap({ schedule, times }: SchedulePlan, now: Date): ScheduleFinding[] {
  const { id, lastRuns, overlap: policy } = schedule;
  const gap = closest(times);
  const took = lastRuns.flatMap((run) => secondsOf(run, now));
  const longer = took.filter((seconds) => seconds > (gap ?? Number.POSITIVE_INFINITY));
  if (gap === undefined || longer.length === 0) return [];
  const longest = round(Math.max(...longer));
  return [
    {
      kind: 'runs-overlap',
      schedules: [id],
      message: `${id} fires every ${gap} s at its closest, but ${longer.length} of its last ${took.length} runs took longer, up to ${longest} s; its overlap policy is ${policy}.`,
      todo: `Let it fire at most every ${Math.ceil(longest * 1.2)} s, or make its work shorter.`,
    },
  ];
}

function secondsOf({ startedAt, endedAt, state }: ScheduledRun, now: Date): number[] {
  if (state === undefined) return [];
  return [(Date.parse(endedAt ?? now.toISOString()) - Date.parse(startedAt)) / 1000];
}

/** Minutes in which many schedules fire; those of the same schedules are one finding. */
function hotSpots(plans: readonly SchedulePlan[]): ScheduleFinding[] {
  const minutes = new Map<number, Set<string>>();
  for (const { schedule, times } of plans) {
    for (const time of times) {
      const minute = Math.floor(time.getTime() / MINUTE_MS);
      minutes.set(minute, (minutes.get(minute) ?? new Set()).add(schedule.id));
    }
  }
  const crowds = new Map<string, number[]>();
  for (const [minute, ids] of minutes) {
    if (ids.size < CROWD) continue;
    const crowd = [...ids].sort().join(' ');
    crowds.set(crowd, [...(crowds.get(crowd) ?? []), minute]);
  }
  const quiet = quietMinutes(minutes);
  return [...crowds]
    .sort(([a, one], [b, other]) => b.split(' ').length - a.split(' ').length || other.length - one.length)
    .map(([crowd, times]) => {
      const ids = crowd.split(' ');
      const first = new Date(Math.min(...times) * MINUTE_MS).toISOString();
      return {
        kind: 'hot-spot',
        schedules: ids,
        message: `${ids.length} schedules fire in the same minute, ${times.length === 1 ? 'once, at' : `${times.length} times, first at`} ${first}: ${ids.join(', ')}.`,
        todo: quiet.length
          ? `Shift some to quieter minutes of the hour (${quiet.slice(0, ids.length - 1).join(', ')}), or give them jitter.`
          : 'Shift some, or give them jitter.',
      };
    });
}

/** Minutes of the hour with the fewest fires, spread over the hour. */
function quietMinutes(minutes: ReadonlyMap<number, ReadonlySet<string>>): number[] {
  const fires = Array.from({ length: 60 }, () => 0);
  for (const [minute, ids] of minutes) fires[minute % 60] = (fires[minute % 60] ?? 0) + ids.size;
  const fewest = Math.min(...fires);
  const quiet = fires.flatMap((count, minute) => (count === fewest ? [minute] : []));
  return fires.every((count) => count === fewest) ? [] : quiet.filter((_, index) => index % 7 === 3);
}

function missed({ schedule: { id, counts, catchUpWindow } }: SchedulePlan): ScheduleFinding[] {
  const { missedCatchUp, skippedOverlap } = counts;
  const parts = [
    missedCatchUp > 0 && `${missedCatchUp} were missed for longer than its catch-up window of ${catchUpWindow} s`,
    skippedOverlap > 0 && `${skippedOverlap} came while an earlier run was open`,
  ].filter(Boolean);
  if (parts.length === 0) return [];
  const message = `Fires of ${id} made no run: ${parts.join('; ')}.`;
  return [{ kind: 'runs-missed', schedules: [id], message, todo: `Backfill what should have run.` }];
}

function neverFires({ schedule: { id, nextRuns, until } }: SchedulePlan): ScheduleFinding[] {
  if (nextRuns.length > 0) return [];
  const why = until ? `it ends at ${until}` : 'no date fits its times';
  return [
    { kind: 'never-fires', schedules: [id], message: `${id} never fires again: ${why}.`, todo: 'Change or delete it.' },
  ];
}

function longCatchUp({ schedule: { id, catchUpWindow, nextRuns }, times }: SchedulePlan): ScheduleFinding[] {
  const gap = closest(times) ?? closest(nextRuns.map((time) => new Date(time)));
  const longest = Math.max(SHORTEST_CATCH_UP, gap ?? catchUpWindow);
  if (gap === undefined || catchUpWindow <= longest) return [];
  return [
    {
      kind: 'catch-up-too-long',
      schedules: [id],
      message: `After an outage ${id} makes up for ${Math.floor(catchUpWindow / gap)} fires at once: its catch-up window is ${catchUpWindow} s, and it fires every ${gap} s at its closest.`,
      todo: `Set catchUpWindow to ${longest} or less, unless every run counts.`,
    },
  ];
}

function paused({ schedule: { id, paused: rests, note } }: SchedulePlan): ScheduleFinding[] {
  const message = `${id} is paused${note ? `: ${note}` : ''}.`;
  return rests ? [{ kind: 'paused', schedules: [id], message, todo: 'Resume it, or delete it.' }] : [];
}

/** Seconds between the two closest times. */
function closest(times: readonly Date[]): number | undefined {
  const gaps = times.slice(1).map((time, index) => (time.getTime() - (times[index]?.getTime() ?? 0)) / 1000);
  return gaps.length > 0 ? Math.min(...gaps) : undefined;
}

const round = (seconds: number) => Math.round(seconds * 10) / 10;
