import { namesFit } from '../../src/catalogue/citations-extract/name-match';
import { createExtractor } from '../support/inputs/citations';
import { CitationService } from './citation-service';

/** That no invented case passes for a real one: each mention is judged by its own name and year. No Temporal. */
const { extract, close } = createExtractor();
afterAll(close);

const invented: [how: string, text: string][] = [
  ['in capitals', 'VARGHESE V. CHINA SOUTHERN AIRLINES, 410 U.S. 113 (1973).'],
  ['in capitals with a small v.', 'VARGHESE v. CHINA SOUTHERN AIRLINES CO., LTD., 410 U.S. 113 (1973).'],
  ['in stars', 'See *Varghese v. China Southern Airlines*, 410 U.S. 113 (1973).'],
  ['in underscores', 'See _Varghese v. China Southern Airlines_, 410 U.S. 113 (1973).'],
  ['in curly quotes', 'See “Varghese v. China Southern Airlines,” 410 U.S. 113 (1973).'],
  ['in straight quotes', 'See "Varghese v. China Southern Airlines", 410 U.S. 113 (1973).'],
  ['in tags', '<i>Varghese v. China Southern Airlines</i>, 410 U.S. 113 (1973).'],
  ['after the real one', 'Roe v. Wade, 410 U.S. 113 (1973). Varghese v. China S. Airlines, 410 U.S. 113 (1987).'],
  [
    'after the real one, same year',
    'Roe v. Wade, 410 U.S. 113 (1973). Varghese v. China S. Airlines, 410 U.S. 113 (1973).',
  ],
  [
    'before a real parallel',
    'Roe v. Wade, 410 U.S. 113, 93 S. Ct. 705 (1973). Varghese v. China Air, 93 S. Ct. 705 (1973).',
  ],
  ['with one party of the real one', 'Roe v. China Southern Airlines, 410 U.S. 113 (1973).'],
  ['with the other party of the real one', 'Varghese v. Wade, 410 U.S. 113 (1973).'],
  ['against the same sovereign', 'Varghese v. United States, 389 U.S. 347 (1967).'],
  ['with words that many names have', 'Smith v. Board of Education, 347 U.S. 483 (1954).'],
  ['as a matter of one party', 'In re Varghese, 387 U.S. 1 (1967).'],
  ['by a short name', 'As we said in Varghese, 410 U.S. 113 (1973), it is so.'],
  ['by another year', 'Roe v. Wade, 410 U.S. 113 (1987).'],
  ['without a name', 'The answer is plain. 410 U.S. 113 (1973).'],
  ['with a name too far away', 'Plessy v. Ferguson was no good law at 163 U.S. 537 (1896).'],
  ['in a nominative reporter', 'Varghese v. China Southern Airlines, 5 U.S. (1 Cranch) 137 (1803).'],
  ['against a party who is read alone', 'See ⟦Varghese v. Wade, 410 U.S. 113 (1973).'],
  ['by the defendant’s name and what could not be read', 'See 2Varghese+ v. Wade, 410 U.S. 113 (1973).'],
  ['as a company of that name', 'Roe v. Wade Trucking Co., 410 U.S. 113 (1973).'],
  ['as a firm of that name', 'Roe & Sons, Inc. v. Wade, 410 U.S. 113 (1973).'],
  ['against, by a sign', 'See Varghese ∨ Wade, 410 U.S. 113 (1973).'],
  ['against, by a Roman numeral', 'See Varghese ⅴ. Wade, 410 U.S. 113 (1973).'],
  ['against, by a slip', 'See Varghese v: Wade, 410 U.S. 113 (1973).'],
  ['against, in another word', 'See Varghese contra Wade, 410 U.S. 113 (1973).'],
  ['with a party in parentheses', 'Roe v. Varghese (Wade), 410 U.S. 113 (1973).'],
  ['as a town of that name', 'Roe v. City of Wade, 410 U.S. 113 (1973).'],
  ['as a firm of nothing but that name', 'Roe v. Wade, Inc., 410 U.S. 113 (1973).'],
  ['as firms of their possessives', 'Roe’s Ltd. v. Wade’s Inc., 410 U.S. 113 (1973).'],
  ['as a company of a place', 'Roe v. Wade Corp. of America, 410 U.S. 113 (1973).'],
  ['with longer names that begin so', 'Roebuck v. Wademan, 410 U.S. 113 (1973).'],
  ['with a double name', 'Varghese-Roe v. Wade, 410 U.S. 113 (1973).'],
  ['with a double name of the other party', 'Roe v. Wade–Varghese, 410 U.S. 113 (1973).'],
  ['against, by a possessive', 'See Varghese’s Wade, 410 U.S. 113 (1973).'],
  ['against, by a dash', 'See Varghese–Wade, 410 U.S. 113 (1973).'],
  ['against, by a slash', 'See Varghese/Wade, 410 U.S. 113 (1973).'],
  ['against, by a space', 'See Varghese Wade, 410 U.S. 113 (1973).'],
  ['with half of each name', 'Brown & Williamson v. Board of Regents, 347 U.S. 483 (1954).'],
  ['against the one party of a matter', 'Gault v. Varghese, 387 U.S. 1 (1967).'],
  ['as a matter of somebody who is a party', 'In re Roe, 410 U.S. 113 (1973).'],
  ['with spaces in its name', 'Varghese v . China South ern Airlines , 410 U. S. 113 (1973).'],
];

it.each(invented)('does not verify a case that is invented %s', async (_, text) => {
  const { citations } = await extract(text);
  const last = citations.at(-1);
  expect(last).toMatchObject({ verified: false, true_by_parallel: false, is_verified: false, canonical_name: null });
  expect(last?.error).toBeTruthy();
});

it('says that no name could be read, and what the source has there', async () => {
  const { citations } = await extract('The answer is plain. 410 U.S. 113 (1973).');
  expect(citations[0]?.error).toBe(
    "No case name could be read in the text, to compare with the source's: Roe v. Wade (1973).",
  );
});

const real: [how: string, text: string][] = [
  ['in capitals', 'ROE V. WADE, 410 U.S. 113 (1973).'],
  ['in quotes', 'See “Roe v. Wade,” 410 U.S. 113 (1973).'],
  ['with the offices', 'Roe et al. v. Wade, District Attorney of Dallas County, 410 U.S. 113 (1973).'],
  ['with given names', 'Jane Roe v. Henry Wade, 410 U.S. 113 (1973).'],
  ['with all of the town', 'Brown v. Board of Education of Topeka, 347 U.S. 483 (1954).'],
  ['by its short name', 'In Roe, 410 U.S. 113 (1973), the Court agreed.'],
  ['in a nominative reporter', 'Marbury v. Madison, 5 U.S. (1 Cranch) 137 (1803).'],
  ['in a nominative reporter alone', 'Marbury v. Madison, 1 Cranch 137 (1803).'],
  ['shortened', 'Tinker v. Des Moines Indep. Cmty. Sch. Dist., 393 U.S. 503 (1969).'],
  ['by initials', 'Chevron U.S.A. Inc. v. NRDC, 467 U.S. 837 (1984).'],
  ['with typographic apostrophes', 'Dobbs v. Jackson Women’s Health Org., 597 U.S. 215 (2022).'],
  ['after an invented one', 'Varghese v. China Air, 410 U.S. 113 (1973). Roe v. Wade, 410 U.S. 113 (1973).'],
];

it.each(real)('verifies a real case that is written %s', async (_, text) => {
  const { citations } = await extract(text);
  expect(citations.at(-1)).toMatchObject({ verified: true, source: 'local-table', error: null });
});

it('does not take a citation for a parallel one that a source knows as another case', async () => {
  const service = await CitationService.start({
    '93 S. Ct. 705': { name: 'Alpha v. Beta', date: '1973-02-01' },
  });
  const asking = createExtractor({ processes: 1, courtListener: { url: service.url, perMinute: 6000 } });
  try {
    const { citations } = await asking.extract('Roe v. Wade, 410 U.S. 113, 93 S. Ct. 705 (1973).');
    expect(citations).toMatchObject([
      { verified: true },
      { is_verified: false, error: 'The source has another case there: Alpha v. Beta (1973-02-01).' },
    ]);
  } finally {
    await asking.close();
    await service.close();
  }
});

it.each([
  ['Brown v. Bd. of Educ.', 'Brown v. Board of Education of Topeka'],
  ['D.C. v. Heller', 'District of Columbia v. Heller'],
  ['Nat’l Fed’n of Indep. Bus. v. Sebelius', 'National Federation of Independent Business v. Sebelius'],
  ['Scott v. Sandford', 'Dred Scott v. Sandford'],
  ['N.Y. Times Co. v. United States', 'New York Times Co. v. U.S.'],
  ['State v. Ward', 'State of Washington v. Ward'],
  ['Washington v. Ward', 'The State v. Ward'],
  ['Citizens United v. FEC', 'Citizens United v. Federal Election Commission'],
  ['Application of Gault', 'In re Gault'],
  ['A.B. v. C.D.', 'A.B. v. C.D.'],
  ['Peña v. Cnty. of L.A.', 'Pena v. County of Los Angeles'],
  ['Marriage of Black', 'In re the Marriage of Black'],
  ['Smith v. Jones (In re Jones)', 'In re Jones'],
  ['Ex parte Milligan', 'Milligan v. United States'],
])('%s can be %s', (one, other) => {
  expect([namesFit(one, other), namesFit(other, one)]).toEqual([true, true]);
});

it.each([
  ['Brown v. Smith', 'Brown v. Board of Education'],
  ['Katz v. Smith', 'Katz v. United States'],
  ['People v. Wade', 'Roe v. Wade'],
  ['United States v. Smith', 'United States v. Nixon'],
  ['State v. J.P.', 'State v. K.L.'],
  ['Johnson v. Texas Instruments', 'Texas v. Johnson'],
  ['Miller v. United Airlines, Inc.', 'Citizens United v. Federal Election Commission'],
  ['New York v. Sullivan Corp.', 'New York Times Co. v. United States'],
  ['A.B. v. C.D.', 'A.B. v. E.F.'],
])('%s cannot be %s', (one, other) => {
  expect([namesFit(one, other), namesFit(other, one)]).toEqual([false, false]);
});
