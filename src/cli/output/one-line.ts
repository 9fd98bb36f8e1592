const LONGEST = 100;

/** The beginning of any text on one line; nothing in it can steer the terminal. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return [...line].slice(0, LONGEST).join('');
}
