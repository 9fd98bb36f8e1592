import { namesFit, namesSomebodyElse } from './name-match';
import type { Finding, KnownCase } from './sources';

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

/** What the text says of one mention of a citation. */
export interface ReadName {
  readonly name: string | undefined;
  readonly year: string | undefined;
}

/** Compares what the text says of a mention with what a source knows of its citation. */
export function judge({ name, year }: ReadName, known: KnownCase, source: string): Finding {
  const nameFits = name === undefined ? undefined : namesFit(name, known.name) && !namesSomebodyElse(name, known.name);
  const yearFits = year === undefined ? undefined : known.date.startsWith(year);
  const confidence =
    (nameFits === false ? 0.3 : nameFits ? 0.8 : 0.5) + (yearFits === false ? -0.15 : yearFits ? 0.15 : 0);
  const verified = confidence >= VERIFIED_FROM && Boolean(known.name && known.date && known.url);
  const rounded = Math.round(confidence * 100) / 100;
  if (verified) return { verified, confidence: rounded, known, source };
  return { verified, confidence: rounded, source, error: contradiction(known, nameFits, yearFits) };
}

function contradiction(
  { name, date, url }: KnownCase,
  nameFits: boolean | undefined,
  yearFits: boolean | undefined,
): string {
  if (!name || !date || !url) return 'The source knows it without name, date or address.';
  if (nameFits === false) return `The source has another case there: ${name} (${date}).`;
  if (yearFits === false) return `The source has another date: ${date}.`;
  return `No case name could be read in the text, to compare with the source's: ${name} (${date}).`;
}
