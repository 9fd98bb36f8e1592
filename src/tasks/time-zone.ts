/** In the order in which V8 lists them; aliases are not among them. */
const CANONICAL = new Set(Intl.supportedValuesOf('timeZone'));
const LOWER_CASE = new Map([...CANONICAL].map((name) => [name.toLowerCase(), name]));

/** What is wrong with the name of a time zone, and what to write instead; `undefined` when nothing is known to be. */
export function timeZoneFault(name: string): string | undefined {
  if (name === 'UTC' || CANONICAL.has(name)) return undefined;
  const shown = JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
  const meant = name.toUpperCase() === 'UTC' ? 'UTC' : LOWER_CASE.get(name.toLowerCase());
  if (meant !== undefined) return `${shown} is no time zone: capitals count, write ${meant}`;
  if (isAlias(name)) return undefined;
  const offset = /^(?:UTC|GMT)?[+-]?\d/i.test(name) ? ', not as an offset' : '';
  return `${shown} is no time zone: use an IANA name such as Europe/Berlin, or UTC${offset}`;
}

/** Other names of zones: `Asia/Kolkata`. Intl takes them in small letters and offsets too; the server takes names only. */
function isAlias(name: string): boolean {
  if (!/^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)*$/.test(name)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
