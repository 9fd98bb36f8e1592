import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { classify } from '../../src/activities/classify';
import { createHandlerContext } from '../support/handler-context';
import { createExtractor } from '../support/inputs/citations';
import { docxOf, docxOfBody, pdfOf, pdfOfContent } from './documents';

/** Small files that unpack to much more: each is refused for good, with the reason, and the process stays within its memory. */
const MEMORY = 512;
const { extract, close } = createExtractor({ processes: 1, memory: MEMORY });
afterAll(close);

const blanks = (bytes: number) => Buffer.alloc(bytes, ' ');
const packed = (times: number, bytes: number) => {
  let content: Buffer = blanks(bytes);
  for (let time = 0; time < times; time++) content = deflateSync(content, { level: 9 });
  return content;
};

/** Most memory that any citation process of this test has held, in MiB; it may be gone by the time. */
function mostMemory(): number {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const ours = lines.filter((line) => line.includes('citations/process.js') && line.includes(` ${process.pid} `));
  const held = ours.map((line) => {
    try {
      return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${Number.parseInt(line, 10)}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      return 0;
    }
  });
  return Math.max(0, ...held) / 1024;
}

async function refusal(name: string, content: Buffer): Promise<{ code: string; message: string; peak: number }> {
  const given = createHandlerContext();
  const { hash } = await given.context.artifacts.put(content);
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, mostMemory());
  }, 250);
  const { code, message } = await extract({ file: { artifact: hash, name } }, given).then(
    () => Promise.reject(new Error('It was read.')),
    classify,
  );
  clearInterval(watch);
  return { code, message, peak: Math.max(peak, mostMemory()) };
}

it.each<[string, string, () => Buffer | Promise<Buffer>, RegExp]>([
  [
    'a PDF whose content is packed three times',
    'a.pdf',
    () => pdfOfContent(packed(3, 600 << 20), '/FlateDecode /FlateDecode /FlateDecode'),
    /of memory allowed|than the memory allowed/,
  ],
  [
    'a PDF whose content is packed once',
    'a.pdf',
    () => pdfOfContent(packed(1, 600 << 20), '/FlateDecode'),
    /of memory allowed|than the memory allowed/,
  ],
  [
    'a PDF of 50,000 empty pages',
    'a.pdf',
    () => pdfOf(Array.from({ length: 50_000 }, () => [])),
    /^The file has 50000 pages, more than the 5000 allowed/,
  ],
  [
    'a Word document of one long text',
    'a.docx',
    () => docxOfBody(`<w:p><w:r><w:t>${' a'.repeat(60 << 20)}</w:t></w:r></w:p>`),
    /^The file unpacks to more than the 104857600 bytes allowed/,
  ],
  [
    'a Word document of too many elements',
    'a.docx',
    () => docxOfBody('<w:p/>'.repeat(4_000_000)),
    /of memory allowed|than the memory allowed/,
  ],
  [
    'a Word document of entities of entities',
    'a.docx',
    () => docxOfBody('<w:p><w:r><w:t>&lol;</w:t></w:r></w:p>'),
    /^The file cannot be read as \.docx: .*entity/,
  ],
  [
    'a page that is too long',
    'a.html',
    () => Buffer.from('<p>x'.repeat(4_100_000)),
    /^The page has 16400000 characters/,
  ],
  ['a page nested too deep', 'a.html', () => Buffer.from('<div>x'.repeat(100_000)), /nested too deep/],
  ['a page nested deep enough to overflow', 'a.htm', () => Buffer.from('<div>x'.repeat(19_000)), /nested too deep/],
  ['a text that is too long', 'a.txt', () => blanks(5_000_001), /^The file holds 5000001 characters of text or more/],
  [
    'an RTF file whose text is too long',
    'a.rtf',
    () => Buffer.from(`{\\rtf1 ${'abcd\\par '.repeat(1_100_000)}}`),
    /^The file holds \d+ characters of text or more/,
  ],
])('%s is refused for good', async (_, name, make, reason) => {
  const { code, message, peak } = await refusal(name, await make());
  expect({ code, message }).toEqual({ code: 'PERMANENT_VALIDATION', message: expect.stringMatching(reason) });
  // Its libraries and code count besides.
  expect(peak).toBeLessThan(MEMORY + 128);
});

it('after all of these the next document is read', async () => {
  const given = createHandlerContext();
  const { hash } = await given.context.artifacts.put(await docxOf(['Roe v. Wade, 410 U.S. 113 (1973).']));
  expect((await extract({ file: { artifact: hash, name: 'b.docx' } }, given)).citations).toHaveLength(1);
});

it('a small text is not behind documents that take long, and one of them ends at once when it is cancelled', async () => {
  const two = createExtractor({ processes: 2 });
  try {
    const bomb = pdfOfContent(packed(3, 1 << 29), '/FlateDecode /FlateDecode /FlateDecode');
    const slow = [1, 2].map(() => {
      const given = createHandlerContext();
      const input = { file: { base64: bomb.toString('base64'), name: 'a.pdf' } };
      const reading = two.extract(input, given);
      reading.catch(() => {});
      return { given, reading };
    });
    const text = 'Roe v. Wade, 410 U.S. 113 (1973).';
    const first = await Promise.race([two.extract({ text }), ...slow.map(({ reading }) => reading)]);
    expect(first.citations).toHaveLength(1);
    for (const { given } of slow) given.abort(new Error('cancelled by an operator'));
    for (const { reading } of slow) await expect(reading).rejects.toThrow('cancelled by an operator');
  } finally {
    await two.close();
  }
});
