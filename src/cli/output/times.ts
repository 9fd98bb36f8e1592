/** Writes times for people: `2026-11-24 14:05:09`, in the local zone or in UTC. */
export class Times {
  private readonly format: Intl.DateTimeFormat;

  constructor(utc: boolean) {
    // Sweden writes dates as ISO does.
    const style = { dateStyle: 'short', timeStyle: 'medium' } as const;
    this.format = new Intl.DateTimeFormat('sv-SE', { ...style, ...(utc && { timeZone: 'UTC' }) });
  }

  /** @param iso Absent: `N/A`. */
  of(iso: string | undefined): string {
    return iso === undefined ? 'N/A' : this.format.format(new Date(iso));
  }

  /** A text with the ISO times in it written for people. */
  inText(text: string): string {
    return text.replace(ISO_TIME, (iso) => this.of(iso));
  }
}

const ISO_TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
] as const;

/** A duration in its two largest units: `2 d 3 h`, `4 min 10 s`, `7 s`. */
export function durationText(seconds: number): string {
  let left = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [name, size] of UNITS) {
    const count = Math.floor(left / size);
    if (count > 0 || parts.length > 0) parts.push(`${count} ${name}`);
    left -= count * size;
  }
  parts.push(`${left} s`);
  return parts
    .slice(0, 2)
    .filter((part) => !part.startsWith('0 ') || parts.length === 1)
    .join(' ');
}
