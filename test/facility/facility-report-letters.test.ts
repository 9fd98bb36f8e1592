import { pdfFile } from '../../examples/facility/src/report/pdf-file';
import { apart, linesOf, needsPieces, type Piece } from '../../examples/facility/src/report/visual-text';
import { pagesOf } from './pdf';

/** In which order letters stand on a page; here a letter is one wide, marks are none. */
const widthOf = ({ text }: Piece) => [...text].filter((letter) => !/\p{M}/u.test(letter)).length;
const lines = (text: string, width = 1000, most = 3) => linesOf(text, widthOf, { width, most });
const shown = (text: string, width?: number, most?: number) =>
  lines(text, width, most).map((pieces) => pieces.map((piece) => piece.text).filter((piece) => piece.trim()));

it.each<[string, string[]]>([
  ['שלום עולם', ['עולם', 'שלום']],
  ['السلام عليكم', ['عليكم', 'السلام']],
  ['Hello שלום עולם end', ['Hello ', 'עולם', 'שלום', ' end']],
  ['בניין 45 קומה 3', ['3', 'קומה', '45', 'בניין']],
  ['دور 12:30 صباحا', ['صباحا', '12:30', 'دور']],
  ['משאבה (דחוף)', [')דחוף(', 'משאבה']],
  ['משאבה – X200', ['X200', '–', 'משאבה']],
  ['(שלום', [')שלום']],
  ['\u200fשלום', ['שלום']],
])('%s stands from the left to the right as %j', (text, pieces) => {
  expect(shown(text)).toEqual([pieces]);
});

it('a name of the other direction keeps its number, and the day behind it its own', () => {
  expect(shown(`${apart('Jobs of مصنع رقم 12')}, 2026-03-22 (Asia)`)).toEqual([
    ['Jobs of ', '12', 'رقم', 'مصنع', ', 2026-03-22 (Asia)'],
  ]);
});

it.each([
  ['दिल्ली 5', [{ text: 'दिल्ली', script: 'devanagari' }, { text: ' 5' }]],
  ['ชั้น 2', [{ text: 'ชั้น', script: 'thai' }, { text: ' 2' }]],
])('%s takes its letters from another font', (text, pieces) => {
  expect(lines(text)).toEqual([pieces]);
});

it('lines break between words, are no wider than given, and end with an ellipsis where too much is left', () => {
  const words = 'אבג דהו זחט יכל מנס עפצ';
  expect(shown(words, 8)).toEqual([
    ['דהו', 'אבג'],
    ['יכל', 'זחט'],
    ['עפצ', 'מנס'],
  ]);
  expect(shown(words, 8, 2)).toEqual([
    ['דהו', 'אבג'],
    ['…', 'יכל', 'זחט'],
  ]);
  for (const width of [1, 3, 8, 15]) {
    for (const pieces of lines(`${words}${'ק'.repeat(30)} ordinary`, width)) {
      const letters = pieces
        .map(({ text }) => text)
        .join('')
        .trim();
      expect([...letters].length).toBeLessThanOrEqual(Math.max(width, 2));
    }
  }
});

it.each(['Zażółć', 'Завод', 'Έλεγχος', '漢字', ''])('%s is drawn as it is', (text) => {
  expect(needsPieces(text)).toBe(false);
});

it('a PDF has all of them, and says so only when letters are in no font', async () => {
  const table = (cells: string[]) => ({
    title: 'דוח שבועי',
    about: 'Jobs of مصنع رقم 12',
    period: '2026-03-22 (Asia/Jerusalem)',
    columns: [{ title: 'Job', share: 1 }],
    rows: cells.map((cell) => [cell]),
    totals: [{ state: 'NEW', count: cells.length }],
  });
  const cells = ['שלום עולם', 'दिल्ली में पंप', 'ตรวจสอบ', 'السلام عليكم'];
  const signal = new AbortController().signal;
  const [page] = await pagesOf(await pdfFile(table(cells), new Date(0), signal));
  expect(page).toContain('(Asia/Jerusalem)');
  for (const word of ['שלום', 'עולם', 'में', 'ตรวจสอบ']) expect(page).toContain(word);
  expect(page).not.toContain('Letters that show as boxes');
  const [lacking] = await pagesOf(await pdfFile(table(['漢字']), new Date(0), signal));
  expect(lacking).toContain('Letters that show as boxes are not in the font');
});
