import { createExtractor } from '../support/inputs/citations';

/** What eyecite, in a real Python process, and the reading around it make of texts. No Temporal. */
const { extract, close } = createExtractor();
afterAll(close);

/** Citation, name and year of each. */
async function rowsOf(text: string): Promise<[string, string, string | null][]> {
  const { citations } = await extract(text);
  return citations.map((one) => [one.citation, one.extracted_case_name, one.extracted_date]);
}

/** Members, name and year of each cluster. */
async function clustersOf(text: string): Promise<[string, string, string | null][]> {
  const { clusters } = await extract(text);
  return clusters.map((one) => [one.citations.join(' + '), one.cluster_case_name, one.cluster_year]);
}

it('finds a citation that straddles character 3,000 once, with its offset and name', async () => {
  const before = 'The court has spoken before. '.repeat(103).slice(0, 2960);
  const text = `${before}. See Loving v. Virginia, 388 U.S. 1, 12 (1967). ${'And so on. '.repeat(200)}`;
  const { citations, metadata } = await extract(text);
  expect(citations).toHaveLength(1);
  const [{ start_index: start, end_index: end, ...found } = { start_index: 0, end_index: 0 }] = citations;
  expect([start < 3000, end > 2990, text.slice(start, end)]).toEqual([true, true, '388 U.S. 1']);
  expect(found).toMatchObject({ extracted_case_name: 'Loving v. Virginia', pinpoint_pages: ['12'] });
  expect(metadata).toEqual({ source_type: 'text', source_name: 'text', text_length: text.length });
});

it('reads names and years out of running sentences', async () => {
  const text = `In the well-known case of Katz v. United States, 389 U.S. 347 (1967), the Court spoke of privacy.

The Court held in Griswold v. Connecticut, 381 U.S. 479 (1965), that there is one.

McCulloch v. Maryland, 17 U.S. (4 Wheat.) 316 (1819), is older.

In Terry v. Ohio, 392 U.S. 1 (1968), a frisk was allowed. The Court then turned to the Gun Control Act.

West Virginia State Board of Education v. Barnette, 319 U.S. 624 (1943), let pupils be silent.

In re Gault, 387 U.S. 1 (1967), and Ex parte Young, 209 U.S. 123 (1908), name one party. However,
Mapp v. Ohio (1961) 367 U.S. 643 puts the year first. Plessy v. Ferguson was no good law at 163 U.S. 537 (1896).
State ex rel. Doe v. Smith & Sons, Inc., No. 14-cv-0021, 2014 WL 654321, at *3 (W.D. Wash. Feb. 3, 2014) (unpublished).`;
  expect(await rowsOf(text)).toEqual([
    ['389 U.S. 347', 'Katz v. United States', '1967'],
    ['381 U.S. 479', 'Griswold v. Connecticut', '1965'],
    ['17 U.S. (4 Wheat.) 316', 'McCulloch v. Maryland', '1819'],
    ['392 U.S. 1', 'Terry v. Ohio', '1968'],
    ['319 U.S. 624', 'West Virginia State Board of Education v. Barnette', '1943'],
    ['387 U.S. 1', 'In re Gault', '1967'],
    ['209 U.S. 123', 'Ex parte Young', '1908'],
    ['367 U.S. 643', 'Mapp v. Ohio', '1961'],
    ['163 U.S. 537', 'N/A', '1896'],
    ['2014 WL 654321', 'State ex rel. Doe v. Smith & Sons, Inc.', '2014'],
  ]);
  const last = (await extract(text)).citations.at(-1);
  expect(last).toMatchObject({
    docket_number: '14-cv-0021',
    pinpoint_pages: ['*3'],
    publication_status: 'unpublished',
  });
});

it('groups parallel citations, and takes no statute for a citation', async () => {
  const text = `Privilege is a question of law. RCW 5.60.060; 42 U.S.C. § 1983; 29 C.F.R. § 1910.1; Dep't of
Ecology v. Campbell & Gwinn, LLC, 146 Wn.2d 1, 9, 43 P.3d 4 (2002). In re Marriage of Littlefield, 133 Wn.2d 39,
46-47, 940 P.2d 1362 (1997); State v. Blazina, 182 Wn. App. 929, 344 P.3d 680 (2015). Roe v. Wade, 410 U.S. 113,
93 S. Ct. 705, 35 L. Ed. 2d 147 (1973). Campbell & Gwinn is cited as 146 Wn.2d 1 again.`;
  expect(await clustersOf(text)).toEqual([
    ['146 Wash. 2d 1 + 43 P.3d 4', "Dep't of Ecology v. Campbell & Gwinn, LLC", '2002'],
    ['133 Wash. 2d 39 + 940 P.2d 1362', 'In re Marriage of Littlefield', '1997'],
    ['182 Wash. App. 929 + 344 P.3d 680', 'State v. Blazina', '2015'],
    ['410 U.S. 113 + 93 S. Ct. 705 + 35 L. Ed. 2d 147', 'Roe v. Wade', '1973'],
  ]);
  expect((await extract(text)).statistics).toMatchObject({
    total_citations: 10,
    parallel_citations: 10,
    unique_cases: 4,
  });
});

const LANDMARKS = [
  ['347 U.S. 483', 'Brown v. Board of Education', '1954'],
  ['410 U.S. 113', 'Roe v. Wade', '1973'],
  ['5 U.S. 137', 'Marbury v. Madison', '1803'],
  ['531 U.S. 98', 'Bush v. Gore', '2000'],
  ['384 U.S. 436', 'Miranda v. Arizona', '1966'],
  ['372 U.S. 335', 'Gideon v. Wainwright', '1963'],
  ['570 U.S. 744', 'United States v. Windsor', '2013'],
  ['554 U.S. 570', 'District of Columbia v. Heller', '2008'],
  ['376 U.S. 254', 'New York Times Co. v. Sullivan', '1964'],
  ['570 U.S. 529', 'Shelby County v. Holder', '2013'],
] as const;

it('reads ten landmark cases, each in a sentence of its own kind, and verifies them', async () => {
  const sentences: ((name: string, rest: string) => string)[] = [
    (name, rest) => `The best known of them is ${name}, ${rest}, of which every student hears.`,
    (name, rest) => `A right was found in ${name}, ${rest}, and later lost.`,
    (name, rest) => `${name}, ${rest}, came first.`,
    (name, rest) => `What the Court did in ${name}, ${rest}, ended a count of votes.`,
  ];
  const text = LANDMARKS.map(([citation, name, year], index) =>
    sentences[index % sentences.length]?.(name, `${citation} (${year})`),
  ).join('\n\n');
  expect(await rowsOf(text)).toEqual(LANDMARKS);
  expect((await extract(text)).statistics).toMatchObject({
    total_citations: 10,
    verified_citations: 10,
    unique_cases: 10,
  });
});

it('groups three pairs of Washington and Pacific reports, and no statute', async () => {
  const text = `Whether we answer a federal court is a matter of statute. RCW 2.60.020; Convoyant, LLC v. DeepThink, LLC,
200 Wn.2d 72, 73, 514 P.3d 643 (2022). The answer is one of law. Carlson v. Glob. Client Sols., LLC, 171 Wn.2d 486, 493,
256 P.3d 321 (2011). So is what a statute means. Dep't of Ecology v. Campbell & Gwinn, LLC, 146 Wn.2d 1, 9, 43 P.3d 4
(2003).`;
  expect(await clustersOf(text)).toEqual([
    ['200 Wash. 2d 72 + 514 P.3d 643', 'Convoyant, LLC v. DeepThink, LLC', '2022'],
    ['171 Wash. 2d 486 + 256 P.3d 321', 'Carlson v. Glob. Client Sols., LLC', '2011'],
    ['146 Wash. 2d 1 + 43 P.3d 4', "Dep't of Ecology v. Campbell & Gwinn, LLC", '2003'],
  ]);
  expect((await extract(text)).statistics).toMatchObject({ total_citations: 6, unique_cases: 3 });
});

it('counts three full citations among short forms of others and of one of them', async () => {
  const text = `A court must have its say. Id. at 47. See United States v. American Trucking Assns., Inc., 310 U. S. 534, 544
(1940); see also Social Security Bd. v. Nierotko, 327 U. S. 358, 369 (1946); Medo Photo Supply Corp. v. NLRB, 321 U. S.
678, 681–682, n. 1 (1944). St. Joseph Stock Yards, 298 U. S., at 84 (concurring opinion), agrees. It weighs what the
agency says. American Trucking Assns., 310 U. S., at 549.`;
  expect(await rowsOf(text)).toEqual([
    ['310 U. S. 534', 'United States v. American Trucking Assns., Inc.', '1940'],
    ['327 U. S. 358', 'Social Security Bd. v. Nierotko', '1946'],
    ['321 U. S. 678', 'Medo Photo Supply Corp. v. NLRB', '1944'],
  ]);
});

it('keeps citations of two cases apart that stand side by side', async () => {
  const text = 'Compare Katz v. United States, 389 U.S. 347 (1967), 88 S. Ct. 507, and 392 U.S. 1, 388 U.S. 2.';
  expect((await extract(text)).clusters).toEqual([]);
});

it('does not count Id., supra and short forms, nor takes them for neighbours', async () => {
  const text = `United States v. American Trucking Assns., Inc., 310 U. S. 534, 544 (1940). Id. at 545; American
Trucking, supra, at 546. Skidmore v. Swift & Co., 323 U. S. 134, 139–140, n. 2 (1944). American Trucking, 310 U. S.,
at 549. Id. at 550.`;
  expect(await rowsOf(text)).toEqual([
    ['310 U. S. 534', 'United States v. American Trucking Assns., Inc.', '1940'],
    ['323 U. S. 134', 'Skidmore v. Swift & Co.', '1944'],
  ]);
  expect((await extract(text)).citations[1]?.pinpoint_pages).toEqual(['139–140', 'n. 2']);
});

it('finds citations that a page layout has torn apart, and gives their places in the text as it was', async () => {
  const text = `Smith v. Jones, No. 1
=== PAGE 2 ===
Smith v. Jones, No. 1
2 as 𝔸 said in Heart of Atlanta Mo-
tel, Inc. v. United States, 379\u00a0U.S.
241, 250 (1964). In re
=== PAGE 3 ===
Smith v. Jones, No. 1
3 Marriage of Black, 188 Wn.2 d 114, 127 , 392
P.3d 104 1 (2017). See 5 Cal.App.5th 10 (2016) and 2015 ND 12.`;
  const { citations } = await extract(text);
  expect(citations.map((one) => [one.normalized_citation, one.extracted_case_name, one.extracted_date])).toEqual([
    ['379 U.S. 241', 'Heart of Atlanta Motel, Inc. v. United States', '1964'],
    ['188 Wash. 2d 114', 'In re Marriage of Black', '2017'],
    ['392 P.3d 1041', 'In re Marriage of Black', '2017'],
    ['5 Cal. App. 5th 10', 'N/A', '2016'],
    ['2015 ND 12', 'N/A', '2015'],
  ]);
  expect(citations.slice(0, 3).map((one) => text.slice(one.start_index, one.end_index))).toEqual([
    '379\u00a0U.S.\n241',
    '188 Wn.2 d 114',
    '392\nP.3d 104 1',
  ]);
});

it('a parallel of a verified citation is true by it, and not verified itself', async () => {
  const { citations, clusters, statistics, summary } = await extract(
    'State v. X, 5 P.3d 6, 2000 WL 7 (2000). Roe v. Wade, 410 U.S. 113, 93 S. Ct. 705 (1973).',
  );
  expect(citations.slice(2)).toMatchObject([
    { verified: true, true_by_parallel: false, is_verified: true, source: 'local-table', error: null },
    {
      verified: false,
      true_by_parallel: true,
      is_verified: true,
      canonical_name: 'Roe v. Wade',
      canonical_date: '1973',
    },
  ]);
  // What needs a look comes first.
  expect(clusters.map((one) => one.verification_status)).toEqual(['unverified', 'verified']);
  expect(statistics).toEqual({
    total_citations: 4,
    verified_citations: 2,
    unverified_citations: 2,
    parallel_citations: 4,
    unique_cases: 2,
  });
  expect(summary).toEqual(statistics);
});

it('does not verify a citation that stands for another case, another year or a volume that cannot be', async () => {
  const { citations } = await extract(
    'Varghese v. China Air, 410 U.S. 113 (1973). Katz v. United States, 389 U.S. 347 (1997). A v. B, 2001 U.S. 5 (1999).',
  );
  expect(citations.map((one) => [one.verified, one.error])).toEqual([
    [false, 'The source has another case there: Roe v. Wade (1973).'],
    [false, 'The source has another date: 1967.'],
    [false, 'There is no volume 2001 of U.S..'],
  ]);
});

it('takes a text of a million characters', async () => {
  const filler = 'The court has spoken of it before. '.repeat(14_285);
  const text = `${filler}Katz v. United States, 389 U.S. 347 (1967). ${filler}`.slice(0, 1_000_000);
  expect((await extract(text)).citations).toMatchObject([{ extracted_case_name: 'Katz v. United States' }]);
});
