import { CANONICAL_CASES } from './canonical-cases';
import type { KnownCase, VerificationSource } from './sources';

/** Addresses of opinions are made from volume and page. */
const OPINIONS = 'https://supreme.justia.com/cases/federal/us';

const CASES: ReadonlyMap<string, KnownCase> = new Map(
  CANONICAL_CASES.map(([name, year, volume, page]) => [
    `${volume} U.S. ${page}`,
    { name, date: String(year), url: `${OPINIONS}/${volume}/${page}/` },
  ]),
);

/** The table of canonical cases that comes with Holdfast: needs no network, and knows only landmarks. */
export const localSource: VerificationSource = {
  name: 'local-table',
  batch: Number.MAX_SAFE_INTEGER,
  tries: 1,
  lookUp: async (citations) =>
    new Map(
      citations.flatMap((citation) => [CASES.get(citation)].flatMap((known) => (known ? [[citation, known]] : []))),
    ),
};
