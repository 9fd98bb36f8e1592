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

/** Days of each month, in a leap year. */
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** What is wrong with a cron expression, in a sentence that says what would be right; `undefined` when nothing is. */
export function cronFault(cron: string): string | undefined {
  const text = cron.trim();
  if (text === '') return 'is empty: five fields are needed: minute, hour, day, month, weekday';
  if (text.startsWith('@')) {
    if (MACROS[text]) return undefined;
    if (text.startsWith('@every')) return 'use every, in seconds, for a true interval';
    return `${quoted(text)} is no macro: there are ${Object.keys(MACROS).join(', ')}`;
  }
  if (/TZ=/.test(text)) return 'give the time zone as timeZone';
  const fields = text.split(/\s+/);
  if (fields.length !== FIELDS.length) {
    const quartz = fields.length === 6 || fields.length === 7 ? '; seconds and years are not among them' : '';
    return `has ${fields.length} fields, but needs five: minute, hour, day, month, weekday${quartz}`;
  }
  for (const [index, field] of FIELDS.entries()) {
    const wrong = fieldFault(fields[index] ?? '', field);
    if (wrong !== undefined) return wrong;
  }
  const { day, month } = cronFields(text);
  const longest = Math.max(...[...month].map((number) => LONGEST[number - 1] ?? 0));
  if (Math.min(...day) <= longest) return undefined;
  return `never fires: ${quoted(`${fields[2]} ${fields[3]}`)} as day and month is in no calendar`;
}

function fieldFault(text: string, field: Field): string | undefined {
  if (valuesOf(text, field) !== undefined) return undefined;
  const what = `${quoted(text)} is no ${field.name}`;
  if (text.includes('?')) return `${what}: ? is of Quartz, write * instead`;
  const dated = field.name === 'day' || field.name === 'weekday';
  if (dated && /[0-9A-Z]#\d|^L|\d[LW]$|[A-Z]L$|^W/i.test(text)) {
    return `${what}: L, W and # are of Quartz; name the days themselves, such as 1-7 with a weekday for the first of a month`;
  }
  const [, first = '', last = ''] = /^([^-,/]+)-([^-,/]+)$/.exec(text) ?? [];
  const [from, to] = [numberOf(first, field), numberOf(last, field)];
  if (from !== undefined && to !== undefined && to < from) {
    const over = to === field.from ? '' : `,${field.from}-${last}`;
    const end = to === field.from && field.name !== 'weekday' ? `,${last}` : over;
    return `${what}: a range goes upwards; write ${quoted(`${first}-${field.to}${end}`)} for one over its end`;
  }
  const named = field.names ? `, names (${field.names[0]}-${field.names.at(-1)})` : '';
  return `${what}: numbers from ${field.from} to ${field.to}${named}, *, ranges (a-b), steps (*/n) and lists (a,b)`;
}

/** What a caller wrote, cut where it is long. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** The values of each field; Sunday is 0. */
export interface CronFields {
  minute: ReadonlySet<number>;
  hour: ReadonlySet<number>;
  day: ReadonlySet<number>;
  month: ReadonlySet<number>;
  weekday: ReadonlySet<number>;
}

/** @param cron A valid expression. */
export function cronFields(cron: string): CronFields {
  const texts = fieldsOf(cron);
  const [minute, hour, day, month, weekday] = FIELDS.map(
    (field, index) => valuesOf(texts[index] ?? '', field) ?? new Set<number>(),
  ) as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];
  if (weekday.delete(7)) weekday.add(0);
  return { minute, hour, day, month, weekday };
}

/** Whether it means every so many minutes or hours, not times of the day: with `*` or a step in one of the two. */
export function goesByTheClock(cron: string): boolean {
  const [minute = '', hour = ''] = fieldsOf(cron);
  return /[*/]/.test(`${minute} ${hour}`);
}

function fieldsOf(cron: string): string[] {
  const text = cron.trim();
  return (MACROS[text] ?? text).split(/\s+/);
}

/** Seconds between the two closest fires within an hour; an hour when there are none so close. */
export function closestFires(cron: string): number {
  const [minute = '', hour = ''] = fieldsOf(cron);
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
    const [, range = '', step = '1'] = /^([^/]+)(?:\/(\d{1,4}))?$/.exec(part) ?? [];
    const span = spanOf(range, field, part.includes('/'));
    if (!span || Number(step) < 1) return undefined;
    for (let value = span[0]; value <= span[1]; value += Number(step)) values.add(value);
  }
  return values;
}

/** With a step, a single number begins a range that goes to the end. */
function spanOf(range: string, field: Field, stepped: boolean): [number, number] | undefined {
  if (range === '*') return [field.from, field.to];
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
