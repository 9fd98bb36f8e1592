import { MappedText } from './mapped-text';
import { MARKUP } from './markup';
import { PAGE_BREAK, pageFurniture } from './page-furniture';
import { NOTE_MARKS } from './superscript';

/** How a citation goes on after a break: with the rest of a reporter and a page, or with a page. */
const GOES_ON = /^(?:[A-Z][\w.' ]{0,20}? ?)?\d/;

/**
 * Undoes what page layout does to a text, so that a citation stands in one line with single spaces: page headers
 * and numbers, line breaks, hyphenation, spaces that PDF files put into numbers. Blank lines stay, since no
 * citation or name goes over one.
 */
export function cleanText(text: string): MappedText {
  return (
    withoutMarkup(
      MappedText.of(text)
        .edit(pageFurniture(text))
        .replace(NOTE_MARKS, () => ''),
    )
      // Letters and digits of full width.
      .replace(/[\uff01-\uff5e]/g, ([wide = '']) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
      .replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, () => '')
      // One unit for one character, as Python counts.
      .replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, () => '\ufffd')
      .replace(/(\p{Ll})-[^\S\n]*\n[^\S\n]*(?=\p{Ll})/gu, ([, letter = '']) => letter)
      .replace(new RegExp(`[\\s${PAGE_BREAK}]+`, 'g'), blank)
      .replace(/ (?=,)/g, () => '')
      .replace(/(\p{L}) (?=\.(?! ?\.)(?:[ ,]|$))/gu, ([, letter = '']) => letter)
      .replace(/(\d) ?([-–—]) (?=\d)/g, ([, digit = '', dash = '']) => digit + dash)
      .replace(/((?:\.|\dd|\dth) \d{1,3}) (?=\d{1,3} ?\( ?\d{4}\))/g, ([, number = '']) => number)
      .replace(/(\. ?\d) (?=(?:d|th) ?\d)/g, ([, number = '']) => number)
      // Roe v. Fitz- gerald, and the same in front of a citation.
      .replace(/(\p{Lu}\p{Ll}+)- (?=\p{Ll}{2,}(?:,| v\.))/gu, ([, begin = '']) => begin)
      .replace(/\bWestlaw(?= \d)/g, () => 'WL')
  );
}

function withoutMarkup(text: MappedText): MappedText {
  return MARKUP.reduce((made, step) => made.edit(step(made.text)), text);
}

/** A space, or a blank line where a paragraph ends. */
function blank({ 0: run, index, input }: RegExpExecArray): string {
  if (run.includes(PAGE_BREAK) || (run.match(/\n/g)?.length ?? 0) < 2) return ' ';
  const last = input.slice(Math.max(0, index - 3), index);
  if (/[,(&]$|\bv\.$/.test(last)) return ' ';
  const next = input.slice(index + run.length, index + run.length + 30);
  return /\d$/.test(last) && GOES_ON.test(next) ? ' ' : '\n\n';
}
