/** Shows instants as a zone's clock does: `2030-01-31 08:00:00`. @throws RangeError for a zone that nobody knows. */
export function clockOf(timeZone: string): (time: Date) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return (time) => format.format(time);
}
