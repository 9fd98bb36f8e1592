import { isAbbreviation } from './abbreviations';

/** Longest part of the text before a citation that is looked at. */
export const NAME_REACH = 400;
const LONGEST_NAME = 250;

const VERSUS = /\s(?:v|vs)\.?\s/g;
/** Names of one party begin with one of these. */
const ONE_PARTY = /(?<![\p{L}])(?:In re|In the (?:Matter|Interest) of|Ex parte|Matter of|Estate of) /gu;

/** Small words inside of names. */
const INNER =
  /^(?:of|and|the|for|de|del|la|le|van|von|der|den|ex|rel\.?|et|al\.?,?|on|behalf|a\/k\/a|d\/b\/a|f\/k\/a)$/;
/** In the name of a single party, and after the "v.", more can stand. */
const INNER_MORE = /^(?:in|to|by|a|an|as|at|with|from|against|under|known|o\/b\/o)$/;
/** After a comma: what belongs to the name before it. */
const SUFFIX =
  /^(?:Inc|LLC|L\.L\.C|LLP|L\.L\.P|LP|L\.P|Ltd|Co|Corp|P\.?C|P\.?L\.?L\.?C|P\.?S|N\.?A|S\.?A|Jr|Sr|II|III|IV|&|et)\b/;
/** Words before a name that do not belong to it. */
const LEADING =
  /^(?:see|also|cf\.?|e\.g\.,?|but|accord|compare|contra|in|and|or|of|for|under|citing|quoting|overruling|following|applying|distinguishing|since|while|although|because|when|as|on|the court)[\s,]+/i;

/**
 * The name of the case whose citation follows the text; it must stand right before it. Undefined when there is none.
 * @param before What lies between the neighbour before and the citation.
 */
export function caseName(before: string): string | undefined {
  const text = withoutTrailer(before.slice(-NAME_REACH));
  const versus = last(text, VERSUS);
  const single = last(text, ONE_PARTY);
  if (single && single.start > (versus?.start ?? -1)) {
    const name = text.slice(single.start);
    return isName(text.slice(single.end)) ? tidy(name) : undefined;
  }
  if (!versus) return undefined;
  const defendant = text.slice(versus.end);
  const plaintiff = nameAtEnd(text.slice(0, versus.start));
  return plaintiff && isName(defendant) ? tidy(`${plaintiff} v. ${defendant}`) : undefined;
}

/** Takes off what may stand between a name and its citation: commas, docket numbers, a year, supra. */
function withoutTrailer(text: string): string {
  let rest = text;
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replace(/[\s,]+$/, '').replace(/(?:, Nos?\. [^,]*\d[^,]*|\s\(\d{4}\)|, supra)$/, '');
  }
  return rest;
}

/** The longest name that ends where the text ends. */
function nameAtEnd(text: string): string {
  const words = text.split(/\s+/).filter(Boolean);
  let first = words.length;
  while (first > 0 && belongs(words, first - 1)) first--;
  let name = words.slice(first).join(' ');
  for (let before = ''; before !== name; ) {
    before = name;
    name = name.replace(LEADING, '').replace(/^[\d\s,&]+(?=\S)/, '');
  }
  return name.replace(/^(?:of|and|the|for|et|al\.?,?|on|behalf)\s+(?=\p{Lu})/gu, '');
}

/** Whether a word belongs to the name that its followers are part of. */
function belongs(words: readonly string[], index: number): boolean {
  const word = words[index] ?? '';
  const next = words[index + 1];
  if (INNER.test(word)) return true;
  if (/[;:()[\]"“”?!]/.test(word)) return false;
  if (word.endsWith(',')) {
    const goesOn = next !== undefined && (SUFFIX.test(next) || /^\d/.test(next) || words[index + 2] === '&');
    return goesOn && isNameWord(word.slice(0, -1));
  }
  // The stop of the last word stands before "v.", so that it ends no sentence.
  if (word.endsWith('.') && next !== undefined && !isAbbreviation(word)) return false;
  return isNameWord(word);
}

function isNameWord(word: string): boolean {
  return (
    /^['‘’]?\p{Lu}/u.test(word) || /^\d{1,3}(?:st|nd|rd|th|M)?$/.test(word) || /^\d+\p{Lu}/u.test(word) || word === '&'
  );
}

/** Whether the whole text is a name: no sentence ends in it, and it does not break off. */
function isName(text: string): boolean {
  const words = text.split(/\s+/);
  const bare = words.map((word) => word.replace(/^[("“]+|[)"”,]+$/g, ''));
  if (text.length > LONGEST_NAME || !(isNameWord(bare[0] ?? '') || bare[0] === 'the')) return false;
  if (!isNameWord(bare.at(-1) ?? '') && !/^al\.?$/.test(bare.at(-1) ?? '')) return false;
  if (words.slice(0, -1).some((word) => word.endsWith('.') && !isAbbreviation(word))) return false;
  return bare.every((word) => isNameWord(word) || INNER.test(word) || INNER_MORE.test(word));
}

function tidy(name: string): string {
  return name
    .replace(/\s+/g, ' ')
    .replace(/\sv(?:s)?\.? /, ' v. ')
    .trim();
}

function last(text: string, pattern: RegExp): { start: number; end: number } | undefined {
  const match = [...text.matchAll(pattern)].at(-1);
  return match && { start: match.index, end: match.index + match[0].length };
}
