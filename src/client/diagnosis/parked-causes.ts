import { SEARCH_ATTRIBUTES } from '../../protocol/task';
import { redactText } from '../../tasks/redact';
import type { ScannedRow } from '../list/scan';
import { countBy } from './count-by';
import type { StuckCause } from './findings';
import type { Visibility } from './visibility';

/** Why the given tasks are parked. */
export function causesOfParked(rows: readonly ScannedRow[]): StuckCause[] {
  const causes = new Map<string, StuckCause>();
  for (const row of rows) {
    const cause = row.parking?.nextRedriveAt ? 'waits-for-redrive' : 'waits-for-an-operator';
    const name = `${cause} ${row.code}`;
    const known = causes.get(name) ?? causeOf(row, cause);
    causes.set(name, { ...known, count: known.count + 1 });
  }
  return [...causes.values()];
}

/**
 * The same of any number of them, counted: but only a task's memo says whether a redrive is due or a person has to
 * speak, so that is not said.
 * @param query Of parked tasks only.
 */
export async function parkedByCode(query: string, visibility: Visibility): Promise<StuckCause[]> {
  const { failureCode } = SEARCH_ATTRIBUTES;
  const codes = await countBy(visibility, `${query} AND ${failureCode} IS NOT NULL`, failureCode, ({ code }) => code);
  return codes.map(({ count, newest }) => ({ ...causeOf(newest, 'parked'), count }));
}

const WAITS = {
  parked: 'Parked',
  'waits-for-redrive': 'Parked, runs again by itself',
  'waits-for-an-operator': 'Parked, waits for an operator',
};

function causeOf({ id, type, code = 'UNKNOWN', parking }: ScannedRow, cause: keyof typeof WAITS): StuckCause {
  return {
    cause,
    what: code,
    count: 0,
    exact: true,
    message: `${WAITS[cause]}: ${code}: ${redactText(parking?.message ?? 'no message')}`,
    todo:
      code === 'OUTCOME_UNKNOWN'
        ? `holdfast why '${id}'`
        : `holdfast retry --filter type=${type} --filter code=${code}`,
    example: id,
  };
}
