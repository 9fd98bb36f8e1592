import createBidi from 'bidi-js';

/** A part of a line that is drawn in one go: of one direction, and of one font. */
export interface Piece {
  text: string;
  /** Of a script that the ordinary font lacks; undefined for the ordinary one. */
  script?: FallbackScript;
}

type FallbackScript = 'devanagari' | 'thai';

const SCRIPTS: readonly [FallbackScript, RegExp][] = [
  ['devanagari', /[\u0900-\u097f\ua8e0-\ua8ff\u1cd0-\u1cff]/],
  ['thai', /[\u0e00-\u0e7f]/],
];
/** Hebrew, Arabic and their kin, and marks that set a direction. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefc]/;
const STRONG_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/** What only sets a direction shows as nothing. */
const DIRECTIONS = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

const ELLIPSIS = '…';
const bidi = createBidi();
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Whether a text must be put into pieces: others are drawn as they are. */
export function needsPieces(text: string): boolean {
  return RIGHT_TO_LEFT.test(text) || SCRIPTS.some(([, letters]) => letters.test(text));
}

/** Keeps the order of a text to itself when other words stand beside it. */
export function apart(text: string): string {
  return needsPieces(text) ? `\u2068${text}\u2069` : text;
}

/**
 * Breaks a text into lines no wider than given, each as pieces from the left to the right as they show; what is too much
 * ends with an ellipsis.
 */
export function linesOf(
  text: string,
  widthOf: (piece: Piece) => number,
  { width, most }: { width: number; most: number },
): Piece[][] {
  const levels = bidi.getEmbeddingLevels(text, 'auto');
  const shown = (start: number, end: number) => piecesOf(text, levels, start, end);
  const fits = (start: number, end: number, more = 0) =>
    shown(start, end).reduce((sum, piece) => sum + widthOf(piece), more) <= width;
  const lines: Piece[][] = [];
  let start = 0;
  while (start < text.length && lines.length < most) {
    const isLast = lines.length === most - 1;
    const end = fits(start, text.length) ? text.length : breakBefore(text, start, (until) => fits(start, until));
    if (end < text.length && isLast) {
      const room = widthOf({ text: ELLIPSIS });
      const cut = breakBefore(text, start, (until) => fits(start, until, room));
      return [...lines, withEllipsis(shown(start, cut), levels.paragraphs[0]?.level === 1)];
    }
    lines.push(shown(start, end));
    start = end;
  }
  return lines;
}

function withEllipsis(pieces: Piece[], isRightToLeft: boolean): Piece[] {
  return isRightToLeft ? [{ text: ELLIPSIS }, ...pieces] : [...pieces, { text: ELLIPSIS }];
}

/** The last place behind a blank up to which it fits; without one, behind a letter. */
function breakBefore(text: string, start: number, fits: (until: number) => boolean): number {
  const places = [...graphemes.segment(text.slice(start))].map(({ index, segment }) => start + index + segment.length);
  let low = 0;
  let high = places.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(places[middle] ?? 0)) low = middle;
    else high = middle - 1;
  }
  const last = places[low] ?? text.length;
  const blank = text.lastIndexOf(' ', last - 1);
  return blank > start && text[last] !== ' ' ? blank + 1 : last;
}

type Levels = ReturnType<typeof bidi.getEmbeddingLevels>;

/** By the order of the Unicode Bidirectional Algorithm. */
function piecesOf(text: string, levels: Levels, start: number, end: number): Piece[] {
  if (end <= start) return [];
  const order = bidi.getReorderedIndices(text, levels, start, end - 1).slice(start, end);
  const pieces: Piece[] = [];
  for (let at = 0; at < order.length; ) {
    const first = order[at] ?? 0;
    const isRight = ((levels.levels[first] ?? 0) & 1) === 1;
    let length = 1;
    while (order[at + length] === first + (isRight ? -length : length)) {
      if ((((levels.levels[order[at + length] ?? 0] ?? 0) & 1) === 1) !== isRight) break;
      length++;
    }
    const begin = isRight ? first - length + 1 : first;
    const run = text.slice(begin, begin + length);
    pieces.push(...(isRight ? fromTheRight(run) : byFont(run)));
    at += length;
  }
  return pieces.map((piece) => ({ ...piece, text: piece.text.replace(DIRECTIONS, '') })).filter(({ text: one }) => one);
}

/** Its words from the last to the first; the font turns the letters of each around, and joins them. */
function fromTheRight(run: string): Piece[] {
  const mirrored = [...run].map((letter) => bidi.getMirroredCharacter(letter) ?? letter).join('');
  const words = mirrored.split(/( +)/).reverse();
  // The font knows a direction by letters: what has none is turned around here.
  return words.map((word) => ({ text: STRONG_RIGHT.test(word) ? word : [...word].reverse().join('') }));
}

function byFont(run: string): Piece[] {
  const pieces: Piece[] = [];
  for (const letter of run) {
    const script = SCRIPTS.find(([, letters]) => letters.test(letter))?.[0];
    const last = pieces.at(-1);
    // Marks that letters share stay with the letter before.
    if (last && (last.script === script || /^[\p{M}\u200c\u200d]$/u.test(letter))) last.text += letter;
    else pieces.push({ text: letter, ...(script && { script }) });
  }
  return pieces;
}
