import {
  endsSentence,
  isBridge,
  isCapitals,
  isGroup,
  isInner,
  isNameWord,
  isNoParty,
  isOffice,
  isOfSentences,
  isSignal,
  isSmallName,
  isStarter,
  isSuffix,
  isTornRest,
} from './name-words';

/** Knows the words of the document: a word that extraction has torn stands whole elsewhere. */
export type KnowsWord = (word: string) => boolean;

/** The longest name that ends where the text ends. Empty when there is none. */
export function nameAtEnd(text: string, knows: KnowsWord = () => false): string {
  const words = text.split(/\s+/).filter(Boolean);
  return withoutStarters(words.slice(beginOf(words, words.length, knows)));
}

const ENDS = /^(?:Inc|Corp|Co|Ltd|LLC|U\.S|Bros)\.$/;

/** Where the name begins that ends before the word at `end`. */
function beginOf(words: readonly string[], end: number, knows: KnowsWord): number {
  const capitals = isCapitals(words.slice(Math.max(0, end - 2), end).join(' '));
  let first = end;
  for (let index = end - 1; index >= 0; index--) {
    const word = words[index] ?? '';
    const small = capitals && isCapitals(word) ? word.toLowerCase() : word;
    const opened = /^[("“[‘](?=[\p{L}\d])/u.test(word) && !isOpenedLater(words, index);
    if (opened) {
      if (isNameWord(word.slice(1)) && !endsSentence(word) && !/["”’]$/.test(word)) first = index;
      break;
    }
    // "… by Acme Corp. State v. Brown": there a sentence ended.
    if (index === end - 2 && /^(?:State|People|Commonwealth)$/.test(words[end - 1] ?? '') && ENDS.test(word)) break;
    if (isBridge(small)) {
      if (!joins(words, index, knows)) break;
      continue;
    }
    if (!belongs(words, index, { end, small, knows })) break;
    first = index;
  }
  return first;
}

/** Whether a bracket or an apostrophe that a word begins with belongs to the name: Bank of America (USA), ‘Til Then. */
function isOpenedLater(words: readonly string[], index: number): boolean {
  const word = words[index] ?? '';
  if (word[0] === '(') return words.slice(index, index + 4).some((one) => one.includes(')'));
  return false;
}

interface Place {
  readonly end: number;
  /** The word, written small when all around it is written in capitals. */
  readonly small: string;
  readonly knows: KnowsWord;
}

function belongs(words: readonly string[], index: number, { end, small, knows }: Place): boolean {
  const word = words[index] ?? '';
  const isLast = index === end - 1;
  const next = words[index + 1] ?? '';
  if (isInner(small)) return true;
  if (/^\p{Lu}[\p{L}\d]+!$/u.test(word)) return isLast || isSuffix(next);
  if (/[;:[\]"“”?!]/.test(word)) return false;
  // Smith v. Jones, 5 P.2d 6 (1930). Doe v. Roe: there a sentence ended.
  if (!isLast && /\)\.$/.test(word)) return false;
  if (/^\(.*\)[,.]?$|^\(|\)[,.]?$/.test(word)) return isInParentheses(words, index, end);
  if (word.endsWith(',')) return !isLast && goesOn(words, index, end) && isNameWord(word);
  // The stop of the last word stands before "v.", so that it ends no sentence.
  if (!isLast && endsSentence(word)) return false;
  if (small !== word && isOfSentences(small)) return false;
  if (isNameWord(word)) return true;
  if (/\p{L}$/u.test(words[index - 1] ?? '') && /^\p{Ll}+[,.]?$/u.test(word)) {
    if (knows(`${words[index - 1]}${word}`.replace(/[^\p{L}]/gu, ''))) return true;
    if (isTornRest(word)) return true;
  }
  // adidas America, at the beginning of what is said.
  const before = words[index - 1];
  const begins = before === undefined || endsSentence(before) || /;$/.test(before) || isSignal(before);
  return (
    begins &&
    !isLast &&
    /^\p{Ll}{3,}$/u.test(word) &&
    /^\p{Lu}/u.test(next) &&
    !isOfSentences(word) &&
    !isStarter(word) &&
    !/(?:ing|ed|ly)$/.test(word) &&
    !isInner(next)
  );
}

function isInParentheses(words: readonly string[], index: number, end: number): boolean {
  for (let open = index; open >= Math.max(0, index - 4); open--) {
    if (!words[open]?.startsWith('(')) continue;
    const inside = words.slice(open, end);
    const close = inside.findIndex((word) => /\)[,.]?$/.test(word));
    return (
      close >= 0 && inside.slice(0, close + 1).every((word) => isNameWord(word.replace(/[()]/g, '')) || isInner(word))
    );
  }
  return false;
}

/** Whether a citation or a sentence begins with the word or the two before it, so that these are a party's name. */
function isAtBegin(words: readonly string[], index: number): boolean {
  for (const word of [words[index - 1], words[index - 2], words[index - 3]]) {
    if (word === undefined || endsSentence(word) || word.endsWith(';') || isSignal(word)) return true;
    if (!isNameWord(word) || isStarter(word) || isNoParty(word)) return false;
  }
  return false;
}

/** Whether a name goes on after a comma. */
function goesOn(words: readonly string[], index: number, end: number): boolean {
  const next = words[index + 1] ?? '';
  if (isOffice(next)) return isAtBegin(words, index);
  if (isSuffix(next) || /^\d/.test(next) || /^(?:doing|formerly|also|now|known|individually)$/.test(next)) return true;
  // Dewey, Cheatham & Howe; Smith, Jones, and Doe.
  for (let place = index + 1; place < end - 1; place++) {
    const word = words[place] ?? '';
    if (word === '&') return true;
    if (word === 'and') return place > index + 1 && words[place - 1]?.endsWith(',') === true;
    if (!isNameWord(word) && !isInner(word)) return false;
  }
  return false;
}

/** Whether a word such as "in" joins what is before it to the name, or stands before the name. */
function joins(words: readonly string[], index: number, knows: KnowsWord): boolean {
  const after = words[index + 1] ?? '';
  if (!isNameWord(after) && !isInner(after)) return false;
  const begin = beginOf(words, index, knows);
  const before = words.slice(begin, index);
  const led =
    /^(?:the|a|an|our|its)$/i.test(before[0] ?? '') || /^(?:the|a|an|our|its|by)$/i.test(words[begin - 1] ?? '');
  const own = before.filter((word) => !isInner(word) && !isBridge(word) && /\p{Ll}|\./u.test(word));
  while (own.length > 0 && isStarter(own[0] ?? '')) own.shift();
  if (own.length === 0 || own.some(isNoParty)) return false;
  if (own.some(isGroup)) return true;
  return own.length > 1 && !led && !own.every((word) => /(?:ing|ly),?$/.test(word));
}

/** What begins like something else and is the name. */
const WHOLE =
  /^(?:In re\b|In the (?:Matter|Interest|Estate|Marriage|Guardianship)|Ex parte\b|Our (?:Lady|Savior|Saviour|Redeemer)|Under Armour|As You Sow|At Home)/i;

/** A number before a name is a page's or a note's, unless it is an address or a name's own: 84 Lumber. */
const AFTER_NUMBER =
  /^(?:Lumber|Liquormart|Cases|Barrels|Bottles|Packages|Pieces|Photographs|Cars|Acres|Hour|Cents|Degrees|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth|Park|Broadway|Madison|Wall|Lexington|East|West|North|South|[NSEW]\.|\d\S*)$/;

/** Takes off what stands before a name: signals, the beginning of a sentence, what joins it to something else. */
export function withoutStarters(given: readonly string[]): string {
  const words = [...given];
  const isWhole = () => WHOLE.test(words.slice(0, 3).join(' '));
  while (words.length > 1 && !isWhole()) {
    // Footnote 3 Younger v. Harris
    if (
      words.length > 2 &&
      /^(?:footnote|fn\.?|note|n\.|part|section|rule|¶)$/i.test(words[0] ?? '') &&
      /^\d+[.,]?$/.test(words[1] ?? '')
    ) {
      words.splice(0, 2);
      continue;
    }
    const [word = '', next = ''] = words;
    const isName = word === 'The' && /^\p{Lu}/u.test(next);
    if (isName) break;
    const isNumber = /^\d{1,3}$/.test(word) && !AFTER_NUMBER.test(next.replace(/,$/, ''));
    if (
      !isNumber &&
      !isStarter(word) &&
      !/^[&,–—-]$/.test(word) &&
      !(isInner(word) && !/^\p{Lu}/u.test(word) && !isParticle(word, next))
    )
      break;
    words.shift();
  }
  if (words.length === 1 && (isInner(words[0] ?? '') || isBridge(words[0] ?? ''))) return '';
  return words.join(' ').replace(/^[("“‘[]+/, '');
}

/** The small first word of a family name: de la Cruz, van Gogh. */
function isParticle(word: string, next: string): boolean {
  return (
    (/^(?:de|del|della|la|le|los|las|van|von|der|den|ter|da|dos|du|di|bin|ibn)$/.test(word) || isSmallName(word)) &&
    /^(?:\p{Lu}|(?:la|las|los|der|den)$)/u.test(next)
  );
}
