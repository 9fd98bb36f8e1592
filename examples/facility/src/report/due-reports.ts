import type { FacilityDatabase } from '../database/open';
import { lastPeriod, type Period, type Rhythm } from './period';

/** So many reports of one tenant are made by one run, so that none of them keeps the others waiting. */
const MOST_OF_TENANT = 25;
/** No last period ended longer ago. */
const LONGEST_AGO_MS = 40 * 86_400_000;

interface Definition {
  id: number;
  tenant: string;
  name: string;
  siteId: number | null;
  ownerId: number;
  format: 'pdf' | 'csv';
  period: Period;
}

export interface DueReports {
  /** To be made now; the longest overdue first. */
  due: Definition[];
  /** How many are there already. */
  there: number;
  /** How many are left to the next run. */
  waiting: number;
}

/** Finds, of every definition that is enabled, whether the report of the newest period that is over is missing. */
export async function dueReports(database: FacilityDatabase, now: Date, limit: number): Promise<DueReports> {
  const definitions = await database.selectFrom('reportDefinitions').selectAll().where('enabled', '=', true).execute();
  const there = await keysOfFiles(database, new Date(now.getTime() - LONGEST_AGO_MS));
  const periods = new LastPeriods(now);
  const missing = definitions
    .map((definition) => ({ ...definition, period: periods.of(definition) }))
    .filter(({ id, period }) => !there.has(keyOf(id, period)))
    .sort((one, other) => one.period.to.getTime() - other.period.to.getTime() || one.id - other.id);
  const due = atMostOfTenant(missing).slice(0, limit);
  return { due, there: definitions.length - missing.length, waiting: missing.length - due.length };
}

/** Most definitions share their rhythm with others, and to find a period takes a quarter of a millisecond. */
class LastPeriods {
  private readonly known = new Map<string, Period>();

  constructor(private readonly now: Date) {}

  of(rhythm: Rhythm): Period {
    const { frequency, workingDays, timeZone } = rhythm;
    const name = `${frequency} ${workingDays} ${timeZone}`;
    const period = this.known.get(name) ?? this.find(rhythm);
    this.known.set(name, period);
    return period;
  }

  /** With a zone that nobody knows there is a period all the same: the task of the report then says what is wrong. */
  private find(rhythm: Rhythm): Period {
    try {
      return lastPeriod(rhythm, this.now);
    } catch {
      return lastPeriod({ ...rhythm, timeZone: 'UTC' }, this.now);
    }
  }
}

async function keysOfFiles(database: FacilityDatabase, since: Date): Promise<Set<string>> {
  const files = await database
    .selectFrom('reportFiles')
    .innerJoin('reportDefinitions', 'reportDefinitions.id', 'reportFiles.definitionId')
    .select(['definitionId', 'periodFrom', 'periodTo'])
    .where('reportDefinitions.enabled', '=', true)
    .where('periodTo', '>', since)
    .execute();
  return new Set(files.map((file) => keyOf(file.definitionId, { from: file.periodFrom, to: file.periodTo })));
}

function keyOf(definitionId: number, { from, to }: Period): string {
  return `${definitionId}:${from.getTime()}:${to.getTime()}`;
}

function atMostOfTenant(definitions: readonly Definition[]): Definition[] {
  const counts = new Map<string, number>();
  return definitions.filter(({ tenant }) => {
    const count = (counts.get(tenant) ?? 0) + 1;
    counts.set(tenant, count);
    return count <= MOST_OF_TENANT;
  });
}
