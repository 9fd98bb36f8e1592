const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A note mark: digits and signs, perhaps in brackets. Letters are none: `F.3<sup>d</sup>`, `9<sup>th</sup>`. */
const MARK = /^[\s\d*†‡§¶,;[\]()–-]+$/;

/** What {@link setApart} makes of note marks with digits. */
export const NOTE_MARKS = /[[(]?[⁰¹²³⁴-⁹](?:[⁰¹²³⁴-⁹]|[,;–-]\s?(?=[⁰¹²³⁴-⁹]))*[\])]?/g;

/** Raised text as one can tell it from the number before it: `483<sup>1</sup>` is page 483 and note 1. */
export function setApart(raised: string): string {
  return MARK.test(raised) ? raised.replace(/\d/g, (digit) => RAISED[Number(digit)] ?? digit) : raised;
}
