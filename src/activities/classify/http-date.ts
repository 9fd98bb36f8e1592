const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day';
const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = String.raw`(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})`;

/** The forms of RFC 9110, 5.6.7; a recipient accepts the two obsolete ones too. All are in GMT, said or not. */
const FORMS = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  String.raw`${DAY}, (?<day>\d{1,2}) ${MONTH} (?<year>\d{4}) ${TIME} (?:GMT|UTC)`,
  // Sunday, 06-Nov-94 08:49:37 GMT
  String.raw`(?:${LONG_DAY}|${DAY}), (?<day>\d{1,2})-${MONTH}-(?<year>\d{2}|\d{4}) ${TIME} (?:GMT|UTC)`,
  // Sun Nov  6 08:49:37 1994
  String.raw`${DAY} ${MONTH} +(?<day>\d{1,2}) ${TIME} (?<year>\d{4})(?: (?:GMT|UTC))?`,
].map((form) => new RegExp(`^${form}$`));

/** Milliseconds since 1970 of an HTTP date; undefined when it is none. */
export function httpDate(text: string, now = Date.now()): number | undefined {
  const groups = FORMS.map((form) => form.exec(text)?.groups).find((found) => found !== undefined);
  if (!groups) return undefined;
  const [day, hour, minute, second] = [groups.day, groups.hour, groups.minute, groups.second].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const month = MONTHS.indexOf(groups.month ?? '');
  const year = fullYear(groups.year ?? '', now);
  // 60 is a leap second.
  const time = Date.UTC(year, month, day, hour, minute, second);
  const exists = new Date(Date.UTC(year, month, day)).getUTCDate() === day && day > 0;
  return exists && hour < 24 && minute < 60 && second <= 60 ? time : undefined;
}

/** Two digits that seem more than fifty years ahead are of the century before. */
function fullYear(digits: string, now: number): number {
  if (digits.length === 4) return Number(digits);
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + Number(digits);
  return year > thisYear + 50 ? year - 100 : year;
}
