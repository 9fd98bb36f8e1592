const YEAR = '(1[6-9]\\d\\d|20\\d\\d)';
/** In parentheses, or in New York's brackets: with court or date before it, and the case's later fate behind. */
const MARKED = `[([](?:[^()[\\]]*[ ,.])?${YEAR}(?:[-–/]\\d{2,4})?(?:, [^()]{0,60})?[)\\]]`;

/** What stands between a citation and its own parentheses: pages, and the end of a parallel's brackets. */
const OWN = new RegExp(`^[\\d\\s,.*¶&n–—-]{0,60}(?:at )?[\\d\\s,*¶n.–—-]{0,30}\\]?,? ?${MARKED}`);
const BEFORE = new RegExp(`${MARKED}[,\\s]*$`);
const IN_PARENTHESES = new RegExp(`^.{0,100}?${MARKED}`, 's');
const NEAR_BEFORE = new RegExp(`\\(${YEAR}\\)[^()]{0,10}$`);
const AFTER_COMMA = new RegExp(`^.{0,146}?[,.] ?${YEAR}\\b`, 's');
const BARE = new RegExp(`^.{0,46}?\\b${YEAR}\\b`, 's');
const NAMED = new RegExp(`\\b${YEAR}\\b`);
const NEUTRAL = new RegExp(`^${YEAR}\\b`);
/** Where another case begins to be spoken of. */
const NEXT_CASE =
  /;|\n\n|[.?!]["”’)\]]* (?=["“(]?\p{Lu})|,? \(?(?:see|citing|quoting|cf\.|accord|overruled by|abrogated by|and|with) (?=.{1,150}(?: vs?\.? |In re |Ex parte ))/u;

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
 * The year of a citation, from the surest place to the least: its own, in parentheses right after it or right
 * before it, then within 100 characters after it, after a comma within 150, bare within 50, in the name. Only up to
 * where the sentence ends, or another case is spoken of.
 */
export function yearOf({ after, before, name, neutral }: Surroundings): string | undefined {
  const sentence = ownPart(after);
  const match =
    OWN.exec(after) ??
    NEUTRAL.exec(neutral ?? '') ??
    BEFORE.exec(before.slice(-80)) ??
    NEAR_BEFORE.exec(before.slice(-50)) ??
    IN_PARENTHESES.exec(sentence) ??
    AFTER_COMMA.exec(sentence) ??
    BARE.exec(sentence) ??
    NAMED.exec(name ?? '');
  return match?.[1];
}

/** What follows a citation, up to what belongs to the next one. */
function ownPart(after: string): string {
  const end = NEXT_CASE.exec(after)?.index ?? after.length;
  const own = after.slice(0, end);
  // Smith v. Jones (1990) 5 Cal.4th 1: a name, and a year right before the citation that ends the text, are that one's.
  const name = / (?:vs?\.?|In re|Ex parte) [^()]*(?:\([^()]*\)\s*)?$/.exec(own);
  return name && end === after.length ? own.slice(0, name.index) : own;
}
