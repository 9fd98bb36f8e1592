const YEAR = '(1[6-9]\\d\\d|20\\d\\d)';

const IN_PARENTHESES = new RegExp(`^.{0,100}?\\((?:[^()]*[ ,.])?${YEAR}\\)`, 's');
const BEFORE = new RegExp(`\\(${YEAR}\\)[^()]{0,10}$`);
const AFTER_COMMA = new RegExp(`^.{0,146}?[,.] ?${YEAR}\\b`, 's');
const BARE = new RegExp(`^.{0,46}?\\b${YEAR}\\b`, 's');
const NAMED = new RegExp(`\\b${YEAR}\\b`);
const NEUTRAL = new RegExp(`^${YEAR}\\b`);

/** Where a year may be looked for. */
interface Surroundings {
  /** From the citation on to the next one. */
  after: string;
  /** From the citation before to this one. */
  before: string;
  name: string | undefined;
  /** The citation itself, when its volume is a year: 2018-NMCA-012. */
  neutral: string | undefined;
}

/**
 * The year of a citation, from the surest place to the least: its own, in parentheses within 100 characters
 * after it or right before it, after a comma within 150, bare within 50, in the name. The last three only up to
 * the end of the sentence.
 */
export function yearOf({ after, before, name, neutral }: Surroundings): string | undefined {
  const sentence = after.split(/[.;] (?=\p{Lu})|\n\n/u, 1)[0] ?? '';
  const match =
    NEUTRAL.exec(neutral ?? '') ??
    IN_PARENTHESES.exec(after) ??
    BEFORE.exec(before.slice(-50)) ??
    AFTER_COMMA.exec(sentence) ??
    BARE.exec(sentence) ??
    NAMED.exec(name ?? '');
  return match?.[1];
}
