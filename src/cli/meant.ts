import { distance } from 'fastest-levenshtein';

/** `Did you mean list?`, for a word that is near to a known one; else empty. */
export function meant(word: string, known: readonly string[]): string {
  const [nearest = ''] = [...known].sort((a, b) => distance(word, a) - distance(word, b));
  return nearest && distance(word, nearest) <= Math.max(2, nearest.length / 3) ? `Did you mean ${nearest}?` : '';
}
