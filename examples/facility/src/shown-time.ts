/** A time as the pack's mails show it: `24-Nov-2026 15:30`, so many minutes east of Greenwich. */
export function shownTime(time: Date, offsetMinutes: number): string {
  const shifted = new Date(time.getTime() + offsetMinutes * 60_000);
  const [day, month, year] = shifted
    .toLocaleDateString('en-GB', { day: '2-digit', month: 'short', year: 'numeric', timeZone: 'UTC' })
    .split(' ');
  return `${day}-${month?.slice(0, 3)}-${year} ${shifted.toISOString().slice(11, 16)}`;
}
