const NOTE = '(?:nn?|fns?)\\. ?\\d+(?:[-–]\\d+)?';
const PIN = `(?:\\*?\\d+(?: ?[-–—] ?\\*?\\d+)?(?:,? ?(?:& )?${NOTE})?|${NOTE}|¶+ ?\\d+(?:[-–]\\d+)?(?: ${NOTE})?|passim)`;
/** A number before a reporter is no page but the volume of the next citation. */
const PINS = new RegExp(
  `^(?:(?:, (?:at )?(?:pp?\\. )?| at (?:pp?\\. )?| (?=[nf*¶p]))${PIN}(?! [A-Z]\\S*\\.? ?(?:\\d|[-–—_]{2}))(?= |,|\\)|\\]|\\.|;|$))+`,
);
const ONLY_PINS = new RegExp(`^(?:,? ?(?:at )?(?:pp?\\. )?${PIN})*,? ?[[(]?$`);

const PARENTHETICALS = /^\]?(?: ?\((?:[^()]|\([^()]*\)){0,300}\))+|^\]/;
const DOCKETS = /\bNos?\. ((?:\d{1,2}:)?[\w-]*\d[\w-]*(?:(?:, | & | and )[\w-]*\d[\w-]*)*)(?=[,; (]|$)/;
const HISTORY =
  /\b(aff'd|aff’d|affirmed|rev'd|rev’d|reversed|vacated|overruled(?: by| in part)?|abrogated(?: by)?|superseded|cert\. (?:denied|granted)|review (?:denied|granted)|modified)\b/gi;

/** Pages and notes after a citation that are not part of it: `936-37`, `n. 1`. */
export function pinpointsAfter(after: string): string[] {
  const pins = PINS.exec(after)?.[0] ?? '';
  return pins
    .split(',')
    .map((pin) =>
      pin
        .trim()
        .replace(/^at /, '')
        .replace(/^pp?\. /, ''),
    )
    .filter((pin) => pin && pin !== 'passim');
}

/** Whether nothing but pages stands between two citations. */
export function isOnlyPinpoints(between: string): boolean {
  return ONLY_PINS.test(between);
}

/** Length of the parentheses right after a citation's pinpoints, these included. */
export function trailerLength(after: string): number {
  const pins = PINS.exec(after)?.[0].length ?? 0;
  return pins + (PARENTHETICALS.exec(after.slice(pins))?.[0].length ?? 0);
}

const FATE = `(?:aff[’']d|affirmed|rev[’']d|reversed|vacated|remanded|modified|amended|superseded|overruled|abrogated|dismissed|withdrawn|aff[’']g|rev[’']g|vacating|(?:cert(?:\\.|iorari)|review|lv\\.?|leave|rearg(?:\\.|ument)?|trans(?:\\.|fer)|reh[’']g|rehearing|appeal|pet(?:\\.|ition)|leave to appeal|writ) (?:en banc )?(?:denied|granted|dismissed|ref[’']d))`;
const ONLY_FATE = new RegExp(
  `^[,;]? ?(?:and )?${FATE}(?:,? (?:and |&)?(?:${FATE}|in part|on other grounds|per curiam|mem\\.|en banc|by|sub silentio|as moot|on reh[’']g|\\(\\d{4}\\)))*,? ?$`,
);

/** Whether the text between two citations says no more than that the second is what became of the first one's case. */
export function isOnlyFate(between: string): boolean {
  return ONLY_FATE.test(between.trimEnd());
}

/** Docket numbers that stand between the name and the citation. */
export function docketsIn(before: string): string[] {
  const numbers = DOCKETS.exec(before.slice(-120))?.[1] ?? '';
  return numbers.split(/, | & | and /).filter(Boolean);
}

/** What the rest of the sentence says of the case's fate. */
export function historyIn(after: string): string[] {
  const sentence = after.split(/;|\. (?=\p{Lu})|\n\n/u, 1)[0] ?? '';
  return [
    ...new Set([...sentence.slice(0, 200).matchAll(HISTORY)].map(([words]) => words.toLowerCase().replace('’', "'"))),
  ];
}
