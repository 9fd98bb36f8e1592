const LONGEST = 100;

/** The beginning of any text on one line. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  return [...line].slice(0, LONGEST).join('');
}
