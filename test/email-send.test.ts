import { type Verdict, verdictOn } from '../src/activities/breaker/verdict';
import { classify } from '../src/activities/classify';
import { verifyEmailSend } from '../src/activities/email/recorded';
import { createEmailSend } from '../src/activities/email-send';
import type { Handler } from '../src/activities/handler';
import { runVerifier } from '../src/activities/run-verifier';
import type { ArtifactStore } from '../src/artifacts/store';
import { TaskClient } from '../src/client/task-client';
import { readConfig } from '../src/config';
import { emailSend } from '../src/tasks/email-send';
import { type EmailInput, letter, send, settingsFor } from './support/emails';
import { createHandlerContext } from './support/handler-context';
import { Harness } from './support/harness';
import { MailServer, type Manners } from './support/mail-server';
import { freePort } from './support/temporal-server';
import { until } from './support/until';

const NEVER = new Promise<undefined>(() => undefined);

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

/** How a failed mail is classified, and what the circuit breaker makes of it. */
async function failure(
  sending: Promise<unknown>,
): Promise<{ code: string; message: string; speaks: Verdict['speaks'] }> {
  const thrown: unknown = await sending.then(
    () => new Error('it was sent'),
    (error: unknown) => error,
  );
  return { ...classify(thrown), speaks: verdictOn(thrown).speaks };
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

  it('that the server refuses are told with its words, while the others get the mail', async () => {
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

describe('before the message is out', () => {
  it.each<[string, Manners, string, Verdict['speaks']]>([
    ['connection', { connect: () => 421 }, 'TRANSIENT_NETWORK', 'against'],
    ['recipient', { recipient: () => 450 }, 'TRANSIENT_RESOURCE', 'against'],
    ['recipient', { recipient: () => 550 }, 'PERMANENT_NOT_FOUND', 'for'],
    ['recipient', { recipient: () => 'drop' }, 'TRANSIENT_NETWORK', 'against'],
    ['message', { answer: () => 452 }, 'TRANSIENT_RESOURCE', 'against'],
    ['message', { answer: () => 554 }, 'PERMANENT_PERMISSION', 'for'],
    ['message', { answer: () => 421 }, 'TRANSIENT_NETWORK', 'against'],
  ])('a refused %s is classified by the reply (%#)', async (_, manners, code, speaks) => {
    for (const delivery of ['at-least-once', 'at-most-once'] as const) {
      server.manners = manners;
      expect(await failure(send(settingsFor(server), { delivery }))).toMatchObject({ code, speaks });
    }
  });

  it('of many refused recipients the temporary refusal counts', async () => {
    server.manners = { recipient: (address) => (address.startsWith('ada') ? 450 : 550) };
    const { code } = await failure(send(settingsFor(server), { to: ['bob@example.com', 'ada@example.com'] }));
    expect(code).toBe('TRANSIENT_RESOURCE');
  });

  it('a wrong password is a wrong setting, and is not told', async () => {
    const secret = await MailServer.start({ secret: true });
    secret.manners = { login: (user, password) => (`${user}:${password}` === 'me:right' ? undefined : 535) };
    const withPassword = (password: string) =>
      send(settingsFor(secret, { server: secret.url.replace('//', `//me:${password}@`) }));
    const wrong = await failure(withPassword('hush-hush'));
    expect(wrong).toMatchObject({ code: 'CONFIG_INVALID_SETTING', speaks: 'not' });
    expect(JSON.stringify(wrong)).not.toContain('hush-hush');
    expect((await withPassword('right')).accepted).toEqual(['ada@example.com']);
    await secret.close();
  });

  it('no server is a failed connection, and no setting a missing one', async () => {
    const away = settingsFor(server, { server: `smtp://127.0.0.1:${await freePort()}` });
    expect(await failure(send(away))).toMatchObject({ code: 'TRANSIENT_NETWORK', speaks: 'against' });
    const none = settingsFor(server, { server: undefined });
    expect(await failure(send(none))).toMatchObject({
      code: 'CONFIG_MISSING_SETTING',
      message: expect.stringContaining('HOLDFAST_SMTP_URL'),
    });
  });

  it('a message cut off in its middle has surely not been taken', async () => {
    server.manners = { message: () => 'drop' };
    const { context } = createHandlerContext();
    const { hash: artifact } = await context.artifacts.put(Buffer.alloc(8 * 1024 * 1024, 'x'));
    const attachments = [{ artifact, name: 'large.bin' }];
    const { artifacts } = context;
    const cut = send(settingsFor(server), { attachments, delivery: 'at-most-once' }, { artifacts });
    expect(await failure(cut)).toMatchObject({ code: 'TRANSIENT_NETWORK', speaks: 'against' });
    expect(server.received).toEqual([]);
  });

  it('files that are missing or too large fail for good, and nobody is called', async () => {
    server.manners = {
      connect: () => {
        throw new Error('nobody should call');
      },
    };
    const { context } = createHandlerContext();
    const { hash } = await context.artifacts.put(Buffer.alloc(2000));
    const sendFile = (artifact: string, text = 'hello') =>
      send(
        settingsFor(server, { maxBytes: 3000 }),
        { text, attachments: [{ artifact, name: 'a' }] },
        { artifacts: context.artifacts },
      );
    expect(await failure(sendFile(`sha256:${'0'.repeat(64)}`))).toMatchObject({ code: 'PERMANENT_NOT_FOUND' });
    for (const text of ['x'.repeat(1001), 'x'.repeat(3001)]) {
      expect(await failure(sendFile(hash, text))).toMatchObject({
        code: 'PERMANENT_VALIDATION',
        message: expect.stringContaining('HOLDFAST_EMAIL_MAX_BYTES'),
      });
    }
  });

  it('a stop ends the call at once', async () => {
    let asked = false;
    server.manners = {
      recipient: () => {
        asked = true;
        return NEVER;
      },
    };
    const { context, abort } = createHandlerContext();
    const sending = createEmailSend(settingsFor(server))(emailSend.input.parse(letter()), context);
    await until('the server was asked', () => asked);
    const reason = new Error('cancelled');
    abort(reason);
    await expect(sending).rejects.toBe(reason);
  });
});

describe('once the message is out', () => {
  it('an answer that comes after the stop still counts', async () => {
    let answer: (() => void) | undefined;
    server.manners = { answer: () => new Promise((resolve) => (answer = () => resolve(undefined))) };
    const { context, abort } = createHandlerContext();
    const sending = createEmailSend(settingsFor(server))(emailSend.input.parse(letter()), context);
    await until('the message is in', () => answer);
    abort();
    answer?.();
    expect(await sending).toMatchObject({ accepted: ['ada@example.com'] });
  });

  it.each<[string, Manners, number]>([
    ['a lost connection', { answer: () => 'drop' }, 30],
    ['silence', { answer: () => NEVER }, 1],
  ])('%s leaves the outcome unknown', async (_, manners, timeout) => {
    server.manners = manners;
    const settings = settingsFor(server, { timeout });
    const again = await failure(send(settings, { delivery: 'at-least-once' }));
    expect(again).toMatchObject({ code: 'TRANSIENT_NETWORK', speaks: 'against' });
    const once = await failure(send(settings, { delivery: 'at-most-once' }));
    expect(once).toMatchObject({ code: 'OUTCOME_UNKNOWN', speaks: 'not' });
    for (const { message } of [again, once]) expect(message).toMatch(/^Outcome unknown: the message is out/);
    expect(server.received).toHaveLength(2);
  });
});

describe('what the attempts record', () => {
  const generation = 'generation-1';
  const verify = (artifacts: ArtifactStore, input = letter()) =>
    runVerifier(emailSend, verifyEmailSend, { taskId: 'email.send:1', generation, input }, { artifacts });

  it('answers a repeated attempt with the first result, and sends nothing', async () => {
    const { artifacts } = createHandlerContext().context;
    expect(await verify(artifacts)).toMatchObject({ effect: 'absent' });
    const first = await send(settingsFor(server), {}, { artifacts });
    expect(await verify(artifacts)).toMatchObject({
      effect: 'done',
      output: first,
      evidence: expect.stringContaining('250'),
    });
    // Not even settings that would refuse it now matter: it is sent.
    expect(await send(settingsFor(server, { server: undefined }), {}, { artifacts })).toEqual(first);
    expect(server.received).toHaveLength(1);
    expect(await verify(artifacts, letter({ subject: 'Corrected' }))).toMatchObject({ effect: 'absent' });
  });

  it.each<[string, Manners, 'unknown' | 'absent', number]>([
    ['no answer came', { answer: () => 'drop' }, 'unknown', 1],
    ['the message was refused', { answer: () => 452 }, 'absent', 1],
    ['the recipient was refused', { recipient: () => 450 }, 'absent', 0],
  ])('tells what can be known when %s', async (_, manners, effect, received) => {
    const { artifacts } = createHandlerContext().context;
    server.manners = manners;
    await failure(send(settingsFor(server), {}, { artifacts }));
    expect(await verify(artifacts)).toMatchObject({ effect });
    expect(server.received).toHaveLength(received);
  });

  it('keeps the doubt of an earlier attempt when a later one is refused', async () => {
    const { artifacts } = createHandlerContext().context;
    const attempts: Manners[] = [{ answer: () => 'drop' }, { answer: () => 452 }];
    for (const [index, manners] of attempts.entries()) {
      server.manners = manners;
      await failure(send(settingsFor(server), {}, { artifacts, attempt: index + 1 }));
    }
    expect(await verify(artifacts)).toMatchObject({ effect: 'unknown' });
  });

  it('that cannot be written after the answer fails no mail that is sent', async () => {
    const { artifacts } = createHandlerContext().context;
    const full = Object.assign(Object.create(artifacts), {
      putRecord: (name: string, value: unknown) =>
        name.endsWith('-handed-over') ? artifacts.putRecord(name, value) : Promise.reject(new Error('ENOSPC')),
    });
    expect(await send(settingsFor(server), {}, { artifacts: full })).toMatchObject({ accepted: ['ada@example.com'] });
    expect(server.received).toHaveLength(1);
  });
});

describe('as a task', () => {
  let harness: Harness;
  let tasks: TaskClient;
  const policy = { firstDelay: 0.2, cap: 0.5 };
  beforeAll(async () => {
    harness = await Harness.start();
    const { artifacts, temporal: client } = harness;
    tasks = new TaskClient({ client, contracts: [emailSend], artifacts, deadline: 10 });
    await harness.startWorkers({
      contracts: [emailSend],
      handlers: { 'email.send': createEmailSend(settingsFor(server)) as unknown as Handler },
      queues: ['email'],
    });
  });
  afterAll(() => harness.close());

  const submit = async (more: Partial<EmailInput>, limits: object = policy) =>
    (await tasks.submit({ type: 'email.send', input: letter(more), policy: limits })).task.id;
  const reaches = (id: string, state: string) =>
    until(`${id} is ${state}`, async () => {
      const task = await tasks.read(id);
      return task.state === state ? task : undefined;
    });

  it('it is sent again after a lost answer, under the same Message-ID', async () => {
    let answers = 0;
    server.manners = { answer: () => (answers++ === 0 ? 'drop' : undefined) };
    const task = await tasks.wait(await submit({}), 60);
    expect(task).toMatchObject({
      state: 'completed',
      attempts: 2,
      failures: [{ code: 'TRANSIENT_NETWORK' }],
      result: { messageId: server.received[0]?.messageId },
    });
    expect(server.received.map(({ messageId }) => messageId)).toEqual(Array(2).fill(server.received[0]?.messageId));
  });

  it('with at-most-once it waits for a person after a lost answer, and no timer sends it again', async () => {
    server.manners = { answer: () => 'drop' };
    const id = await submit({ delivery: 'at-most-once' });
    const task = await reaches(id, 'dead-lettered');
    expect(task).toMatchObject({ attempts: 1, failure: { code: 'OUTCOME_UNKNOWN' } });
    expect(task.why?.message).toMatch(/^Outcome unknown: the message is out/);
    expect(task.parking).toMatchObject({ maxRedrives: 0 });
    expect(task.parking?.nextRedriveAt).toBeUndefined();
    server.manners = {};
    await tasks.act(id, 'retry');
    expect(await tasks.wait(id, 60)).toMatchObject({ state: 'completed' });
    expect(new Set(server.received.map(({ messageId }) => messageId)).size).toBe(1);
  });

  it('with at-most-once it is unknown, not timed out, when its time ends before the answer', async () => {
    server.manners = { answer: () => NEVER };
    const id = await submit({ delivery: 'at-most-once' }, { ...policy, timeout: 1 });
    expect(await reaches(id, 'dead-lettered')).toMatchObject({ failure: { code: 'OUTCOME_UNKNOWN' } });
    expect(server.received).toHaveLength(1);
  });

  it('with at-most-once a refusal is a failure like any other, and is not repeated', async () => {
    server.manners = { recipient: () => 450 };
    const task = await tasks.wait(await submit({ delivery: 'at-most-once' }), 60);
    expect(task).toMatchObject({ state: 'failed', attempts: 1, failure: { code: 'TRANSIENT_RESOURCE' } });
  });
});
