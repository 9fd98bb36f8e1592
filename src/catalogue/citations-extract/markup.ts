import type { Edit } from './mapped-text';

/** Tags that only say how the text looks. Those of blocks stand where a line ends. */
const INLINE = /<\/?(?:i|em|b|strong|u|span|a|cite|small|big|font|mark|q|abbr|s|tt|code)(?:\s[^<>]{0,300})?\/?>/gi;
const BLOCK =
  /<\/?(?:p|div|br|li|ul|ol|blockquote|h[1-6]|td|tr|table|body|html|section|article)(?:\s[^<>]{0,300})?\/?>/gi;
/** A raised letter belongs to the word before it (F.2<sup>d</sup>), a raised number is a note's. */
const RAISED_LETTERS = /<(sup|sub)(?:\s[^<>]{0,300})?>\s*(?:d|nd|rd|st|th|er|o)\s*<\/\1>/gi;
const RAISED =
  /<(sup|sub)(?:\s[^<>]{0,300})?>[^<>]{0,40}(?:<a(?:\s[^<>]{0,300})?>[^<>]{0,40}<\/a>)?[^<>]{0,10}<\/\1>/gi;
const ENTITY = /&(?:amp|nbsp|quot|apos|lt|gt|rsquo|lsquo|rdquo|ldquo|sect|para|ndash|mdash|#\d{2,5}|#x[\da-f]{2,4});/gi;
/** Emphasis as Markdown and plain text have it. A star before a number is a page of a database. */
const EMPHASIS =
  /(?<![\w*])(\*{1,3}|_{1,3})(?=[\p{L}“"‘'([])((?:(?!\n\s*\n)[^*_]){1,300}?)(?<=[\p{L}\d.,;:”"’')\]])\1(?![\p{L}\d_])/gu;
/** Other emphasis: ~~struck~~, `code`, ''wiki'', [i]forum[/i], \\textit{TeX}, and a link's [text](address). */
const STRUCK = /(~~|`{1,3}|'{2,5})(?=[\p{L}\d“"‘(])((?:(?!\n\s*\n)[^`~]){1,300}?)\1(?![\p{L}\d])/gu;
const FORUM = /\[\/?(?:i|b|u|em|strong|cite|italic|bold|url(?:=[^\][\s]{0,300})?)\]/gi;
const TEX = /\\(?:text(?:it|bf|sc|sl|rm)|emph|underline|uline)\s?\{([^{}\\]{1,300})\}/g;
const LINK =
  /\[([^\][]{1,300})\]\((?:https?:|\/|#|mailto:)[^()\s]{0,500}(?:\([^()\s]{0,100}\)[^()\s]{0,200})?(?: "[^"\n]{0,200}")?\)/g;
/** A name in the quotes of another language: «Roe v. Wade», „Roe v. Wade“. */
const QUOTED = /[„«‹](?=[^„«‹»›]{1,300}? v[s.]*\s)([^„“”«»‹›\n]{1,300})[“”»›]/gu;
/** Marks of notes, [1] and [fn 2], of the pages of printed reports, *344 and [*344], and raised digits. */
const NOTES =
  /(?<!at |, |[lL] \d{3,9} |[sS] \d{3,9} )\*\d{1,5} (?=\p{L})| ?\[(?:(?:fn|n)\.? ?)?\*{0,3}\d{1,3}\]|[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+|[†‡]+/giu;

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  nbsp: ' ',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  rsquo: '’',
  lsquo: '‘',
  rdquo: '”',
  ldquo: '“',
  sect: '§',
  para: '¶',
  ndash: '–',
  mdash: '—',
};

/** What markup in a text is to give way to, step by step: each step's edits are those of the text that the one before made. */
export const MARKUP: readonly ((text: string) => Edit[])[] = [
  (text) => edits(text, RAISED_LETTERS, ([match]) => match.replace(/<[^<>]*>|\s/g, '')),
  (text) => edits(text, RAISED, () => ' '),
  (text) => edits(text, INLINE, () => ''),
  (text) => edits(text, BLOCK, () => '\n'),
  (text) => edits(text, ENTITY, ([match]) => character(match)),
  (text) => edits(text, QUOTED, (match) => `“${match[1]}”`),
  (text) => edits(text, LINK, (match) => match[1] ?? ''),
  (text) => edits(text, TEX, (match) => match[1] ?? ''),
  (text) => edits(text, FORUM, () => ''),
  (text) => edits(text, STRUCK, (match) => match[2] ?? ''),
  (text) => edits(text, EMPHASIS, (match) => match[2] ?? ''),
  (text) => edits(text, NOTES, () => ''),
];

function edits(text: string, pattern: RegExp, by: (match: RegExpExecArray) => string): Edit[] {
  return [...text.matchAll(pattern)].flatMap((match) => kept(match, by(match)));
}

/** Only what goes is an edit: what stays keeps its own place. */
function kept(match: RegExpExecArray, put: string): Edit[] {
  const [whole] = match;
  const start = match.index;
  const offset = put ? whole.indexOf(put) : -1;
  if (offset < 0) return [{ start, end: start + whole.length, put }];
  return [
    { start, end: start + offset, put: '' },
    { start: start + offset + put.length, end: start + whole.length, put: '' },
  ];
}

function character(entity: string): string {
  const name = entity.slice(1, -1).toLowerCase();
  if (!name.startsWith('#')) return NAMED[name] ?? ' ';
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  return code === 160 ? ' ' : code > 31 && code < 0xd800 ? String.fromCharCode(code) : ' ';
}
