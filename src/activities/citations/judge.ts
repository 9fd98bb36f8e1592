import type { Asked, Finding, KnownCase } from './sources';

/** Least confidence that counts as verified. */
const VERIFIED_FROM = 0.7;

/** Volumes that each reporter can have reached; a number beyond is a slip of the pen, not worth a call. */
const MOST_VOLUMES: Readonly<Record<string, number>> = {
  'U.S.': 1000,
  'S. Ct.': 1000,
  'F.2d': 1500,
  'F.3d': 1500,
  'F. Supp.': 1500,
  'F. Supp. 2d': 1500,
  'F. Supp. 3d': 1500,
};

export function isPlausible(reporter: string, volume: number | undefined): boolean {
  return volume === undefined || (volume >= 1 && volume <= (MOST_VOLUMES[reporter] ?? Number.POSITIVE_INFINITY));
}

/** Words of names that tell no case from another. */
const COMMON = new Set('v vs of the and in re ex parte et al co inc corp ltd llc no state united states'.split(' '));

/** Compares what the text says of a citation with what a source knows. */
export function judge({ name, year }: Asked, known: KnownCase, source: string): Finding {
  const nameFits = name === undefined ? undefined : haveWordInCommon(name, known.name);
  const yearFits = year === undefined ? undefined : known.date.startsWith(year);
  const confidence =
    (nameFits === false ? 0.3 : nameFits ? 0.8 : 0.7) + (yearFits === false ? -0.15 : yearFits ? 0.15 : 0);
  const verified = confidence >= VERIFIED_FROM && Boolean(known.name && known.date && known.url);
  const rounded = Math.round(confidence * 100) / 100;
  if (verified) return { verified, confidence: rounded, known, source };
  return { verified, confidence: rounded, source, error: contradiction(known, nameFits === false) };
}

function contradiction({ name, date, url }: KnownCase, byName: boolean): string {
  if (!name || !date || !url) return 'The source knows it without name, date or address.';
  return byName ? `The source has another case there: ${name} (${date}).` : `The source has another date: ${date}.`;
}

/** Names are shortened in many ways; two cases of one citation without a telling word in common are two cases. */
function haveWordInCommon(one: string, other: string): boolean {
  const [first, second] = [wordsOf(one), wordsOf(other)];
  if (first.length === 0 || second.length === 0) return true;
  return first.some((word) => second.some((match) => match.startsWith(word) || word.startsWith(match)));
}

function wordsOf(name: string): string[] {
  const words = name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2);
  return words.filter((word) => !COMMON.has(word));
}
