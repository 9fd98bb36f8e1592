import type { NOTICES } from '../database/schema';
import type { NewRow } from './insert';
import type { Random } from './random';
import type { Site } from './sites';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What sites ask for. */
interface Kind {
  identifier: NewRow<'jobs'>['identifier'];
  names: readonly [string, ...string[]];
  /** At a minute that differs from site to site. */
  crons: readonly [string, ...string[]];
  graceMinutes: readonly [number, ...number[]];
  reminderMinutes?: readonly [number | null, ...(number | null)[]];
  notices: readonly [(typeof NOTICES)[number], ...(typeof NOTICES)[number][]];
}

const TOUR_STOPS = ['Gate', 'Loading bay', 'Server room', 'Roof', 'Stairwell B', 'Pump room', 'Archive', 'Parking P2'];

const INTERNAL_TOUR: Kind = {
  identifier: 'INTERNALTOUR',
  names: ['Night patrol', 'Fire safety round', 'Perimeter walk'],
  crons: ['*/4', '1-23/4', '*/6'],
  graceMinutes: [45, 60, 90],
  notices: ['RAISETICKETNOTIFY', 'AUTOCLOSENOTIFY', 'NONE'],
};
const EXTERNAL_TOUR: Kind = {
  identifier: 'EXTERNALTOUR',
  names: ['Car park and fence round', 'Neighbouring lots'],
  crons: ['9,15,21', '6,18'],
  graceMinutes: [60, 120],
  notices: ['AUTOCLOSENOTIFY', 'RAISETICKETNOTIFY'],
};
const MORNING_TASK: Kind = {
  identifier: 'TASK',
  names: ['Read the meters', 'Reception check', 'Washroom inspection'],
  crons: ['7,15', '6,12,18', '8'],
  graceMinutes: [30, 60],
  reminderMinutes: [60, 240, null],
  notices: ['AUTOCLOSENOTIFY', 'NONE'],
};
const ROUND_TASK: Kind = {
  identifier: 'TASK',
  names: ['Waste collection', 'Chlorine and pH of the pool', 'Cold room temperatures'],
  crons: ['5,11,17,23', '10,22', '*/8'],
  graceMinutes: [60, 120],
  reminderMinutes: [720, 1440],
  notices: ['AUTOCLOSENOTIFY', 'RAISETICKETNOTIFY', 'NONE'],
};
const SITE_REPORT: Kind = {
  identifier: 'SITEREPORT',
  names: ['Site report'],
  crons: ['18', '20'],
  graceMinutes: [180],
  notices: ['AUTOCLOSENOTIFY'],
};
const SHORT_PPM: Kind = {
  identifier: 'PPM',
  names: ['Generator test run', 'Fire pump test', 'Emergency lighting test'],
  crons: ['7 * * MON-FRI', '9 * * TUE,FRI', '10 * * WED'],
  graceMinutes: [240],
  reminderMinutes: [720, 1440],
  notices: ['RAISETICKETNOTIFY', 'AUTOCLOSENOTIFY'],
};
const LONG_PPM: Kind = {
  identifier: 'PPM',
  names: ['Lift maintenance', 'HVAC filters', 'Boiler inspection', 'Sprinkler inspection'],
  crons: ['8 1 * *', '8 15 * *', '9 1 */3 *'],
  graceMinutes: [480, 1440],
  reminderMinutes: [1440, 4320],
  notices: ['RAISETICKETNOTIFY', 'AUTOCLOSENOTIFY'],
};
const OF_EVERY_SITE = [INTERNAL_TOUR, MORNING_TASK, ROUND_TASK, SITE_REPORT, SHORT_PPM, LONG_PPM];

/** A job before it has its ID, with the zone that its cron is in. */
export interface PlannedJob {
  row: NewRow<'jobs'>;
  timeZone: string;
}

/**
 * The jobs of a site. Every other one has a tour outside as well; one in ten has a job that is no longer done.
 * @param until Instances exist up to this time; for maintenance, up to one that comes sooner.
 */
export function jobsOf(random: Random, site: Site, now: Date, until: Date): PlannedJob[] {
  const kinds = [...OF_EVERY_SITE, ...(random.chance(50) ? [EXTERNAL_TOUR] : [])];
  const jobs = kinds.map((kind) => jobOf(random, kind, site, now, until));
  if (random.chance(10)) jobs.push(scrapped(jobOf(random, LONG_PPM, site, now, until)));
  return jobs;
}

function jobOf(random: Random, kind: Kind, { id, technicians, timeZone }: Site, now: Date, until: Date): PlannedJob {
  const { identifier } = kind;
  const isTour = identifier.endsWith('TOUR');
  const hours = random.pick(kind.crons);
  const cron = `${random.between(0, 11) * 5} ${hours}${hours.includes(' ') ? '' : ' * * *'}`;
  const row = {
    siteId: id,
    name: random.pick(kind.names),
    identifier,
    assigneeId: random.pick(technicians).id,
    cron,
    validFrom: new Date(now.getTime() - random.between(40, 400) * DAY_MS),
    validUntil: new Date(now.getTime() + random.between(30, 120) * DAY_MS),
    graceMinutes: random.pick(kind.graceMinutes),
    reminderMinutes: kind.reminderMinutes ? random.pick(kind.reminderMinutes) : null,
    notice: random.pick(kind.notices),
    checkpoints: isTour ? stops(random) : [],
    generatedUntil: identifier === 'PPM' ? plannedUntil(random, now) : until,
  };
  // Maintenance that was agreed on just now has not been planned yet.
  return { row: row.generatedUntil ? row : { ...row, validFrom: new Date(now.getTime() - HOUR_MS) }, timeZone };
}

function plannedUntil(random: Random, now: Date): Date | null {
  return random.chance(25) ? null : new Date(now.getTime() + random.between(0, 20) * HOUR_MS);
}

function stops(random: Random): string[] {
  const first = random.between(0, TOUR_STOPS.length - 1);
  const turned = [...TOUR_STOPS.slice(first), ...TOUR_STOPS.slice(0, first)];
  return turned.slice(0, random.between(3, 6));
}

function scrapped({ row, timeZone }: PlannedJob): PlannedJob {
  return { row: { ...row, scrapped: true, generatedUntil: null }, timeZone };
}
