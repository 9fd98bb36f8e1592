/** Cron expressions: five fields of numbers, names, ranges, steps and lists, or a macro. Seconds are not among them. */

const MACROS: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

interface Field {
  name: string;
  from: number;
  to: number;
  /** Names of its values, from the first on. */
  names?: readonly string[];
}

const FIELDS: readonly [Field, Field, Field, Field, Field] = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ') },
  { name: 'weekday', from: 0, to: 7, names: 'SUN MON TUE WED THU FRI SAT'.split(' ') },
];

/** What is wrong with a cron expression, in a sentence that says what would be right; `undefined` when nothing is. */
export function cronFault(cron: string): string | undefined {
  if (cron.startsWith('@')) {
    if (MACROS[cron]) return undefined;
    if (cron.startsWith('@every')) return 'use every, in seconds, for a true interval';
    return `${JSON.stringify(cron)} is no macro: there are ${Object.keys(MACROS).join(', ')}`;
  }
  if (/TZ=/.test(cron)) return 'give the time zone as timeZone';
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) {
    return `has ${fields.length} fields, but needs five: minute, hour, day, month, weekday`;
  }
  for (const [index, field] of FIELDS.entries()) {
    const text = fields[index] ?? '';
    if (valuesOf(text, field) === undefined) {
      return `${JSON.stringify(text)} is no ${field.name}: numbers from ${field.from} to ${field.to}, *, ranges (a-b), steps (*/n) and lists (a,b)`;
    }
  }
  return undefined;
}

/** Seconds between the two closest fires within an hour; an hour when there are none so close. */
export function closestFires(cron: string): number {
  const [minute = '', hour = ''] = (MACROS[cron] ?? cron).trim().split(/\s+/);
  const minutes = [...(valuesOf(minute, FIELDS[0]) ?? [])].sort((a, b) => a - b);
  const hours = valuesOf(hour, FIELDS[1]) ?? new Set();
  const [first] = minutes;
  // Over the end of an hour only where the next one has fires too.
  const followed = [...hours].some((one) => hours.has((one + 1) % 24));
  const all = first !== undefined && followed ? [...minutes, first + 60] : minutes;
  const gaps = all.slice(1).map((later, index) => later - (all[index] ?? 0));
  return Math.min(60, ...gaps) * 60;
}

function valuesOf(text: string, field: Field): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [, range = '', step = '1'] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const span = spanOf(range, field, part.includes('/'));
    if (!span || Number(step) < 1) return undefined;
    for (let value = span[0]; value <= span[1]; value += Number(step)) values.add(value);
  }
  return values;
}

/** With a step, a single number begins a range that goes to the end. */
function spanOf(range: string, field: Field, stepped: boolean): [number, number] | undefined {
  if (range === '*' || range === '?') return [field.from, field.to];
  const [first = '', last, ...more] = range.split('-');
  const from = numberOf(first, field);
  const to = last === undefined ? (stepped ? field.to : from) : numberOf(last, field);
  return from === undefined || to === undefined || to < from || more.length > 0 ? undefined : [from, to];
}

function numberOf(text: string, { from, to, names = [] }: Field): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + (from === 0 ? 0 : 1) : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : undefined;
}
