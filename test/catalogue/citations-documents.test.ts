import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { classify } from '../../src/activities/classify';
import { isPublicAddress, refusedUrl } from '../../src/catalogue/shared/public-address';
import { createHandlerContext } from '../support/handler-context';
import { createExtractor } from '../support/inputs/citations';
import { docxOf, htmlOf, pdfOf, RAISED, rtfOf } from './documents';

/** Files and pages; the pages come from real servers on loopback, one of which is allowed. */
const PARAGRAPHS = [
  'In Loving v. Virginia, 388 U.S. 1, 12 (1967), the Court struck down a ban.',
  "Dep't of Ecology v. Campbell & Gwinn, LLC, 146 Wn.2d 1, 9, 43 P.3d 4 (2002), reads statutes. Hundtofte v. Encarnación, 181 Wn.2d 1, 330 P.3d 168 (2014) (plurality opinion).",
  'See also Tinker v. Des Moines Indep. Cmty. Sch. Dist., 393 U.S. 503 (1969).',
];
const EXPECTED = [
  ['388 U.S. 1', 'Loving v. Virginia'],
  ['146 Wn.2d 1', "Dep't of Ecology v. Campbell & Gwinn, LLC"],
  ['43 P.3d 4', "Dep't of Ecology v. Campbell & Gwinn, LLC"],
  ['181 Wn.2d 1', 'Hundtofte v. Encarnación'],
  ['330 P.3d 168', 'Hundtofte v. Encarnación'],
  ['393 U.S. 503', 'Tinker v. Des Moines Indep. Cmty. Sch. Dist.'],
];

/** The same text over three pages with header and number, broken at narrow lines. */
function typeset(): string[][] {
  const words = PARAGRAPHS.join(' ').split(' ');
  const lines: string[] = [];
  while (words.length > 0) lines.push(words.splice(0, 4).join(' '));
  const third = Math.ceil(lines.length / 3);
  return [0, 1, 2].map((page) => [
    'Doe v. Roe, No. 102976-4',
    String(page + 1),
    ...lines.slice(page * third, (page + 1) * third),
  ]);
}

let pages: Server;
let handler: RequestListener;
let origin: string;
const allowed: string[] = [];

beforeAll(async () => {
  pages = createServer((request, response) => handler(request, response));
  pages.listen(0, '127.0.0.1');
  await once(pages, 'listening');
  const { port } = pages.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  allowed.push(`127.0.0.1:${port}`);
});
afterAll(async () => {
  pages.close();
  pages.closeAllConnections();
});

const { extract, close } = createExtractor({ urlHosts: allowed });
afterAll(close);

const namesOf = ({ citations }: Awaited<ReturnType<typeof extract>>) =>
  citations.map((one) => [one.citation, one.extracted_case_name]);

async function failureOf(input: Parameters<typeof extract>[0], given = createHandlerContext()) {
  const { code, message } = await extract(input, given).then(
    () => Promise.reject(new Error('It succeeded.')),
    classify,
  );
  return [code, message];
}

describe('a file', () => {
  it.each([
    ['brief.txt', async () => Buffer.from(PARAGRAPHS.join('\n\n'))],
    ['brief.md', async () => Buffer.from(`\ufeff${PARAGRAPHS.join('\n\n')}`, 'utf16le')],
    ['old.txt', async () => Buffer.from(PARAGRAPHS.join('\r\n\r\n'), 'latin1')],
    ['brief.HTML', async () => htmlOf(PARAGRAPHS)],
    ['brief.rtf', async () => rtfOf(PARAGRAPHS)],
    ['brief.docx', () => docxOf(PARAGRAPHS)],
    ['brief.pdf', async () => pdfOf(typeset())],
  ])('%s gives the same citations, and its text to find them in', async (name, make) => {
    const given = createHandlerContext();
    const { hash } = await given.context.artifacts.put(await make());
    const result = await extract({ type: 'file', file: { artifact: hash, name } }, given);
    expect(namesOf(result)).toEqual(EXPECTED);
    const text = (await given.context.artifacts.read(result.artifacts?.text.hash ?? '')).toString('utf8');
    const [first] = result.citations;
    expect(text.slice(first?.start_index, first?.end_index).replace(/\s/g, ' ')).toBe('388 U.S. 1');
    expect(result.metadata).toMatchObject({ source_type: 'file', source_name: name, text_length: text.length });
    expect(result.notices).toEqual([]);
  });

  it.each(Object.entries(RAISED))('of %s keeps the raised mark of a note apart from the page', async (type, make) => {
    const content = await make('In Brown v. Board of Education, 347 U.S. 483', '12', ' (1954), it was.');
    const { citations } = await extract({ file: { base64: content.toString('base64'), name: `brief.${type}` } });
    const found = citations.map((one) => [one.citation, one.extracted_case_name, one.extracted_date, one.verified]);
    expect(found).toEqual([['347 U.S. 483', 'Brown v. Board of Education', '1954', true]]);
  });

  it.each([
    ['no PDF at all', 'a.pdf', Buffer.from('<html>Error</html>'), /cannot be read as \.pdf/],
    ['a damaged DOCX', 'a.docx', Buffer.from('PK no zip'), /cannot be read as \.docx/],
    ['no RTF', 'a.rtf', Buffer.from('plain text, no markup'), /cannot be read as \.rtf/],
    ['a PDF of pictures only', 'a.pdf', pdfOf([[]]), /holds no text\. A scanned PDF needs text recognition first/],
  ])('that is %s fails for good, with the reason', async (_, name, content, reason) => {
    const input = { file: { base64: content.toString('base64'), name } };
    expect(await failureOf(input)).toEqual(['PERMANENT_VALIDATION', expect.stringMatching(reason)]);
  });

  it('above 50 MB is refused with its message, and one that is not there is not found', async () => {
    const given = createHandlerContext();
    const { hash } = await given.context.artifacts.put(Buffer.alloc(50 * 1024 * 1024 + 1, 'a'));
    const input = { file: { artifact: hash, name: 'large.txt' } };
    expect(await failureOf(input, given)).toEqual(['PERMANENT_VALIDATION', 'File too large. Maximum size is 50MB']);
    const unknown = `sha256:${createHash('sha256').update('nobody').digest('hex')}`;
    expect((await failureOf({ file: { artifact: unknown, name: 'a.txt' } }))[0]).toBe('PERMANENT_NOT_FOUND');
  });
});

describe('a page', () => {
  it('is fetched, unpacked and read by what the server says it is, after redirects', async () => {
    handler = ({ url }, response) => {
      if (url === '/start') response.writeHead(302, { Location: '/opinion' }).end();
      else {
        const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Encoding': 'gzip' };
        response.writeHead(200, headers).end(gzipSync(htmlOf(PARAGRAPHS)));
      }
    };
    const result = await extract({ url: `${origin}/start` });
    expect(namesOf(result)).toEqual(EXPECTED);
    expect(result.metadata).toMatchObject({ source_type: 'url', source_name: `${origin}/start`, file_type: '.html' });
  });

  it.each([
    ['leads into a private network', () => ({ status: 302, to: 'http://10.0.0.1/' }), 'PERMANENT_PERMISSION'],
    ['leads to another port of this host', () => ({ status: 301, to: 'http://127.0.0.1:9/' }), 'PERMANENT_PERMISSION'],
    ['leads to the cloud metadata', () => ({ status: 307, to: 'http://169.254.169.254/' }), 'PERMANENT_PERMISSION'],
    ['leads to a file', () => ({ status: 302, to: 'file:///etc/passwd' }), 'PERMANENT_PERMISSION'],
    ['redirects for ever', () => ({ status: 302, to: '/again' }), 'PERMANENT_VALIDATION'],
    ['is not there', () => ({ status: 404 }), 'PERMANENT_NOT_FOUND'],
    ['is down', () => ({ status: 503 }), 'EXTERNAL_API_DOWN'],
    ['is a picture', () => ({ status: 200, type: 'image/png' }), 'PERMANENT_VALIDATION'],
  ])('that %s fails with its code', async (_, answer, code) => {
    handler = (_request, response) => {
      const { status, to, type }: { status: number; to?: string; type?: string } = answer();
      response.writeHead(status, { ...(to && { Location: to }), ...(type && { 'Content-Type': type }) }).end('body');
    };
    expect((await failureOf({ url: `${origin}/page` }))[0]).toBe(code);
  });

  it('that never ends is cut off at the largest size', async () => {
    const chunk = Buffer.alloc(4 * 1024 * 1024, 'a');
    handler = (_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/plain' });
      const more = () => response.write(chunk, (error) => error || setImmediate(more));
      more();
    };
    expect(await failureOf({ url: `${origin}/endless` })).toEqual([
      'PERMANENT_VALIDATION',
      'File too large. Maximum size is 50MB',
    ]);
  });

  it('ends with the task: cancel does not wait for a server that says nothing', async () => {
    const given = createHandlerContext();
    let asked = () => {};
    const reached = new Promise<void>((resolve) => {
      asked = resolve;
    });
    handler = () => asked();
    const extraction = extract({ url: `${origin}/silent` }, given);
    await reached;
    given.abort(new Error('cancelled by an operator'));
    await expect(extraction).rejects.toThrow('cancelled by an operator');
  });
});

describe('an address', () => {
  it.each([
    'localhost',
    'localhost.',
    'intern.localhost',
    'db.internal',
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.20.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[fe80::1]',
    '[fd00::1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
  ])('of the host %s is refused', (host) => {
    expect(refusedUrl(`http://${host}/`, [])).toMatch(/^URL must not lead to a local or private host: /);
  });

  it('is refused when a public name leads inside, at the moment of connecting', async () => {
    // No name of the public Internet is sure to lead here: the system's resolver is told to say so.
    const { hostname } = new URL(origin);
    const given = createHandlerContext();
    jest
      .spyOn(require('node:dns'), 'lookup')
      .mockImplementationOnce(((_: string, __: object, done: (...found: unknown[]) => void) =>
        done(null, [{ address: hostname, family: 4 }])) as never);
    expect((await failureOf({ url: 'http://opinions.example.com/' }, given))[0]).toBe('PERMANENT_PERMISSION');
  });

  it.each(['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});
