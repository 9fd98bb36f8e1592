import JSZip from 'jszip';

/** A PDF of one page with this content. @param filters As `/FlateDecode`, when the content is packed. */
export function pdfOfContent(content: Buffer, filters = ''): Buffer {
  const before = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>',
  ].map((body, index) => `${index + 1} 0 obj\n${body}\nendobj\n`);
  const head = `%PDF-1.4\n${before.join('')}5 0 obj\n<< /Length ${content.length}${filters && ` /Filter [${filters}]`} >>\nstream\n`;
  // Without a table of its objects: readers look for them.
  const tail = '\nendstream\nendobj\ntrailer\n<< /Size 6 /Root 1 0 R >>\n%%EOF\n';
  return Buffer.concat([Buffer.from(head, 'latin1'), content, Buffer.from(tail, 'latin1')]);
}

/**
 * A PDF with a text layer: pages of lines, as a typesetter would place them.
 * @param typeset Changes how a page's lines are shown.
 */
export function pdfOf(
  pages: readonly (readonly string[])[],
  typeset: (shown: string) => string = (shown) => shown,
): Buffer {
  const objects: string[] = [];
  const add = (body: string) => objects.push(body);
  const kids = pages.map((_, index) => `${4 + index * 2} 0 R`).join(' ');
  add('<< /Type /Catalog /Pages 2 0 R >>');
  add(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  pages.forEach((lines, index) => {
    const shown = typeset(lines.map((line) => `(${line.replace(/[()\\]/g, '\\$&')}) Tj T*`).join('\n'));
    const content = `BT /F1 11 Tf 14 TL 72 720 Td\n${shown}\nET`;
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`,
    );
    add(`<< /Length ${Buffer.byteLength(content, 'latin1')} >>\nstream\n${content}\nendstream`);
  });
  let file = '%PDF-1.4\n';
  const offsets = objects.map((body, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

/** A Word document with these paragraphs. */
export function docxOf(paragraphs: readonly string[]): Promise<Buffer> {
  const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return docxOfBody(
    paragraphs.map((text) => `<w:p><w:r><w:t xml:space="preserve">${escaped(text)}</w:t></w:r></w:p>`).join(''),
  );
}

/** A Word document with this markup as its body. */
export function docxOfBody(body: string): Promise<Buffer> {
  const zip = new JSZip();
  const types = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
  zip.file(
    '[Content_Types].xml',
    `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${types}"/></Types>`,
  );
  zip.file(
    '_rels/.rels',
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
  );
  zip.file(
    'word/document.xml',
    `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
  );
  return zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' });
}

/** What a raised note's mark is in each format: `text`, then `mark` above the line, then `rest`. */
export const RAISED = {
  html: (text: string, mark: string, rest: string) =>
    Buffer.from(`<!doctype html><meta charset="utf-8"><p>${text}<sup>${mark}</sup>${rest}</p>`),
  rtf: (text: string, mark: string, rest: string) =>
    Buffer.from(`{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Times;}}\n${text}{\\fs16\\super ${mark}}${rest}\\par}`),
  docx: async (text: string, mark: string, rest: string) => {
    const zip = await JSZip.loadAsync(await docxOf([`${text}@${rest}`]));
    const file = 'word/document.xml';
    const body = (await zip.file(file)?.async('string')) ?? '';
    const run = `</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>${mark}</w:t></w:r><w:r><w:t xml:space="preserve">`;
    zip.file(file, body.replace('@', run));
    return zip.generateAsync({ type: 'nodebuffer' });
  },
  pdf: (text: string, mark: string, rest: string) =>
    pdfOf([[`${text}@${rest}`]], (shown) => shown.replace('@', `) Tj /F1 7 Tf 4 Ts (${mark}) Tj 0 Ts /F1 11 Tf (`)),
};

/** RTF with these paragraphs; what is not ASCII is escaped. */
export function rtfOf(paragraphs: readonly string[]): Buffer {
  const escaped = (text: string) =>
    text.replace(/[\\{}]/g, '\\$&').replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0)}?`);
  return Buffer.from(`{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Times;}}\n${paragraphs.map(escaped).join('\\par\n')}\\par}`);
}

/** A page with markup inside of citations, and things that are not text. */
export function htmlOf(paragraphs: readonly string[]): Buffer {
  const marked = paragraphs.map(
    (text) => `<p>${text.replace(/&/g, '&amp;').replace(/(\w+) v\. /g, '<i>$1</i> v.&nbsp;')}</p>`,
  );
  const script = '<script>const text = "Fake v. Script, 1 U.S. 1 (1790)";</script>';
  return Buffer.from(
    `<!doctype html><html><head><meta charset="utf-8"><title>Opinion</title>${script}</head><body><nav>Menu</nav>${marked.join('\n')}</body></html>`,
  );
}
