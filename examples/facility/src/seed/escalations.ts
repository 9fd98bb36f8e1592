import { AUTOCLOSED } from '../autoclose/raise-ticket';
import type { NewRow } from './insert';
import type { Office } from './sites';

const MINUTE_MS = 60_000;
const UNIT_MS = { MINUTE: MINUTE_MS, HOUR: 60 * MINUTE_MS, DAY: 1440 * MINUTE_MS, WEEK: 7 * 1440 * MINUTE_MS };

type Step = readonly [wait: number, unit: keyof typeof UNIT_MS];
type Steps = readonly [Step, Step, Step];

/** Categories of what people report. */
export const CATEGORIES = ['ELECTRICAL', 'PLUMBING', 'HVAC', 'LIFT', 'SECURITY'] as const;

/** How long a ticket waits for each level, from its creation on. */
export const MATRIX: Readonly<Record<(typeof CATEGORIES)[number] | typeof AUTOCLOSED, Steps>> = {
  [AUTOCLOSED]: [
    [1, 'HOUR'],
    [1, 'DAY'],
    [1, 'WEEK'],
  ],
  ELECTRICAL: [
    [30, 'MINUTE'],
    [4, 'HOUR'],
    [1, 'DAY'],
  ],
  PLUMBING: [
    [2, 'HOUR'],
    [8, 'HOUR'],
    [2, 'DAY'],
  ],
  HVAC: [
    [4, 'HOUR'],
    [1, 'DAY'],
    [1, 'WEEK'],
  ],
  LIFT: [
    [15, 'MINUTE'],
    [1, 'HOUR'],
    [1, 'DAY'],
  ],
  SECURITY: [
    [30, 'MINUTE'],
    [2, 'HOUR'],
    [12, 'HOUR'],
  ],
};

/** Milliseconds from a ticket's creation to a level. */
export function waitOf(category: keyof typeof MATRIX, level: number): number {
  const [wait, unit] = MATRIX[category][level - 1] as Step;
  return wait * UNIT_MS[unit];
}

export function matrixOf({ client, leads }: Office): NewRow<'escalationMatrix'>[] {
  return Object.entries(MATRIX).flatMap(([category, steps]) =>
    steps.map(([wait, unit], index) => ({
      tenant: client.tenant,
      category,
      level: index + 1,
      wait,
      unit,
      assigneeId: (leads[index] as Office['leads'][number]).id,
    })),
  );
}
