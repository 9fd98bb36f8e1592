import { createExtractor } from '../support/inputs/citations';

/** Names and years as courts write them, and as printing, markup and text extraction leave them. No Temporal. */
const { extract, close } = createExtractor();
afterAll(close);

/** One line for each citation: `standard form | name | year`. */
async function rowsOf(text: string): Promise<string[]> {
  const { citations } = await extract(text);
  return citations.map((one) => [one.normalized_citation, one.extracted_case_name, one.extracted_date].join(' | '));
}

const styles: [style: string, text: string, rows: string[]][] = [
  [
    'capitals',
    'THE COURT HELD IN MIRANDA V. ARIZONA, 384 U.S. 436 (1966) THAT WARNINGS ARE DUE. See BROWN V. BOARD OF EDUCATION OF TOPEKA, 347 U.S. 483 (1954); U.S. v. NIXON, 418 U.S. 683 (1974); IN RE GAULT, 387 U.S. 1 (1967). Robert V. Jones v. Smith, 5 F.2d 9 (1st Cir. 1925).',
    [
      '384 U.S. 436 | MIRANDA v. ARIZONA | 1966',
      '347 U.S. 483 | BROWN v. BOARD OF EDUCATION OF TOPEKA | 1954',
      '418 U.S. 683 | U.S. v. NIXON | 1974',
      '387 U.S. 1 | IN RE GAULT | 1967',
      '5 F.2d 9 | Robert V. Jones v. Smith | 1925',
    ],
  ],
  [
    'quotes',
    'It is “the rule.” Sw. Airlines Co. v. Does 1–6, 596 U.S. 450 (2022). Does 1–6 v. Mills, 16 F.4th 20 (1st Cir. 2021). “Rule.” Young v. Roe, 575 U.S. 206 (2015). The court in “Doe v. Acme Widgets, Inc.,” 512 U.S. 999 (1994) said so. "Doe v. Roe", 1 F.3d 2 (1st Cir. 1993). ‘Poe v. Coe,’ 3 F.3d 4 (2d Cir. 1993).',
    [
      '596 U.S. 450 | Sw. Airlines Co. v. Does 1–6 | 2022',
      '16 F.4th 20 | Does 1–6 v. Mills | 2021',
      '575 U.S. 206 | Young v. Roe | 2015',
      '512 U.S. 999 | Doe v. Acme Widgets, Inc. | 1994',
      '1 F.3d 2 | Doe v. Roe | 1993',
      '3 F.3d 4 | Poe v. Coe | 1993',
    ],
  ],
  [
    'Markdown',
    'See *Doe v. Roe*, 1 F.3d 2 (1st Cir. 1993); _Poe v. Coe_, 3 F.3d 4 (2d Cir. 1993); **Moe v. Joe,** 5 F.3d 6 (3d Cir. 1993); Foe v. Woe, 2014 WL 654321, at *3 (W.D. Wash. 2014).',
    [
      '1 F.3d 2 | Doe v. Roe | 1993',
      '3 F.3d 4 | Poe v. Coe | 1993',
      '5 F.3d 6 | Moe v. Joe | 1993',
      '2014 WL 654321 | Foe v. Woe | 2014',
    ],
  ],
  [
    'quotes and emphasis of other tools',
    "See «Doe v. Roe», 1 F.3d 2 (1st Cir. 1993); „Poe v. Coe“, 3 F.3d 4 (2d Cir. 1993); ‹Foe v. Hoe›, 5 F.3d 6 (1993); `Moe v. Joe`, 7 F.3d 8 (1993); ~~Loe v. Zoe~~, 9 F.3d 10 (1993); [Doe v. Lee](https://example.com/a_(b)), 11 F.3d 12 (1993); \\textit{Poe v. Lee}, 13 F.3d 14 (1993); \\emph{Foe v. Lee,} 15 F.3d 16 (1993); ''Moe v. Lee'', 17 F.3d 18 (1993); [i]Loe v. Lee[/i], 19 F.3d 20 (1993). Ｒｏｅ ｖ． Ｗａｄｅ, ４１０ Ｕ．Ｓ． １１３ (1973).",
    [
      '1 F.3d 2 | Doe v. Roe | 1993',
      '3 F.3d 4 | Poe v. Coe | 1993',
      '5 F.3d 6 | Foe v. Hoe | 1993',
      '7 F.3d 8 | Moe v. Joe | 1993',
      '9 F.3d 10 | Loe v. Zoe | 1993',
      '11 F.3d 12 | Doe v. Lee | 1993',
      '13 F.3d 14 | Poe v. Lee | 1993',
      '15 F.3d 16 | Foe v. Lee | 1993',
      '17 F.3d 18 | Moe v. Lee | 1993',
      '19 F.3d 20 | Loe v. Lee | 1993',
      '410 U.S. 113 | Roe v. Wade | 1973',
    ],
  ],
  [
    'a table',
    '| Case | Cite |\n|---|---|\n| Doe v. Roe | 410 U.S. 113 (1973) |\n| Poe v. Coe.1 | 387 U.S. 1 (1967) |\n\nFoe v. Hoe\t388 U.S. 1\t1967',
    ['410 U.S. 113 | Doe v. Roe | 1973', '387 U.S. 1 | Poe v. Coe | 1967', '388 U.S. 1 | Foe v. Hoe | 1967'],
  ],
  [
    'abbreviations, signs and offices that a name has inside',
    'Palsgraf v. Long Is. R.R. Co., 248 N.Y. 339 (1928). Ams. for Prosperity Found. v. Bonta, 594 U.S. 595 (2021). In re Nat’l Sec. Agency Telecomms. Recs. Litig., 633 F. Supp. 2d 892 (N.D. Cal. 2007). Am. Fed’n of Gov’t Emps., AFL-CIO v. Doe, 139 F.4th 1 (9th Cir. 2025). Nat’l Ass’n for the Advancement of Colored People v. Alabama ex rel. Patterson, 357 U.S. 449 (1958). Stand Up for California! v. Roe, 994 F.3d 616 (D.C. Cir. 2021). Yahoo! Inc. v. Doe, 433 F.3d 1199 (9th Cir. 2006). Ashcroft, Attorney General v. Iqbal et al., 556 U.S. 662 (2009). Our Lady of Guadalupe Sch. v. Roe, 591 U.S. 732 (2020). Chevron, U.S.A., Inc. v. Roe, 1 F.4th 5 (2021). 44 Liquormart, Inc. v. Rhode Island, 517 U.S. 484 (1996).',
    [
      '248 N.Y. 339 | Palsgraf v. Long Is. R.R. Co. | 1928',
      '594 U.S. 595 | Ams. for Prosperity Found. v. Bonta | 2021',
      '633 F. Supp. 2d 892 | In re Nat’l Sec. Agency Telecomms. Recs. Litig. | 2007',
      '139 F.4th 1 | Am. Fed’n of Gov’t Emps., AFL-CIO v. Doe | 2025',
      '357 U.S. 449 | Nat’l Ass’n for the Advancement of Colored People v. Alabama ex rel. Patterson | 1958',
      '994 F.3d 616 | Stand Up for California! v. Roe | 2021',
      '433 F.3d 1199 | Yahoo! Inc. v. Doe | 2006',
      '556 U.S. 662 | Ashcroft, Attorney General v. Iqbal et al. | 2009',
      '591 U.S. 732 | Our Lady of Guadalupe Sch. v. Roe | 2020',
      '1 F.4th 5 | Chevron, U.S.A., Inc. v. Roe | 2021',
      '517 U.S. 484 | 44 Liquormart, Inc. v. Rhode Island | 1996',
    ],
  ],
  [
    'the case before, without a citation',
    'As held in Doe v. Acme Air Lines and Roe v. Wade, 410 U.S. 113 (1973). Smith v. Jones, 12 F.Supp.2d55 (1998). Poe v. Coe, 5 F.3d 6 (1993).',
    ['410 U.S. 113 | Roe v. Wade | 1973', '5 F.3d 6 | Poe v. Coe | 1993'],
  ],
  [
    'HTML in a text, with raised numbers and entities',
    '<i>Doe v. Roe</i>, 347 U.S. 483<sup>1</sup> (1954). See <em class="x">Dep&rsquo;t of Ecology v. Campbell &amp; Gwinn</em>, 5 F.2<sup>d</sup> 7<sup>12</sup> (1925). Poe v. Coe, 388 U.S. 1² (1967).',
    [
      '347 U.S. 483 | Doe v. Roe | 1954',
      '5 F.2d 7 | Dep’t of Ecology v. Campbell & Gwinn | 1925',
      '388 U.S. 1 | Poe v. Coe | 1967',
    ],
  ],
  [
    'marks of notes and of printed pages',
    '[Fn. 5] Perez v. Mortgage Bankers Ass’n, 575 U.S. 92[2] (2015). *344 Auer v. Robbins, 519 U.S. 452 (1997). Kisor v. *1123 Wilkie, 588 U.S. 558 (2019). Footnote 3 Younger v. Harris, 401 U.S. 37 (1971). The end. 13 Doe v. Bolton, 410 U.S. 179 (1973).',
    [
      '575 U.S. 92 | Perez v. Mortgage Bankers Ass’n | 2015',
      '519 U.S. 452 | Auer v. Robbins | 1997',
      '588 U.S. 558 | Kisor v. Wilkie | 2019',
      '401 U.S. 37 | Younger v. Harris | 1971',
      '410 U.S. 179 | Doe v. Bolton | 1973',
    ],
  ],
  [
    'spaces that extraction leaves',
    'Acme Alum . & Chem. Corp. v. Doe, 118 Wn.2d 46, 63, 821 P .2d 18 (1991); State v. Q.R., 149 W n.2d 444, 69 P.3d 318 (2003); Roe v. Smith , 780 F. S upp. 3d 897 (E.D. Cal. 2025); Poe v . Lane, 12 S. C t. 3 (1892); Bro wn v. Foe, 12 F . Supp . 2 d 55 (1998); Roe v. Fitz- gerald, 5 F. 4 th 77 (2021). McLaurin v. Okla homa State Regents for Higher Ed., 339 U. S. 637 (1950). Doe v. Encarna ción, 5 P.3d 6 (2000). Encarnación agrees.',
    [
      '118 Wash. 2d 46 | Acme Alum. & Chem. Corp. v. Doe | 1991',
      '821 P.2d 18 | Acme Alum. & Chem. Corp. v. Doe | 1991',
      '149 Wash. 2d 444 | State v. Q.R. | 2003',
      '69 P.3d 318 | State v. Q.R. | 2003',
      '780 F. Supp. 3d 897 | Roe v. Smith | 2025',
      '12 S. Ct. 3 | Poe v. Lane | 1892',
      '12 F. Supp. 2d 55 | Brown v. Foe | 1998',
      '5 F.4th 77 | Roe v. Fitzgerald | 2021',
      '339 U.S. 637 | McLaurin v. Oklahoma State Regents for Higher Ed. | 1950',
      '5 P.3d 6 | Doe v. Encarnación | 2000',
    ],
  ],
  [
    'names that begin small',
    'The Court in eBay Inc. v. MercExchange, L.L.C., 547 U.S. 388 (2006) held. hiQ Labs, Inc. v. LinkedIn Corp., 31 F.4th 1180 (9th Cir. 2022). See adidas America, Inc. v. Payless Shoesource, Inc., 546 F. Supp. 2d 1029 (D. Or. 2008); j2 Global, Inc. v. EasyLink, 5 F.3d 6 (9th Cir. 1999); lululemon athletica v. Under Armour, Inc., 7 F.4th 8 (2d Cir. 2021); de la Rosa v. Acme Co., 474 F.3d 185 (5th Cir. 2006); Ashcroft v. al-Kidd, 563 U.S. 731 (2011).',
    [
      '547 U.S. 388 | eBay Inc. v. MercExchange, L.L.C. | 2006',
      '31 F.4th 1180 | hiQ Labs, Inc. v. LinkedIn Corp. | 2022',
      '546 F. Supp. 2d 1029 | adidas America, Inc. v. Payless Shoesource, Inc. | 2008',
      '5 F.3d 6 | j2 Global, Inc. v. EasyLink | 1999',
      '7 F.4th 8 | lululemon athletica v. Under Armour, Inc. | 2021',
      '474 F.3d 185 | de la Rosa v. Acme Co. | 2006',
      '563 U.S. 731 | Ashcroft v. al-Kidd | 2011',
    ],
  ],
  [
    'small words inside of names',
    'Cmty. Legal Aid in E. Palo Alto v. U.S. Dep’t of Health & Hum. Servs., 780 F. Supp. 3d 897 (N.D. Cal. 2025). Citizens to Preserve Overton Park, Inc. v. Volpe, 401 U.S. 402 (1971); Parents Involved in Community Schools v. Seattle School Dist. No. 1, 551 U. S. 701 (2007); United States v. $124,700 in U.S. Currency, 458 F.3d 822 (8th Cir. 2006); One 1958 Plymouth Sedan v. Pennsylvania, 380 U.S. 693 (1965).',
    [
      '780 F. Supp. 3d 897 | Cmty. Legal Aid in E. Palo Alto v. U.S. Dep’t of Health & Hum. Servs. | 2025',
      '401 U.S. 402 | Citizens to Preserve Overton Park, Inc. v. Volpe | 1971',
      '551 U.S. 701 | Parents Involved in Community Schools v. Seattle School Dist. No. 1 | 2007',
      '458 F.3d 822 | United States v. $124,700 in U.S. Currency | 2006',
      '380 U.S. 693 | One 1958 Plymouth Sedan v. Pennsylvania | 1965',
    ],
  ],
  [
    'what stands before a name and is none of it',
    'As the Fifth Circuit in Hopwood v. Texas, 78 F.3d 932 (5th Cir. 1996) said. Justice Powell in Regents of Univ. of Cal. v. Bakke, 438 U. S. 265 (1978). Title VII and Griggs v. Duke Power Co., 401 U.S. 424 (1971). Turning to Strickland v. Washington, 466 U.S. 668 (1984). In Washington, State v. Smith, 5 Wn.2d 6 (1940) rules. It was filed by Acme Corp. State v. Brown, 5 Wn.2d 7 (1940). Grutter v. Bollinger, 539 U.S. 306 (2003). After Grutter and Gratz v. Bollinger, 539 U.S. 244 (2003).',
    [
      '78 F.3d 932 | Hopwood v. Texas | 1996',
      '438 U.S. 265 | Regents of Univ. of Cal. v. Bakke | 1978',
      '401 U.S. 424 | Griggs v. Duke Power Co. | 1971',
      '466 U.S. 668 | Strickland v. Washington | 1984',
      '5 Wash. 2d 6 | State v. Smith | 1940',
      '5 Wash. 2d 7 | State v. Brown | 1940',
      '539 U.S. 306 | Grutter v. Bollinger | 2003',
      '539 U.S. 244 | Gratz v. Bollinger | 2003',
    ],
  ],
  [
    'parties with commas, numbers and representatives',
    'Dewey, Cheatham & Howe, LLP v. Smith, 5 F.3d 6 (1st Cir. 1993); Int’l Bhd. of Teamsters, Local 804 v. Roe, 8 F.3d 9 (2d Cir. 1993); Oneida County, N.Y. v. Oneida Indian Nation of N.Y. State, 470 U.S. 226 (1985); 7-Eleven, Inc. v. Sodhi, 1 F. Supp. 3d 3 (D.N.J. 2015); M.L. ex rel. D.L. v. Smith, 867 F.3d 487 (4th Cir. 2017); Smith et al. v. Jones et al., 1 F.3d 2 (1st Cir. 1993); Employment Div., Dept. of Human Resources of Ore. v. Smith, 494 U. S. 872 (1990).',
    [
      '5 F.3d 6 | Dewey, Cheatham & Howe, LLP v. Smith | 1993',
      '8 F.3d 9 | Int’l Bhd. of Teamsters, Local 804 v. Roe | 1993',
      '470 U.S. 226 | Oneida County, N.Y. v. Oneida Indian Nation of N.Y. State | 1985',
      '1 F. Supp. 3d 3 | 7-Eleven, Inc. v. Sodhi | 2015',
      '867 F.3d 487 | M.L. ex rel. D.L. v. Smith | 2017',
      '1 F.3d 2 | Smith et al. v. Jones et al. | 1993',
      '494 U.S. 872 | Employment Div., Dept. of Human Resources of Ore. v. Smith | 1990',
    ],
  ],
  [
    'short names, supra and what became of the case',
    'In Grutter, 539 U.S. 306, the Court agreed; see also Blakely, 542 U.S. 296. Roe v. Wade, supra, 410 U.S. 113. The Prize Cases, 67 U.S. (2 Black) 635 (1863). Smith v. Jones, 12 F.3d 34 (2d Cir. 1993), aff’d, 514 U.S. 55 (1995), cert. denied, 516 U.S. 77 (1996). Doe v. Roe, 5 A.D.3d 1 (2004), lv. denied, 3 N.Y.3d 601 (2004). See v. City of Seattle, 387 U.S. 541 (1967).',
    [
      '539 U.S. 306 | Grutter | ',
      '542 U.S. 296 | Blakely | ',
      '410 U.S. 113 | Roe v. Wade | ',
      '67 U.S. 635 | The Prize Cases | 1863',
      '12 F.3d 34 | Smith v. Jones | 1993',
      '514 U.S. 55 | Smith v. Jones | 1995',
      '516 U.S. 77 | Smith v. Jones | 1996',
      '5 A.D.3d 1 | Doe v. Roe | 2004',
      '3 N.Y.3d 601 | Doe v. Roe | 2004',
      '387 U.S. 541 | See v. City of Seattle | 1967',
    ],
  ],
  [
    'a citation in a sentence of its own, after the one that names the case',
    'While this was pending, we decided John Doe A v. Washington State Patrol, which rejected the claim. 185 Wn.2d 363, 374 P.3d 63 (2016). Nobody is named here. 410 U.S. 113 (1973). The Fourteenth Amendment, 388 U.S. 1 (1967).',
    [
      '185 Wash. 2d 363 | John Doe A v. Washington State Patrol | 2016',
      '374 P.3d 63 | John Doe A v. Washington State Patrol | 2016',
      '410 U.S. 113 | N/A | 1973',
      '388 U.S. 1 | N/A | 1967',
    ],
  ],
  [
    'California',
    '(People v. Doe (1968) 70 Cal.2d 15, 26–27 [73 Cal.Rptr. 550, 447 P.2d 942]; see Yield Co. v. Roe Systems Corp. (2007) 154 Cal.App.4th 547, 560 [66 Cal.Rptr.3d 1].) Smith v. Poe, 173 Cal.App.4th 655 [92 Cal.Rptr.3d 784]; Yield Co. v. Lee (2008) 5 Cal.4th 6. In re Marriage of Doe (2000) 24 Cal.4th 1; People v. Roe (1993) 5 Cal.4th 478, 487, fn. 5 [20 Cal.Rptr.2d 582]; Conservatorship of Roe (2001) 26 Cal.4th 519.',
    [
      '70 Cal. 2d 15 | People v. Doe | 1968',
      '73 Cal. Rptr. 550 | People v. Doe | 1968',
      '447 P.2d 942 | People v. Doe | 1968',
      '154 Cal. App. 4th 547 | Yield Co. v. Roe Systems Corp. | 2007',
      '66 Cal. Rptr. 3d 1 | Yield Co. v. Roe Systems Corp. | 2007',
      '173 Cal. App. 4th 655 | Smith v. Poe | ',
      '92 Cal. Rptr. 3d 784 | Smith v. Poe | ',
      '5 Cal. 4th 6 | Yield Co. v. Lee | 2008',
      '24 Cal. 4th 1 | In re Marriage of Doe | 2000',
      '5 Cal. 4th 478 | People v. Roe | 1993',
      '20 Cal. Rptr. 2d 582 | People v. Roe | 1993',
      '26 Cal. 4th 519 | Conservatorship of Roe | 2001',
    ],
  ],
  [
    'New York, Ohio, Texas, Illinois and New Mexico',
    'People v Doe, 6 NY3d 248, 256 (2006); Matter of Roe v Town of Foo, 123 AD3d 456 [1st Dept 2014]; People v Poe (15 NY3d 391 [2010]). State v. Doe, 109 Ohio St.3d 1, 2006-Ohio-856, 845 N.E.2d 470, ¶ 61; State v. Roe, 4th Dist. Pickaway No. 12CA3, 2013-Ohio-562, ¶ 15. Vela v. Waco Indep. Sch. Dist., 69 S.W.3d 695, 698 (Tex. App.—Waco 2002, pet. withdrawn). Doe v. City of Chicago, 2012 IL 112116, ¶ 15, 964 N.E.2d 1105; State v. Poe, 2018-NMCA-012, ¶ 4, 413 P.3d 895.',
    [
      '6 N.Y.3d 248 | People v. Doe | 2006',
      '123 A.D.3d 456 | Matter of Roe v. Town of Foo | 2014',
      '15 N.Y.3d 391 | People v. Poe | 2010',
      '109 Ohio St. 3d 1 | State v. Doe | 2006',
      '2006-Ohio-856 | State v. Doe | 2006',
      '845 N.E.2d 470 | State v. Doe | 2006',
      '2013-Ohio-562 | State v. Roe | 2013',
      '69 S.W.3d 695 | Vela v. Waco Indep. Sch. Dist. | 2002',
      '2012 IL 112116 | Doe v. City of Chicago | 2012',
      '964 N.E.2d 1105 | Doe v. City of Chicago | 2012',
      '2018-NMCA-012 | State v. Poe | 2018',
      '413 P.3d 895 | State v. Poe | 2018',
    ],
  ],
  [
    'dockets, databases and bankruptcies',
    'Doe v. Acme, Inc., No. 18-CV-379 (VSB), 2018 WL 4356734, at *3-4 (S.D.N.Y. Sept. 12, 2018); United States v. Roe, Nos. 09-1234, 09-1235, 2010 U.S. App. LEXIS 12345 (5th Cir. June 3, 2010); Smith v. Jones (In re Jones), 123 B.R. 4 (Bankr. D. Mass. 1991).',
    [
      '2018 WL 4356734 | Doe v. Acme, Inc. | 2018',
      '2010 U.S. App. LEXIS 12345 | United States v. Roe | 2010',
      '123 B.R. 4 | Smith v. Jones (In re Jones) | 1991',
    ],
  ],
  [
    'nominative reporters',
    'Marbury v. Madison, 5 U.S. (1 Cranch) 137, 2 L. Ed. 60 (1803). Gibbons v. Ogden, 22 U. S. ( 9 Wheat. ) 1 (1824); Dred Scott v. Sandford, 60 U.S. [19 How.] 393 (1857); Marbury v. Madison, 5 U.S. (1 Cr.) 137 (1803); Fletcher v. Peck, 6 Cranch 87 (1810); McCulloch v. Maryland, 17 U.S. 4 Wheat. 316 (1819).',
    [
      '5 U.S. 137 | Marbury v. Madison | 1803',
      '2 L. Ed. 60 | Marbury v. Madison | 1803',
      '22 U.S. 1 | Gibbons v. Ogden | 1824',
      '60 U.S. 393 | Dred Scott v. Sandford | 1857',
      '5 U.S. 137 | Marbury v. Madison | 1803',
      '10 U.S. 87 | Fletcher v. Peck | 1810',
      '17 U.S. 316 | McCulloch v. Maryland | 1819',
    ],
  ],
  [
    'parties who are called like reporters',
    'Connick v. Thompson, 563 U.S. 51, 131 S. Ct. 1350 (2011). Smith v. Crabbe, 563 F.3d 51 (9th Cir. 2009). State v. Gray, 149 Wn.2d 51, 60 P.3d 3 (2011). Black v. Hill 12 F.3d 4 (1st Cir. 1993). Wright v. Allen, 5 Hill 3 (N.Y. Sup. Ct. 1843).',
    [
      '563 U.S. 51 | Connick v. Thompson | 2011',
      '131 S. Ct. 1350 | Connick v. Thompson | 2011',
      '563 F.3d 51 | Smith v. Crabbe | 2009',
      '149 Wash. 2d 51 | State v. Gray | 2011',
      '60 P.3d 3 | State v. Gray | 2011',
      '12 F.3d 4 | Black v. Hill | 1993',
      '5 Hill 3 | Wright v. Allen | 1843',
    ],
  ],
  [
    'pages that are still to come',
    'Health Corp. v. Doe, 143 S. Ct. 1234, 600 U.S. --- (2023). Moore v. Roe, 600 U. S. ––– (2023). Poe v. Lee, 585 U.S. ___ (2018). Loe v. Moe, — U.S. —, 143 S. Ct. 665 (2023). Roe v. Boe, ___ U.S. ___, 142 S. Ct. 24 (2022).',
    [
      '143 S. Ct. 1234 | Health Corp. v. Doe | 2023',
      '600 U.S. ___ | Health Corp. v. Doe | 2023',
      '600 U.S. ___ | Moore v. Roe | 2023',
      '585 U.S. ___ | Poe v. Lee | 2018',
      '143 S. Ct. 665 | Loe v. Moe | 2023',
      '142 S. Ct. 24 | Roe v. Boe | 2022',
    ],
  ],
];

it.each(styles)('reads the names and years of %s', async (_, text, rows) => {
  expect(await rowsOf(text)).toEqual(rows);
});

/** Running heads of odd and even pages, in the middle of names. */
const heads: [form: string, text: string][] = [
  [
    'marked pages',
    `=== PAGE 1 ===
Doe v. Roe, No. 1234-5
The court relied on Heart of Atlanta
=== PAGE 2 ===
Opinion of the Court
2
Motel, Inc. v. United States, 379 U.S. 241 (1964). And on Yick
=== PAGE 3 ===
Doe v. Roe, No. 1234-5
3 Wo v. Hopkins, 118 U.S. 356 (1886). And on In re
=== PAGE 4 ===
Opinion of the Court
4
Gault, 387 U.S. 1 (1967).`,
  ],
  [
    'pages that nothing marks',
    `The trial court relied on a case that is old, and it went on at length. It was Heart of Atlanta
2             DOE v. THURSTON COUNTY

                      Opinion of the Court

Motel, Inc. v. United States, 379 U.S. 241 (1964). It said more.
And more.
And more.
And more.
It said more of that, and named Yick
                   Cite as: 570 U. S. ____ (2013)            3

                      Opinion of the Court

Wo v. Hopkins, 118 U.S. 356 (1886). It said more.
And more.
And more.
And more, and more again, as in In re
4             DOE v. THURSTON COUNTY

                      Opinion of the Court

Gault, 387 U.S. 1 (1967). It said more.
And more.
And more.
And more.
The end.
                   Cite as: 570 U. S. ____ (2013)            5

                      Opinion of the Court
`,
  ],
];

it.each(heads)('sees through the running heads of %s', async (_, text) => {
  expect(await rowsOf(text)).toEqual([
    '379 U.S. 241 | Heart of Atlanta Motel, Inc. v. United States | 1964',
    '118 U.S. 356 | Yick Wo v. Hopkins | 1886',
    '387 U.S. 1 | In re Gault | 1967',
  ]);
});

it('takes neither the volume of a parallel citation for a page, nor its bracket for an end', async () => {
  const { citations, clusters } = await extract(
    'Doe v. Roe, 143 S. Ct. 1234, 1240, 600 U.S. --- (2023). Poe v. Lee (2010) 49 Cal.4th 792, 812 [112 Cal.Rptr.3d 244, 250, 234 P.3d 501].',
  );
  expect(citations.map((one) => one.pinpoint_pages)).toEqual([['1240'], [], ['812'], ['250'], []]);
  expect(clusters.map((one) => one.citations)).toEqual([
    ['143 S. Ct. 1234', '600 U.S. ___'],
    ['49 Cal. 4th 792', '112 Cal. Rptr. 3d 244', '234 P.3d 501'],
  ]);
});

it('keeps two cases of one volume apart whose pages are still to come, and asks no source for them', async () => {
  const { citations, statistics } = await extract('Doe v. Roe, 600 U.S. ___ (2023). Poe v. Lee, 600 U.S. ___ (2023).');
  expect(statistics).toMatchObject({ unique_cases: 2, verified_citations: 0 });
  expect(citations.map((one) => one.error)).toEqual(
    Array(2).fill('It has no page yet, so that no source can know it.'),
  );
});
