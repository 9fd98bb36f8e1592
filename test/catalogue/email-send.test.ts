import { emailSend } from '../../src/catalogue/email-send/contract';
import { readConfig } from '../../src/config';
import { createHandlerContext } from '../support/handler-context';
import { type EmailInput, failure, letter, send, settingsFor } from '../support/inputs/emails';
import { MailServer } from '../support/servers/mail-server';

let server: MailServer;

beforeAll(async () => {
  server = await MailServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.close());

/** What the contract says against an input: `pointer: message`. */
function complaints(more: Partial<EmailInput>): string[] {
  const parsed = emailSend.input.safeParse(letter(more));
  return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('/')}: ${message}`);
}

describe('a mail', () => {
  it('arrives as it was asked for', async () => {
    const output = await send(settingsFor(server), {
      to: ['ada@example.com', { address: 'bob@example.com', name: 'Bób "Builder", Esq.' }],
      cc: ['carol@example.com'],
      bcc: ['dave@example.com'],
      replyTo: { address: 'office@example.com', name: 'Office' },
      subject: 'Grüße',
      text: 'Hello.\n.\nQUIT\n',
      html: '<p>Hello.</p>',
    });
    const mail = await server.read();
    expect(mail).toMatchObject({
      subject: 'Grüße',
      text: 'Hello.\n.\nQUIT\n',
      html: '<p>Hello.</p>',
      from: { value: [{ address: 'holdfast@example.com', name: '' }] },
      to: { value: [{ address: 'ada@example.com' }, { address: 'bob@example.com', name: 'Bób "Builder", Esq.' }] },
      cc: { text: 'carol@example.com' },
      replyTo: { value: [{ address: 'office@example.com', name: 'Office' }] },
    });
    const [received] = server.received;
    expect(received).toMatchObject({ from: 'holdfast@example.com' });
    expect(received?.to).toEqual(['ada@example.com', 'bob@example.com', 'carol@example.com', 'dave@example.com']);
    expect(received?.raw).not.toContain('dave');
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    expect(output).toMatchObject({ accepted: received?.to, rejected: [], filtered: [], messageId: mail.messageId });
    expect(output.response).toMatch(/^250 /);
  });

  it("is sent under the circuit breaker of its server's host", async () => {
    const guarded: string[] = [];
    const guard = <T>(dependency: string, call: () => Promise<T>) => {
      guarded.push(dependency);
      return call();
    };
    await send(settingsFor(server), {}, { guard });
    expect(guarded).toEqual(['smtp:127.0.0.1']);
  });

  it('carries its effect key, and a Message-ID made from it', async () => {
    for (const generation of ['one', 'one', 'two']) await send(settingsFor(server), {}, { generation });
    await send(settingsFor(server), { text: 'Good morning, corrected.' }, { generation: 'one' });
    const [first, second, other, corrected] = server.received;
    expect(first?.messageId).toMatch(/^<[0-9a-f]{40}@example\.com>$/);
    expect(second?.messageId).toBe(first?.messageId);
    expect(new Set([first, other, corrected].map((mail) => mail?.messageId)).size).toBe(3);
    expect(first?.effectKey).toMatch(/^email\.send:1\/one\/mail-[0-9a-f]{16}$/);
  });

  it('brings its attachments, to the byte and under their names', async () => {
    const { context } = createHandlerContext();
    const file = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 31) % 256));
    const { hash: artifact } = await context.artifacts.put(file);
    const attachments = [
      { artifact, name: 'Übersicht "5".pdf', mediaType: 'application/pdf' },
      { artifact, name: 'plain.csv' },
    ];
    await send(settingsFor(server), { attachments }, { artifacts: context.artifacts });
    const { attachments: got } = await server.read();
    expect(got.map(({ filename, contentType }) => [filename, contentType])).toEqual([
      ['Übersicht "5".pdf', 'application/pdf'],
      ['plain.csv', 'text/csv'],
    ]);
    for (const { content } of got) expect(content.equals(file)).toBe(true);
  });

  it('may come from an allowed sender, and from no other', async () => {
    const settings = settingsFor(server, { senders: ['boss@example.org', '@Shop.example'] });
    for (const from of ['boss@EXAMPLE.org', { address: 'till@shop.example', name: 'Till' }, 'holdfast@example.com']) {
      await send(settings, { from });
    }
    expect(server.received.map(({ from }) => from)).toEqual([
      'boss@example.org',
      'till@shop.example',
      'holdfast@example.com',
    ]);
    expect(server.received[1]?.messageId).toMatch(/@shop\.example>$/);
    for (const from of ['eve@example.org', 'till@evilshop.example', 'till@sub.shop.example']) {
      const { code, message } = await failure(send(settings, { from }));
      expect([code, message]).toEqual(['PERMANENT_PERMISSION', expect.stringContaining('HOLDFAST_EMAIL_SENDERS')]);
    }
    expect(server.received).toHaveLength(3);
  });
});

describe('templates', () => {
  const values = {
    name: '<b>Ada</b> & "Co"',
    items: [
      { title: 'first', price: 3 },
      { title: 'se<c>ond', price: 0 },
    ],
    none: [],
    nothing: null,
    user: { city: 'Kyoto' },
  };

  it('escape their values in HTML, and leave plain text alone', async () => {
    await send(settingsFor(server), {
      subject: 'To {{name}}',
      text: 'Dear {{name}} of {{user.city}}{{nothing}}, {{#items}}{{title}}={{price}};{{/items}}{{^none}} no more{{/none}}',
      html: '<p title="{{name}}">{{name}}</p>{{#items}}<li>{{title}}</li>{{/items}}',
      values,
    });
    const mail = await server.read();
    expect(mail.subject).toBe('To <b>Ada</b> & "Co"');
    expect(mail.text).toBe('Dear <b>Ada</b> & "Co" of Kyoto, first=3;se<c>ond=0; no more');
    const safe = '&lt;b&gt;Ada&lt;&#x2F;b&gt; &amp; &quot;Co&quot;';
    expect(mail.html).toBe(`<p title="${safe}">${safe}</p><li>first</li><li>se&lt;c&gt;ond</li>`);
  });

  it('are none without values: braces are sent as they are', async () => {
    await send(settingsFor(server), { subject: '{{name}}', text: 'a {{b}} {{#c}}' });
    expect(await server.read()).toMatchObject({ subject: '{{name}}', text: 'a {{b}} {{#c}}\n' });
  });

  it.each<[Partial<EmailInput>, string]>([
    [{ text: 'Dear {{nane}}' }, 'text: names {{nane}}, which the values do not have'],
    [{ html: '{{user.street}}' }, 'html: names {{user.street}}, which the values do not have'],
    [{ text: '{{constructor}}' }, 'text: names {{constructor}}'],
    [{ text: '{{#items}}{{map}}{{/items}}' }, 'text: names {{map}}'],
    [{ text: '{{name.__proto__}}' }, 'text: names {{name.__proto__}}'],
    [{ html: '{{{user}}}' }, 'html: shows {{user}}, which is a list or an object'],
    [{ subject: '{{#items}}' }, 'subject: is not a template: Unclosed section "items"'],
    [{ text: '{{> footer}}' }, 'text: includes {{>footer}}'],
    [{ subject: '{{name}}', values: { name: 'a\r\nBcc: eve@example.com' } }, 'subject: becomes more than one line'],
    [{ subject: '{{name}}', values: { name: 'x'.repeat(901) } }, 'subject: becomes longer than 900'],
    [
      { text: '{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}x{{/a}}{{/a}}{{/a}}{{/a}}{{/a}}', values: { a: Array(50).fill(1) } },
      'text: takes more than 100000 steps',
    ],
    [
      { text: `{{#a}}${'x'.repeat(1000)}{{/a}}`, values: { a: Array(2000).fill(1) } },
      'text: makes more than 1048576 characters',
    ],
  ])('with a fault are refused at submission (%#)', (more, complaint) => {
    expect(complaints({ values, ...more })).toEqual([expect.stringContaining(complaint)]);
  });
});

describe('recipients', () => {
  it('that are placeholders or named twice are left out, and the result says so', async () => {
    const output = await send(settingsFor(server), {
      to: ['TBD', 'ada@Example.com', { address: 'none@none.com' }, ' ', '', 'ada@example.COM'],
      cc: ['ADA@example.com', { address: 'ada@example.com', name: 'Ada again' }, 'N/A'],
      bcc: ['bob@example.com', 'nobody@somewhere.invalid'],
    });
    expect(output.accepted).toEqual(['ada@example.com', 'ADA@example.com', 'bob@example.com']);
    expect(output.filtered).toEqual([
      { field: 'to', address: 'TBD', reason: 'placeholder' },
      { field: 'to', address: 'none@none.com', reason: 'placeholder' },
      { field: 'to', address: ' ', reason: 'placeholder' },
      { field: 'to', address: '', reason: 'placeholder' },
      { field: 'to', address: 'ada@example.COM', reason: 'duplicate' },
      { field: 'cc', address: 'ada@example.com', reason: 'duplicate' },
      { field: 'cc', address: 'N/A', reason: 'placeholder' },
      { field: 'bcc', address: 'nobody@somewhere.invalid', reason: 'placeholder' },
    ]);
  });

  it('of whom nobody is left fail the task for good, and nothing is sent', async () => {
    server.manners = {
      connect: () => {
        throw new Error('nobody should call');
      },
    };
    const { code, message } = await failure(send(settingsFor(server), { to: ['TBD', 'none@none.com'] }));
    expect(code).toBe('PERMANENT_VALIDATION');
    expect(message).toContain('Nobody is left to send to: "TBD", "none@none.com"');
  });

  it('that the server refuses are reported with its answer, while the others get the mail', async () => {
    server.manners = { recipient: (address) => (address.startsWith('gone') ? 550 : undefined) };
    const output = await send(settingsFor(server), { to: ['gone@example.com', 'ada@example.com'] });
    expect(output).toMatchObject({
      accepted: ['ada@example.com'],
      rejected: [{ address: 'gone@example.com', response: expect.stringMatching(/^550 /) }],
    });
    expect(server.received.map(({ to }) => to)).toEqual([['ada@example.com']]);
  });
});

describe('submission refuses', () => {
  it.each(['\r\n', '\n', '\r', '\0', '\u2028', '\u0085'])('a header from any field that holds %j', (end) => {
    const evil = `x${end}Bcc: eve@example.com`;
    const file = { artifact: `sha256:${'0'.repeat(64)}`, name: 'a.txt' };
    const attempts: [Partial<EmailInput>, string][] = [
      [{ subject: evil }, 'subject'],
      [{ from: `ada@example.com${end}` }, 'from'],
      [{ from: { address: 'ada@example.com', name: evil } }, 'from'],
      [{ replyTo: evil }, 'replyTo'],
      [{ to: [`ada@example.com${end}Bcc: eve@example.com`] }, 'to/0'],
      [{ to: [`TBD${end}`] }, 'to/0'],
      [{ cc: [{ address: 'ada@example.com', name: evil }] }, 'cc/0'],
      [{ bcc: [{ address: evil }] }, 'bcc/0'],
      [{ attachments: [{ ...file, name: evil }] }, 'attachments/0/name'],
      [{ attachments: [{ ...file, mediaType: `text/plain${end}X: y` }] }, 'attachments/0/mediaType'],
    ];
    for (const [more, field] of attempts) {
      expect(complaints(more)).toEqual(expect.arrayContaining([expect.stringMatching(new RegExp(`^${field}`))]));
    }
  });

  it.each([
    'nobody',
    'a@b',
    '@example.com',
    'ada@',
    'ada@exa mple.com',
    'ada@example.com, eve@example.com',
    'Ada <ada@example.com>',
    '<ada@example.com>',
    '"ada eve"@example.com',
    'ada@[127.0.0.1]',
    'ada..b@example.com',
    '.ada@example.com',
    `${'a'.repeat(65)}@example.com`,
    'ada@-example.com',
    'ädä@example.com',
    'ada@example.com(comment)',
    'root@localhost',
  ])('%j as an address', (address) => {
    expect(complaints({ to: [address] })).toEqual(['to/0: must be an e-mail address such as "ada@example.com"']);
  });

  it.each<[string, Partial<EmailInput>, string]>([
    ['no recipient at all', { to: [] }, 'to: needs a recipient'],
    ['no body', { text: undefined }, 'text: needs a text'],
    [
      'too many recipients',
      { to: Array(60).fill('TBD'), cc: Array(60).fill('TBD') },
      'to: with cc and bcc has 120 recipients; at most 100',
    ],
    [
      'a folder in the name of a file',
      { attachments: [{ artifact: `sha256:${'0'.repeat(64)}`, name: '../x' }] },
      'attachments/0/name: must be a file name without a folder',
    ],
    [
      'a media type that would be read as parts of the message',
      { attachments: [{ artifact: `sha256:${'0'.repeat(64)}`, name: 'x', mediaType: 'multipart/mixed' }] },
      'attachments/0/mediaType: must be a media type',
    ],
  ])('%s', (_, more, complaint) => {
    expect(complaints(more)).toEqual([expect.stringContaining(complaint)]);
  });

  it('settings that are none', () => {
    const wrong = { HOLDFAST_EMAIL_FROM: 'x', HOLDFAST_EMAIL_SENDERS: '@shop.example, x', HOLDFAST_SMTP_TIMEOUT: '0' };
    for (const [name, value] of Object.entries(wrong)) expect(() => readConfig({ [name]: value })).toThrow(name);
    expect(readConfig({ HOLDFAST_EMAIL_SENDERS: '@shop.example, a@b.example' }).email.senders).toHaveLength(2);
    expect(readConfig({ HOLDFAST_ALERT_FROM: 'alerts@example.com' }).email.from).toBe('alerts@example.com');
  });
});
