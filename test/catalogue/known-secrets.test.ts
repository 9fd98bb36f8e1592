import { Readable } from 'node:stream';
import fc from 'fast-check';
import { streamWithoutSecrets, withoutSecrets } from '../../src/catalogue/shared/without-secrets';

describe('known secrets in an output', () => {
  async function streamed(pieces: Buffer[], secrets: string[]): Promise<string> {
    const chunks: Buffer[] = [];
    const source = Readable.from(pieces.filter(({ length }) => length > 0));
    for await (const chunk of streamWithoutSecrets(source, secrets)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  /** What comes out, the same wherever the output is cut: in two at every place, and into single bytes. */
  async function hidden(output: string, secrets: string[]): Promise<string> {
    const bytes = Buffer.from(output);
    const whole = withoutSecrets(output, secrets);
    const cuts = Array.from({ length: bytes.length }, (_, at) => [bytes.subarray(0, at), bytes.subarray(at)]);
    cuts.push(Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1)));
    for (const pieces of cuts) expect(await streamed(pieces, secrets)).toBe(whole);
    return whole;
  }

  it.each<[string, string[], string, string]>([
    ['the beginning of another', ['abc', 'abcdef'], 'x abcdef y abc.', 'x [REDACTED] y [REDACTED].'],
    ['the beginning of one that is not there', ['abc', 'abcdef'], 'x abcde', 'x [REDACTED]'],
    [
      'the end and the middle of another',
      ['def', 'bcd', 'abcdef'],
      '-abcdef-bcd-def-',
      '-[REDACTED]-[REDACTED]-[REDACTED]-',
    ],
    ['overlapping', ['abcd', 'cdef'], 'x abcdef y', 'x [REDACTED] y'],
    ['overlapping itself', ['abab'], 'x ababab y', 'x [REDACTED] y'],
    ['one after the other', ['abcd', 'efgh'], 'x abcdefgh y', 'x [REDACTED] y'],
    ['nearly begun before', ['aab', 'caad'], 'aaab caaab', 'a[REDACTED] ca[REDACTED]'],
    ['of two lines', ['two\nlines é'], 'a two\nlines é b two\r\nlines é', 'a [REDACTED] b [REDACTED]'],
    ['of two lines, one of them', ['the first line\nthe second'], '> the second\n', '> [REDACTED]\n'],
    ['cut by the end', ['a-long-secret'], 'x a-long-s', 'x [REDACTED]'],
    ['not there', ['abcdef', 'x\ny'], 'abcde fedcba x y', 'abcde fedcba x y'],
  ])('are gone: %s', async (_name, secrets, output, expected) => {
    expect(await hidden(output, secrets)).toBe(expected);
  });

  const SECRET = 'S3cr"t/+ é&\\?~pässwörd<4';
  const base64 = (form: 'base64' | 'base64url', before: string) => Buffer.from(`${before}${SECRET}:z`).toString(form);
  const inHex = (text: string) => Buffer.from(text).toString('hex');

  it.each<[string, string]>([
    ...['', 'u', 'us', 'use'].map((before): [string, string] => [
      `base64 behind ${before.length} bytes`,
      base64('base64', before),
    ]),
    ['base64 of itself', Buffer.from(SECRET).toString('base64')],
    ['base64url', base64('base64url', 'u')],
    ['base64 in lines', base64('base64', 'user of a long name:'.repeat(3)).replace(/.{64}/g, '$&\r\n')],
    ['hexadecimal digits', inHex(SECRET)],
    ['upper-case digits', inHex(`a${SECRET}`).toUpperCase()],
    ['hexadecimal digits in lines', inHex(`${'a'.repeat(25)}${SECRET}`).replace(/.{60}/g, '$&\n')],
    ['percent-encoded', encodeURIComponent(SECRET)],
    ['percent-encoded in small letters', encodeURIComponent(SECRET).replace(/%../g, (one) => one.toLowerCase())],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(SECRET))],
    ['in a form', new URLSearchParams({ q: SECRET }).toString().slice(2)],
    ['in an address', new URL(`https://far.example/?${SECRET}`).search],
    ['every byte percent-encoded', inHex(SECRET).replace(/../g, '%$&')],
    ['in JSON', JSON.stringify(SECRET)],
    ['in JSON in JSON', JSON.stringify(JSON.stringify(SECRET))],
    [
      'in JSON of ASCII',
      JSON.stringify(SECRET)
        .replaceAll('/', '\\/')
        .replace(/[^ -~]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`),
    ],
    ['in HTML', SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')],
  ])('are gone when they are written as %s', async (_name, written) => {
    const shown = await hidden(`before ${written} after`, [SECRET]);
    expect(shown).toMatch(/^before .*\[REDACTED\].* after$/s);
    // No three characters in a row of what holds the secret alone.
    const rest = shown.slice('before '.length, -' after'.length).split('[REDACTED]').join('|');
    const readings = [
      rest,
      ...['base64', 'hex'].flatMap((form) => rest.split('|').map((run) => Buffer.from(run, form as 'hex').toString())),
    ];
    for (let at = 0; at + 3 <= SECRET.length; at++) {
      for (const reading of readings) expect(reading).not.toContain(SECRET.slice(at, at + 3));
    }
  });

  it('are gone wherever they are cut, whatever they are and whatever is around them', async () => {
    const few = (max: number) =>
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n'), minLength: 1, maxLength: max });
    await fc.assert(
      fc.asyncProperty(fc.array(few(4), { minLength: 1, maxLength: 4 }), few(24), async (secrets, output) => {
        const shown = await hidden(output, secrets);
        // None is left, and what is left stood there.
        for (const part of shown.split('[REDACTED]')) {
          expect(secrets.filter((secret) => part.includes(secret))).toEqual([]);
          expect(output).toContain(part);
        }
        if (!secrets.some((secret) => output.includes(secret)) && !shown.endsWith('[REDACTED]'))
          expect(shown).toBe(output);
      }),
      { numRuns: 200 },
    );
  });

  it('that are long do not hold a large output up', () => {
    const pem = Array.from({ length: 27 }, (_, line) => `${line}`.padEnd(64, 'MIIEvQIBADANBgkqhkiG9w0BAQ')).join('\n');
    const output = `${'an ordinary line of a program\n'.repeat(100_000)}${Buffer.from(pem).toString('base64')}`;
    const shown = withoutSecrets(output, [pem, 'token-1', 'a'.repeat(8192)]);
    expect(shown.slice(shown.lastIndexOf('program'))).toMatch(/^program\n\[REDACTED\]=*$/);
  });
});
