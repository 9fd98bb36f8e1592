import { sentenceName, shortName } from './loose-names';
import {
  endsSentence,
  isBridge,
  isCapitals,
  isInner,
  isNameWord,
  isNoParty,
  isOfSentences,
  isSignal,
  isStarter,
} from './name-words';
import { type KnowsWord, nameAtEnd, withoutStarters } from './plaintiff';
import { mendWords } from './torn-words';

/** Longest part of the text before a citation that is looked at. */
export const NAME_REACH = 600;
const LONGEST_NAME = 300;

/** "V." counts only between words in capitals, or where nothing else does: it is an initial as well. */
const VERSUS = /\s(?:vs?\s?\.?|versus|-v-),?\s(?!\d+ [A-Z]\.)|\sv\.(?=\p{Lu})/gu;
const VERSUS_CAPITAL = /\s(?:V|VS)\.?\s/g;
/** Names of one party begin with one of these. */
const ONE_PARTY =
  /(?<![\p{L}])(?:In re:?|In the (?:Matter|Interest|Estate|Marriage|Guardianship|Adoption) of|Ex parte|Matter of|Estate of|Marriage of|Guardianship of|Conservatorship of|Adoption of|Succession of|Application of|Petition of|Appeal of|Dependency of|Custody of|Welfare of) /giu;
/** These begin a new name whatever stands before; the others may be a party's. */
const NEW_NAME = /^(?:In |Ex )/i;

/** What a name is read from. */
export interface NamePlace {
  /** What lies between the neighbour before and the citation. */
  readonly before: string;
  /** The same text from where eyecite reads the name; empty when it reads none. */
  readonly named: string;
  readonly knows: KnowsWord;
  /** Whether a word is a party's name in a citation before. */
  readonly isParty: (word: string) => boolean;
}

/**
 * The name of the case whose citation follows the text: right before it, else what eyecite reads, else the short
 * name that the case is called by, else the one case that the sentence before a bare citation speaks of. Undefined when there is none.
 */
export function caseName({ before, named, knows, isParty }: NamePlace): string | undefined {
  const tail = before.slice(-NAME_REACH);
  const text = withoutTrailer(tail);
  const name =
    adjacentName(text, { knows, isParty }) ??
    readByEyecite(withoutTrailer(named)) ??
    shortName(tail, text, knows) ??
    sentenceName(tail, knows);
  return name && tidy(mendWords(name, knows));
}

type Known = Pick<NamePlace, 'knows' | 'isParty'>;

function adjacentName(text: string, known: Known): string | undefined {
  const versus = last(text, VERSUS) ?? capitalVersus(text);
  const single = lastOneParty(text);
  if (single && beginsName(text, single, versus)) {
    return isName(text.slice(single.end)) ? text.slice(single.start) : undefined;
  }
  if (!versus) return undefined;
  const defendant = text.slice(versus.end);
  const before = text.slice(0, versus.start);
  const whole = nameAtEnd(before, known.knows) || smallName(before);
  const plaintiff = withoutNeighbour(withoutDefendant(whole, before), known.isParty);
  return plaintiff && isName(defendant, known.knows) ? `${plaintiff} v. ${defendant}` : undefined;
}

/** The last of them, with what it goes on from: In re Estate of, In re Pers. Restraint of. */
function lastOneParty(text: string): Found | undefined {
  const all = [...text.matchAll(ONE_PARTY)].map(({ index, 0: { length } }) => ({ start: index, end: index + length }));
  let found = all.at(-1);
  for (const before of all.slice(0, -1).reverse()) {
    if (!found || !/^(?:the |\p{Lu}\S* )*$/u.test(text.slice(before.end, found.start))) break;
    found = { start: before.start, end: found.end };
  }
  return found;
}

interface Found {
  start: number;
  end: number;
}

function beginsName(text: string, single: Found, versus: Found | undefined): boolean {
  if (!versus) return true;
  if (single.start < versus.start) return false;
  return NEW_NAME.test(text.slice(single.start)) && !/[(v.]\s?$/.test(text.slice(0, single.start));
}

function capitalVersus(text: string): Found | undefined {
  return last(text, VERSUS_CAPITAL);
}

const DOCKET =
  '(?:\\d+(?:st|nd|rd|th|d) Dist\\.? (?:[A-Z][\\w.]* ){0,3})?(?:(?:Case|Cause|Docket|Civ(?:il)?\\.?(?: Action| A\\.)?|Crim(?:inal)?\\.?|C\\.A\\.) )?Nos?\\. [^,;]*\\d[^,;]*(?:(?:,| &| and) [\\w:-]*\\d[\\w:-]*)*';
const COURT_AND_YEAR = '[([](?:[^()[\\]]*[\\s.,])?(?:1[6-9]|20)\\d\\d(?:, [^()]{0,30})?[)\\]]';
/** A parallel citation that has no number yet: ___ U.S. ___. */
const TO_COME = "(?:_{2,}|[-–—](?: ?[-–—])*) (?:[A-Z][A-Za-z0-9.’']{0,9} ?){1,4}(?: ?(?:_{2,}|[-–—](?: ?[-–—])*))?";
const ALIAS = '\\((?:hereinafter )?[“"‘\'][^()]*\\)';
/** What may stand between a name and its citation. */
const BETWEEN = new RegExp(
  `(?:, [([]?${DOCKET}[)\\]]?| [([]${DOCKET}[)\\]]| ${COURT_AND_YEAR}| ${ALIAS}|,? supra(?:,? (?:note|n\\.|at) ?\\d+)?|, slip op\\.?(?:,? at \\d+)?|,? ${TO_COME}|,? (?:reported|found|cited) (?:at|in|as))$`,
);

/** Takes off what may stand between a name and its citation: commas, docket numbers, a court and year, supra. */
function withoutTrailer(text: string): string {
  let rest = text;
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest
      .replace(/[\s,:*_"”“»›|([—–]+$/, '')
      .replace(/(‘[^‘’]*)’$/, '$1')
      .replace(BETWEEN, '');
  }
  return rest;
}

/** Whether the whole text is a party's name: no sentence ends in it, nothing in it is said, and it does not break off. */
function isName(text: string, knows: KnowsWord = () => false): boolean {
  const words = text.split(/\s+/).filter(Boolean);
  const bare = words.map((word) => word.replace(/^[("“‘[]+(?=.)|[)\]"”,]+$/g, ''));
  const [begin = '', end = ''] = [bare[0], bare.at(-1)];
  if (words.length === 0 || text.length > LONGEST_NAME || /[;?!]/.test(text)) return false;
  if (
    !isNameWord(begin) &&
    !isInner(begin) &&
    !(/^\p{Ll}{3,}$/u.test(begin) && !isOfSentences(begin) && words.length > 1)
  ) {
    return false;
  }
  if (!isNameWord(end) && !/^(?:al|rel)\.?$/.test(end) && !knows(`${bare.at(-2)}${end}`)) return false;
  if (words.slice(0, -1).some((word, index) => endsSentence(word) && /^\p{Lu}/u.test(words[index + 1] ?? '')))
    return false;
  const capitals = isCapitals(text);
  const strange = bare.filter((word, index) => {
    const small = capitals ? word.toLowerCase() : word;
    if (capitals && isOfSentences(small) && !isInner(small)) return true;
    return !isNameWord(word) && !isInner(small) && !isBridge(small) && !knows(`${bare[index - 1]}${word}`);
  });
  return strange.length <= MOST_STRANGE && !strange.some((word) => isOfSentences(word));
}

/** Small words that a party's name may have beside those that are known: "One parcel of land", torn words. */
const MOST_STRANGE = 3;

/** "Grutter and Regents v. Bakke", after Grutter v. Bollinger, "Title VII and Griggs": the first of the two is no party. */
function withoutNeighbour(plaintiff: string, isParty: (word: string) => boolean): string {
  const [, left = '', right = ''] = /^(.+?),? and (?=\p{Lu})(.+)$/u.exec(plaintiff) ?? [];
  const words = left.split(' ');
  const isOther = (words.length === 1 && isParty(left)) || words.some(isNoParty);
  return right && isOther ? withoutNeighbour(right, isParty) : plaintiff;
}

/** "Doe v. Acme and Roe v. Wade": Acme is the case before's. */
function withoutDefendant(plaintiff: string, before: string): string {
  const isDefendant = /\s(?:vs?\.?|versus)\s+$/.test(before.slice(0, before.lastIndexOf(plaintiff)));
  const own = isDefendant ? /^.+,? (?:and|in|with|from|to|by|under),? (.+)$/.exec(plaintiff)?.[1] : undefined;
  return own ?? plaintiff;
}

/** A plaintiff that is written small throughout: see lululemon athletica v. Under Armour. */
function smallName(before: string): string {
  const words =
    /(?:^|[.;?!]["”’)\]]* |\b(?:[Ss]ee|[Cc]f\.|[Aa]ccord|also|in|In|citing|quoting|and) )(\p{Ll}[\p{L}\d’'.]{2,}(?: \p{Ll}[\p{L}\d’'.]{2,})?)$/u.exec(
      before,
    )?.[1] ?? '';
  return words.split(' ').some((word) => isOfSentences(word) || isStarter(word) || isSignal(word)) ? '' : words;
}

/** What eyecite takes for the name, when it has two parties and is no sentence. */
function readByEyecite(text: string): string | undefined {
  const versus = last(text, VERSUS);
  if (!versus || text.length > LONGEST_NAME || /[;]/.test(text)) return undefined;
  const [plaintiff, defendant] = [text.slice(0, versus.start), text.slice(versus.end)];
  const own = withoutStarters(plaintiff.split(/\s+/));
  const isSaid = defendant.split(/\s+/).some(isOfSentences);
  return /\p{Lu}/u.test(own) && /^\p{Lu}/u.test(defendant) && !isSaid ? `${own} v. ${defendant}` : undefined;
}

function tidy(name: string): string {
  return name
    .replace(/\s+/g, ' ')
    .replace(/ ([.,])/g, '$1')
    .replace(/(?<=\p{Ll}{2}[.,]?)\d{1,3}$/u, '')
    .replace(/(?<= \p{Lu}\p{Ll}{2,})\.$/u, (stop, _, whole: string) =>
      endsSentence(whole.slice(whole.lastIndexOf(' ') + 1)) ? '' : stop,
    )
    .replace(/^[*_"“„‘‹«([|]+|[*_"”“›»|,\s]+$/g, '')
    .trim();
}

function last(text: string, pattern: RegExp): Found | undefined {
  const match = [...text.matchAll(pattern)].at(-1);
  return match && { start: match.index, end: match.index + match[0].length };
}
