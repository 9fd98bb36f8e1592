import { setApart } from './superscript';

/** A run of text of one font and size, as pdf.js has it. */
export interface TextItem {
  readonly str: string;
  /** `[a, b, c, d, x, y]`, y from the bottom. */
  readonly transform: readonly number[];
  readonly width: number;
  /** Whether a line ends behind it. */
  readonly hasEOL: boolean;
}

/** Raised marks are at most so high, and at least so far up, in heights of the text that they stand at. */
const SMALL = 0.85;
const LIFTED = 0.12;
const MARK = /^[\d\s,*†‡§¶–-]{1,8}$/;

/** Joins the runs of a page. Small raised digits are note marks: pdf.js would make one number of them and the text before. */
export function joinItems(items: readonly TextItem[]): string {
  const parts: string[] = [];
  let base: TextItem | undefined;
  let afterMark = false;
  for (const item of items) {
    if (item.str.trim() === '') {
      parts.push(item.str, item.hasEOL ? '\n' : '');
      continue;
    }
    const isMark = base !== undefined && isRaised(item, base);
    // The step up and the step down look like ends of lines.
    if (isMark || (afterMark && base && isSameLine(item, base))) dropLineEnd(parts);
    parts.push(isMark ? setApart(item.str) : item.str, item.hasEOL ? '\n' : '');
    if (!isMark) base = item;
    afterMark = isMark;
  }
  return parts.join('');
}

function isRaised(item: TextItem, base: TextItem): boolean {
  if (!MARK.test(item.str)) return false;
  const height = heightOf(base);
  const [x, y] = placeOf(item);
  const [baseX, baseY] = placeOf(base);
  const gap = x - (baseX + base.width);
  const lift = y - baseY;
  return (
    heightOf(item) < height * SMALL &&
    lift > height * LIFTED &&
    lift < height &&
    gap > -height * 0.5 &&
    gap < height * 0.7
  );
}

function isSameLine(item: TextItem, base: TextItem): boolean {
  const [x, y] = placeOf(item);
  const [baseX, baseY] = placeOf(base);
  return Math.abs(y - baseY) < heightOf(base) * LIFTED && x >= baseX;
}

function dropLineEnd(parts: string[]): void {
  for (let last = parts.length - 1; last >= 0 && (parts[last] ?? '').trim() === ''; last--) {
    parts[last] = (parts[last] ?? '').replace('\n', '');
  }
}

function heightOf({ transform: [, , c = 0, d = 0] }: TextItem): number {
  return Math.hypot(c, d);
}

function placeOf({ transform: [, , , , x = 0, y = 0] }: TextItem): [x: number, y: number] {
  return [x, y];
}
