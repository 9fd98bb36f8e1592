/** One change of a zone's clocks. */
export interface ClockChange {
  /** Milliseconds since 1970. */
  at: number;
  /** Milliseconds east of Greenwich before the change, and from it on. */
  before: number;
  after: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The shortest time between two changes that a zone has had in this century is four weeks. */
const STEP_MS = 10 * DAY_MS;
const formats = new Map<string, Intl.DateTimeFormat>();

/** How far a zone's clocks are east of Greenwich at an instant, in milliseconds. @throws RangeError for an unknown zone. */
function offsetAt(timeZone: string, at: number): number {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  formats.set(timeZone, format);
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  // `GMT`, `GMT+05:30`
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d+):(\d+)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
}

/** The changes of a zone's clocks from one time up to another one. @throws RangeError for an unknown zone. */
export function changesOf(timeZone: string, from: number, until: number): ClockChange[] {
  const changes: ClockChange[] = [];
  let before = offsetAt(timeZone, from);
  for (let begin = from; begin < until; begin += STEP_MS) {
    const end = Math.min(begin + STEP_MS, until);
    const after = offsetAt(timeZone, end);
    if (after !== before) changes.push({ at: instantOf(timeZone, begin, end, before), before, after });
    before = after;
  }
  return changes;
}

/** The first whole minute, between two times, at which the offset is no longer the one of the beginning. */
function instantOf(timeZone: string, begin: number, end: number, before: number): number {
  let [low, high] = [Math.floor(begin / MINUTE_MS), Math.ceil(end / MINUTE_MS)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(timeZone, middle * MINUTE_MS) === before) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}
