import { isTornRest } from './name-words';
import type { KnowsWord } from './plaintiff';

/** Joins words that text extraction has torn, when they stand whole elsewhere in the document: Okla homa. */
export function mendWords(name: string, knows: KnowsWord): string {
  const words = name.split(' ');
  const mended: string[] = [];
  for (const word of words) {
    const before = mended.at(-1);
    const isRest = before !== undefined && /^\p{L}+$/u.test(before) && /^\p{Ll}/u.test(word);
    if (isRest && (isTornRest(word) || knows(`${before}${word}`.replace(/[^\p{L}]+$/u, ''))))
      mended[mended.length - 1] = `${before}${word}`;
    else mended.push(word);
  }
  return mended.join(' ');
}

const COMMON = `Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Georgia Hawaii Idaho Illinois
  Indiana Kansas Kentucky Louisiana Maryland Massachusetts Michigan Minnesota Mississippi Missouri Montana Nebraska Nevada
  Hampshire Jersey Mexico Carolina Dakota Oklahoma Oregon Pennsylvania Tennessee Texas Vermont Virginia Washington
  Wisconsin Wyoming Columbia United States County School District Department Insurance Company Corporation University
  Association Commission Railroad National American International Education Hospital Services Marriage Dependency`;

/** Knows every word of the text, and those that are in many names. */
export function wordsOf(text: string): KnowsWord {
  let words: Set<string> | undefined;
  return (word) => {
    words ??= new Set([...(text.match(/\p{L}{4,}/gu) ?? []), ...COMMON.split(/\s+/)]);
    return words.has(word);
  };
}
