/** No bank's statement is older; a year before it has lost a digit. */
const OLDEST = 1800;
const LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * A calendar day as `2026-01-31`, from that form or from the `01/31/2026` of North American banks.
 * @throws Error that says what was expected.
 */
export function readDay(text: string): string {
  const [, isoYear, isoMonth, isoDay] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const [, usMonth, usDay, usYear] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text) ?? [];
  const [year, month, day] = [isoYear ?? usYear, isoMonth ?? usMonth, isoDay ?? usDay].map(Number) as [
    number,
    number,
    number,
  ];
  if (!exists(year, month, day) || year < OLDEST)
    throw new Error(`"${text}" is not a day such as 2026-01-31 or 01/31/2026.`);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function exists(year: number, month: number, day: number): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const length = month === 2 && !leap ? 28 : LENGTHS[month - 1];
  return length !== undefined && day >= 1 && day <= length;
}
