import type { Piece } from './visual-text';

export type Weight = 'plain' | 'bold';

const FALLBACKS = {
  'plain-devanagari': require.resolve(
    '@fontsource/noto-sans-devanagari/files/noto-sans-devanagari-devanagari-400-normal.woff',
  ),
  'bold-devanagari': require.resolve(
    '@fontsource/noto-sans-devanagari/files/noto-sans-devanagari-devanagari-700-normal.woff',
  ),
  'plain-thai': require.resolve('@fontsource/noto-sans-thai/files/noto-sans-thai-thai-400-normal.woff'),
  'bold-thai': require.resolve('@fontsource/noto-sans-thai/files/noto-sans-thai-thai-700-normal.woff'),
};

/** Makes the fonts known for scripts that the ordinary ones lack; each is read when a letter needs it. */
export function registerFallbacks(document: PDFKit.PDFDocument): void {
  for (const [name, file] of Object.entries(FALLBACKS)) {
    document.registerFont(name, file);
  }
}

/** In the size that is set. The font of this weight is set again after it. */
export function widthOf(document: PDFKit.PDFDocument, { text, script }: Piece, weight: Weight): number {
  if (!script) return document.widthOfString(text);
  const width = document.font(`${weight}-${script}`).widthOfString(text);
  document.font(weight);
  return width;
}

/** Draws the pieces of a line side by side, as they stand. */
export function drawPieces(
  document: PDFKit.PDFDocument,
  pieces: readonly Piece[],
  weight: Weight,
  x: number,
  y: number,
): void {
  // Other fonts have other heights above the line on which letters stand.
  document.font(weight);
  const line = y + ascentOf(document);
  let at = x;
  for (const { text, script } of pieces) {
    document.font(script ? `${weight}-${script}` : weight);
    if (text.trim()) document.text(text, at, line - ascentOf(document), { lineBreak: false });
    at += document.widthOfString(text);
  }
  document.font(weight);
}

function ascentOf(document: PDFKit.PDFDocument): number {
  const { _font: font, _fontSize: size } = document as unknown as { _font: { ascender: number }; _fontSize: number };
  return (font.ascender / 1000) * size;
}
