import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { classify } from '../../src/activities/classify';
import { createExtractor } from '../support/inputs/citations';
import { docxOfBody, pdfOfContent } from './documents';

/** What letters a document's bytes are, and what is no part of a number. */
const NAME = 'Hundtofte v. Encarnación';
const TEXT = `See ${NAME}, 181 Wn.2d 1, 330 P.3d 168 (2014). The court’s “holding”.`;

let server: Server;
let page: { headers: OutgoingHttpHeaders; body: Buffer };
const allowed: string[] = [];
const { extract, close } = createExtractor({ urlHosts: allowed });

beforeAll(async () => {
  server = createServer((_, response) => response.writeHead(200, page.headers).end(page.body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  allowed.push(`127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(async () => {
  await close();
  server.close();
});

const file = (name: string, bytes: Buffer) => extract({ file: { base64: bytes.toString('base64'), name } });
const fetched = (headers: OutgoingHttpHeaders, body: Buffer) => {
  page = { headers, body };
  return extract({ url: `http://${allowed[0]}/opinion` });
};
const firstName = ({ citations }: Awaited<ReturnType<typeof extract>>) => citations[0]?.extracted_case_name;

describe('a text is decoded by what it looks like', () => {
  it.each(['utf-8', 'windows-1252', 'utf-16le', 'utf-16be', 'utf-32le'])('%s', async (encoding) => {
    const addBOM = encoding.startsWith('utf-32');
    const result = await file('opinion.txt', iconv.encode(TEXT, encoding, { addBOM }));
    expect([firstName(result), result.metadata.encoding]).toEqual([NAME, encoding]);
    expect(result.metadata.text_length).toBe(TEXT.length);
    expect(result.citations[0]?.context).toContain('court’s “holding”');
  });

  it.each([
    ['iso-8859-2', 'Sąd Najwyższy orzekł w sprawie Kowalski przeciwko Śliwińska. Zażółć gęślą jaźń.'],
    ['shift_jis', 'これは日本語の文章です。裁判所は判決を下した。'],
    ['gb18030', '这是一个中文句子。法院作出了判决。'],
  ])('%s', async (encoding, sentence) => {
    const result = await file('opinion.md', iconv.encode(`${sentence} Roe v. Wade, 410 U.S. 113 (1973).`, encoding));
    expect(result.metadata.encoding).toBe(encoding);
    expect(result.citations[0]?.context).toContain(sentence.slice(-8));
  });

  it.each([
    ['of an old computer', iconv.encode('Café Zürich v. Encarnación, 410 U.S. 113 (1973).', 'cp437')],
    ['that is no text', Buffer.from(Array.from({ length: 600 }, (_, index) => (index * 73) % 256))],
    ['cut in the middle of a letter of 16 bits', Buffer.from('\ufeffRoe', 'utf16le').subarray(0, 7)],
  ])('one %s is refused, with the reason', async (_, bytes) => {
    const failure = await file('opinion.txt', bytes).then(() => 'read', classify);
    expect(failure).toMatchObject({
      code: 'PERMANENT_VALIDATION',
      message: expect.stringMatching(/^The file cannot be read as \.txt: it /),
    });
  });
});

describe('a page is decoded as it declares', () => {
  const html = (meta = '') => `<!doctype html><html><head>${meta}</head><body><p>${TEXT}</p></body></html>`;

  it.each<[string, OutgoingHttpHeaders, string, string, string]>([
    ['the header', { 'Content-Type': 'text/html; charset=ISO-8859-1' }, '', 'windows-1252', 'windows-1252'],
    ['the header, quoted', { 'Content-Type': 'text/html;charset="latin1"' }, '', 'windows-1252', 'windows-1252'],
    ['a meta element', { 'Content-Type': 'text/html' }, '<meta charset=windows-1252>', 'windows-1252', 'windows-1252'],
    [
      'an older meta element',
      { 'Content-Type': 'text/html' },
      '<meta http-equiv="Content-Type" content="text/html; charset=macintosh">',
      'macintosh',
      'macintosh',
    ],
    [
      'the header before a meta element',
      { 'Content-Type': 'text/html; charset=utf-8' },
      '<meta charset=windows-1252>',
      'utf-8',
      'utf-8',
    ],
    ['nothing at all', { 'Content-Type': 'text/html' }, '', 'windows-1252', 'windows-1252'],
    ['what it is not', { 'Content-Type': 'text/html; charset=utf-8' }, '', 'windows-1252', 'windows-1252'],
    ['an unknown name', { 'Content-Type': 'text/html; charset=klingon' }, '', 'utf-8', 'utf-8'],
  ])('by %s', async (_, headers, meta, encoding, read) => {
    const result = await fetched(headers, iconv.encode(html(meta), encoding));
    expect([firstName(result), result.metadata.encoding]).toEqual([NAME, read]);
    expect(result.citations[0]?.context).toContain('court’s “holding”');
  });

  it.each<[string, (body: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['identity', (body) => body],
  ])('and unpacked when it comes as %s', async (encoding, pack) => {
    const headers = { 'Content-Type': 'text/html', 'Content-Encoding': encoding };
    expect(firstName(await fetched(headers, pack(Buffer.from(html()))))).toBe(NAME);
  });

  it('or refused when it is packed in a way that is not known', async () => {
    const headers = { 'Content-Type': 'text/html', 'Content-Encoding': 'zstd' };
    const failure = await fetched(headers, Buffer.from('28b52ffd', 'hex')).then(() => 'read', classify);
    expect(failure).toMatchObject({ code: 'PERMANENT_VALIDATION', message: expect.stringContaining('packed as zstd') });
  });

  it('also a plain text', async () => {
    const headers = { 'Content-Type': 'text/plain; charset=koi8-r' };
    const result = await fetched(headers, iconv.encode('Суд решил. Roe v. Wade, 410 U.S. 113 (1973).', 'koi8-r'));
    expect(result.citations[0]?.context).toContain('Суд решил.');
  });
});

describe('a note mark is no part of the page before it', () => {
  const pages = async (result: ReturnType<typeof extract>) =>
    (await result).citations.map(({ citation, extracted_date }) => [citation, extracted_date]);
  const EXPECTED = [['347 U.S. 483', '1954']];

  it.each([
    '<p>Brown v. Board, 347 U.S. 483<sup>1</sup> (1954).</p>',
    '<p>Brown v. Board, 347 U.S. 483<sup><a href="#fn12">12</a></sup> (1954).</p>',
    '<p>Brown v. Board, 347 U.S. 483<sup>[1]</sup> (1954).</p>',
    '<p>Brown v. Board, 347 U.S. 483<sup>1, 2</sup> (1954).</p>',
    '<p>Brown v. Board, 347 U.S. 483<span style="vertical-align: super">1</span> (1954).</p>',
    '<p>Brown v. Board, 347 U.S. 483<a href="#_ftn1">[1]</a> (1954).</p>',
    '<p>Brown v. Board,<sup>7</sup> 347 U.S. 483¹ (1954).</p>',
    '<p>Brown v. Board, 347 U.S. 483<sup>*</sup> (1954).</p>',
  ])('in a page: %s', async (body) => {
    expect(await pages(file('a.html', Buffer.from(`<meta charset=utf-8>${body}`)))).toEqual(EXPECTED);
  });

  it('but the raised letters of a reporter are', async () => {
    const body = Buffer.from('<p>Doe v. Roe, 12 F.3<sup>d</sup> 34 (9<sup>th</sup> Cir. 1999).</p>');
    expect(await pages(file('a.html', body))).toEqual([['12 F.3d 34', '1999']]);
  });

  it('in a Word document', async () => {
    const run = (text: string, raised = '') => `<w:r>${raised}<w:t xml:space="preserve">${text}</w:t></w:r>`;
    const up = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>';
    const body = `<w:p>${run('Brown v. Board, 347 U.S. 483')}${run('1', up)}${run(' (1954).')}</w:p>`;
    expect(await pages(file('a.docx', await docxOfBody(body)))).toEqual(EXPECTED);
  });

  it.each(['{\\super 1}', '\\super 1\\nosupersub ', '{\\f0\\super\\insrsid42 12}'])(
    'in an RTF file: %s',
    async (mark) => {
      const rtf = `{\\rtf1\\ansi Brown v. Board, 347 U.S. 483${mark} (1954).\\par}`;
      expect(await pages(file('a.rtf', Buffer.from(rtf)))).toEqual(EXPECTED);
    },
  );

  it('and an RTF file is in the code page that it names', async () => {
    const rtf = iconv.encode(`{\\rtf1\\ansi\\ansicpg1252 ${TEXT}\\par}`, 'windows-1252');
    const result = await file('a.rtf', rtf);
    expect([firstName(result), result.citations[0]?.context]).toEqual([
      NAME,
      expect.stringContaining('court’s “holding”'),
    ]);
  });

  it('in a PDF, by its place and size', async () => {
    const lines = [
      'BT /F1 12 Tf 72 720 Td (Brown v. Board, 347 U.S. 483) Tj ET',
      'BT /F1 7 Tf 229.5 725 Td (1) Tj ET',
      'BT /F1 12 Tf 236 720 Td ((1954\\). It goes on.) Tj ET',
    ]
      .join('\n')
      .replace('((1954', '(\\(1954');
    expect(await pages(file('a.pdf', pdfOfContent(Buffer.from(lines))))).toEqual(EXPECTED);
  });
});
