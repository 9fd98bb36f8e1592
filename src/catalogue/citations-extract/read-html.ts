import { convert, type FormatCallback } from 'html-to-text';
import { TaskFailure } from '../../tasks/failures';
import { setApart } from './superscript';

/** Longest page, in characters: its elements take many times as much memory. */
const MAX_HTML = 16_000_000;

/** Bytes of a page within which it declares its character set. */
const PROLOGUE = 1024;

const DEEPEST = 20_000;
/** Elements that end without saying so. */
const OPEN_ENDED = new Set(
  'p li dt dd td th tr thead tbody tfoot option optgroup colgroup rp rt area base br col embed hr img input link meta param source track wbr'.split(
    ' ',
  ),
);

const SKIPPED = ['img', 'nav', 'script', 'style', 'noscript'];
const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
/** Note marks, as elements, styles, and links to notes. */
const RAISED = [
  'sup',
  '[style*="vertical-align:super"]',
  '[style*="vertical-align: super"]',
  '[role="doc-noteref"]',
  'a[href^="#fn"]',
  'a[href^="#_ftn"]',
];

const raised: FormatCallback = (element, walk, builder) => {
  builder.pushWordTransform(setApart);
  walk(element.children, builder);
  builder.popWordTransform();
};

/** The text of a page. @throws TaskFailure PERMANENT_VALIDATION for one that is too long or nested too deep. */
export function readHtml(html: string): string {
  if (html.length > MAX_HTML) {
    throw new TaskFailure(
      'PERMANENT_VALIDATION',
      `The page has ${html.length} characters, more than the ${MAX_HTML} allowed. Split it.`,
    );
  }
  if (depthOf(html) > DEEPEST) throw tooDeep();
  try {
    return convert(html, {
      wordwrap: false,
      formatters: { raised },
      selectors: [
        ...SKIPPED.map((selector) => ({ selector, format: 'skip' })),
        { selector: 'a', options: { ignoreHref: true } },
        { selector: 'td', format: 'block' },
        ...HEADINGS.map((selector) => ({ selector, options: { uppercase: false } })),
        ...RAISED.map((selector) => ({ selector, format: 'raised' })),
      ],
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw tooDeep();
  }
}

function tooDeep(): TaskFailure {
  return new TaskFailure('PERMANENT_VALIDATION', 'The page cannot be read: its elements are nested too deep.');
}

/** About how deep elements are nested: parsers take time by the square of it. */
function depthOf(html: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [, closing, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]{0,20})/gi)) {
    if (OPEN_ENDED.has(name.toLowerCase())) continue;
    depth = closing ? Math.max(0, depth - 1) : depth + 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** The character set that a page declares in its first bytes. */
export function declaredCharset(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, PROLOGUE).toString('latin1');
  const found =
    /<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}["']?\s{0,5}([\w:.-]+)/i.exec(head)?.[1] ??
    /^\s*<\?xml[^>]{0,200}?encoding\s{0,5}=\s{0,5}["']([\w:.-]+)/i.exec(head)?.[1];
  // A page that can say so in single bytes is not of 16 bits.
  return found && /^utf-?(16|32)/i.test(found) ? 'utf-8' : found;
}
