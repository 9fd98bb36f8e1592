import {
  endsSentence,
  isBridge,
  isInner,
  isNameWord,
  isNoParty,
  isOfSentences,
  isStarter,
  isSuffix,
} from './name-words';
import { type KnowsWord, nameAtEnd } from './plaintiff';

/** Words that a short name has at most: Youngstown, Slaughter-House Cases. */
const SHORT = 7;

/**
 * The part of a name that a case is called by: Grutter, 539 U.S. 306. It stands before the citation with a comma.
 * @param tail The text up to the citation.
 * @param text The same without what stands between name and citation.
 */
export function shortName(tail: string, text: string, knows: KnowsWord): string | undefined {
  if (!/,["”’*_]*\s*$/.test(tail) && !/[)\]]\s*$/.test(tail)) return undefined;
  const whole = nameAtEnd(text, knows);
  // What stands behind "v." is a party, whatever could not be read before it.
  const before = text.slice(0, text.lastIndexOf(whole));
  if (PARTY_OF.test(before) || joinsTwo(before)) return undefined;
  const name = whole.replace(/^The (?=\p{Lu}\p{Ll}+$)/u, '');
  const words = name.split(' ').filter(Boolean);
  if (words.length === 0 || words.length > SHORT) return undefined;
  const tells = (word: string) => !isNoParty(word) && (!isOfSentences(word) || isInner(word) || /^Cases?$/.test(word));
  if (!words.every(tells)) return undefined;
  const [first = ''] = words;
  if ((isStarter(first) && first !== 'The') || !/\p{Lu}[\p{L}'’-]{2,}/u.test(name) || /^(?:\d|Nos?\.)/.test(first))
    return undefined;
  return name;
}

const PARTY_OF = /(?:^|[\s\p{P}])(?:vs?\s?\.?|versus|-v-|against|[ｖⅴ]．?),?\s*[\p{P}]*$/iu;

/** Whether a text ends with a party and a sign or word that no sentence has there: Doe ∨ Roe, Doe adv. Roe, Doe contra Roe. */
function joinsTwo(before: string): boolean {
  const [party = '', sign = ''] = before.trim().split(/\s+/).slice(-2);
  if (!/^\p{Lu}/u.test(party) || /[.,;:]$/.test(party) || isStarter(party)) return false;
  if (/^(?:contra|adv\.?)$/.test(sign)) return true;
  const isSaid = /\p{L}{2}/u.test(sign) || /^a$/i.test(sign) || /[“"‘('[]$/.test(sign) || /^[—–-]+$/.test(sign);
  return sign !== '' && !isSaid && !isNameWord(sign);
}

/** The citation begins a sentence: ". 185 Wn.2d 363", ".” See 644 F.3d 301". */
const BARE = /[.?!]["”’)\]]*\s+(?:(?:See|Accord|Cf\.)(?: also)?,?\s+)?$/;
const VERSUS = /\s(?:vs?\.|v)\s/g;
const ONE_PARTY = /(?<![\p{L}])(?:In re|Ex parte) (?=\p{Lu})/gu;

/** The only case that the sentence before a bare citation speaks of. */
export function sentenceName(tail: string, knows: KnowsWord): string | undefined {
  const bare = BARE.exec(tail);
  if (!bare) return undefined;
  const sentence = lastSentence(tail.slice(0, bare.index + 1));
  const places = [...sentence.matchAll(VERSUS)];
  const singles = [...sentence.matchAll(ONE_PARTY)];
  if (places.length + singles.length !== 1) return undefined;
  const [versus] = places;
  if (!versus) {
    const [single] = singles;
    const begin = single ? single.index + single[0].length : 0;
    const name = single && nameAtBegin(sentence.slice(begin));
    return name ? `${single[0]}${name}` : undefined;
  }
  const plaintiff = nameAtEnd(sentence.slice(0, versus.index), knows);
  const defendant = nameAtBegin(sentence.slice(versus.index + versus[0].length));
  return plaintiff && defendant ? `${plaintiff} v. ${defendant}` : undefined;
}

function lastSentence(text: string): string {
  const words = text.split(/\s+/).filter(Boolean);
  let first = words.length - 1;
  while (first > 0 && !endsSentence(words[first - 1] ?? '')) first--;
  return words.slice(first).join(' ');
}

/** The longest name that begins where the text begins. */
function nameAtBegin(text: string): string {
  const words = text.split(/\s+/).filter(Boolean);
  let end = 0;
  for (const [index, word] of words.entries()) {
    const isPart = isNameWord(word) || isInner(word) || (isBridge(word) && index > 0);
    if (!isPart || /^[("“[]/.test(word)) break;
    end = index + 1;
    if (/[;:"”)]$/.test(word) || endsSentence(word)) break;
    if (word.endsWith(',') && !isSuffix(words[index + 1] ?? '')) break;
  }
  const own = words.slice(0, end);
  while (own.length > 0 && !isNameWord(own.at(-1) ?? '') && !/^al\b/.test(own.at(-1) ?? '')) own.pop();
  return own
    .join(' ')
    .replace(/[,;:"”)]+$/, '')
    .replace(/(?<=\p{Ll}{4})\.$/u, '')
    .replace(/(?:['’]s)$/, '');
}
