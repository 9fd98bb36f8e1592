import { AUTOCLOSED } from '../autoclose/raise-ticket';
import { shownTime } from '../shown-time';
import { CATEGORIES, MATRIX, waitOf } from './escalations';
import type { NewRow } from './insert';
import type { PlannedInstance } from './instances';
import type { Random } from './random';
import type { Site } from './sites';

const MINUTE_MS = 60_000;

/** A ticket before it has its ID, with the way it has gone. */
export interface PlannedTicket {
  row: NewRow<'tickets'>;
  history: Omit<NewRow<'ticketHistory'>, 'ticketId'>[];
}

const COMPLAINTS: Record<(typeof CATEGORIES)[number], readonly [string, ...string[]]> = {
  ELECTRICAL: ['Breaker of floor 3 trips', 'Socket in room 214 sparks', 'Half of the lobby is dark'],
  PLUMBING: ['Water under the sink of the 2nd floor kitchen', 'No hot water', 'Drain in the car park is blocked'],
  HVAC: ['Meeting room “Šumava” is at 29 °C', 'AHU 2 rattles', 'Smell of burnt rubber from the duct'],
  LIFT: ['Lift B stops between floors', 'Doors of lift A do not close', 'Display of lift C is blank'],
  SECURITY: ['Badge reader at gate 2 is dead', 'Camera 14 shows snow', 'Side door does not lock'],
};

/** What was reported at a site in the last days. */
export function reportedTickets(random: Random, site: Site, now: Date): PlannedTicket[] {
  return Array.from({ length: random.between(2, 4) }, () => {
    const createdAt = new Date(now.getTime() - random.between(5, 8 * 1440) * MINUTE_MS);
    return ticketAt(random, site, { category: random.pick(CATEGORIES), createdAt }, now);
  });
}

/** One ticket that waits for each of the levels 1 and 2, whatever chance has made of the others. */
export function overdueTickets(random: Random, site: Site, now: Date): PlannedTicket[] {
  return [1, 2].map((level) => {
    const category = 'ELECTRICAL';
    const createdAt = new Date(now.getTime() - waitOf(category, level) - random.between(5, 25) * MINUTE_MS);
    return ticketAt(random, site, { category, createdAt, status: 'OPEN', level: level - 1 }, now);
  });
}

/** The ticket of a job that the server has closed. */
export function systemTicket(
  random: Random,
  site: Site,
  { id, row }: PlannedInstance & { id: number },
  now: Date,
): PlannedTicket {
  const createdAt = new Date(row.closedAt ?? now);
  const ticket = ticketAt(random, site, { category: AUTOCLOSED, createdAt }, now);
  const planned = shownTime(row.plannedAt, row.offsetMinutes);
  return {
    ...ticket,
    row: {
      ...ticket.row,
      instanceId: id,
      systemGenerated: true,
      priority: 'MEDIUM',
      description: `AUTOCLOSED ${row.name} planned on ${planned} not reported in time`,
    },
  };
}

interface Given {
  category: keyof typeof MATRIX;
  createdAt: Date;
  status?: NewRow<'tickets'>['status'];
  level?: number;
}

function ticketAt(random: Random, site: Site, given: Given, now: Date): PlannedTicket {
  const { category, createdAt } = given;
  const status = given.status ?? statusOf(random);
  const level = given.level ?? levelOf(random, given, status, now);
  // Nobody has a ticket of the system's before its first escalation.
  const first = category === AUTOCLOSED ? null : site.inCharge.id;
  const leads = site.office.leads.map(({ id }) => id);
  const history = leads.slice(0, level).map((to, index) => {
    const dueAt = new Date(createdAt.getTime() + waitOf(category, index + 1));
    const looked = new Date(Math.min(now.getTime(), dueAt.getTime() + 30 * MINUTE_MS));
    const from = index === 0 ? first : (leads[index - 1] ?? null);
    return { level: index + 1, fromAssigneeId: from, toAssigneeId: to, at: random.timeBetween(dueAt, looked) };
  });
  const row = {
    siteId: site.id,
    category,
    description: category === AUTOCLOSED ? '' : random.pick(COMPLAINTS[category]),
    status: status === 'NEW' && level > 0 ? ('OPEN' as const) : status,
    priority: random.pick(['LOW', 'MEDIUM', 'HIGH'] as const),
    level,
    assigneeId: history.at(-1)?.toAssigneeId ?? first,
    createdAt,
  };
  return { row, history };
}

function statusOf(random: Random): NonNullable<NewRow<'tickets'>['status']> {
  if (random.chance(40)) return 'CLOSED';
  if (random.chance(8)) return 'CANCELLED';
  return random.chance(20) ? 'RESOLVED' : random.pick(['NEW', 'OPEN'] as const);
}

/** An open ticket is where the matrix wants it, or one level behind; an ended one stopped on the way. */
function levelOf(random: Random, { category, createdAt }: Given, status: string | undefined, now: Date): number {
  const age = now.getTime() - createdAt.getTime();
  const due = MATRIX[category].filter((_, index) => waitOf(category, index + 1) <= age).length;
  const ended = status === 'CLOSED' || status === 'CANCELLED';
  if (ended) return random.between(0, due);
  return random.chance(20) ? Math.max(0, due - 1) : due;
}
